import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { awsError } from "@muster/testing/world";
import { beforeEach, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { secrets } from "./secrets.ts";

let cloud: Embedded;
let manager: ReturnType<typeof secrets>;
let client: SecretsManagerClient;

beforeEach(async () => {
  cloud = await embedded();
  manager = secrets(cloud.runtime);
  client = cloud.world.client(SecretsManagerClient);
});

const plan = { name: "muster/local/demo/admin", length: 24, description: "admin", tags: { "muster:cluster": "demo" } };
const value = async () =>
  (await cloud.run(client.send(new GetSecretValueCommand({ SecretId: plan.name })))).SecretString;

describe("a generated secret", () => {
  it("is a password of that length, tagged, and without signs that a shell would read", async () => {
    await cloud.run(manager.generate(plan));
    expect(await value()).toMatch(/^[A-Za-z0-9]{24}$/);
    const { Tags } = await cloud.run(client.send(new DescribeSecretCommand({ SecretId: plan.name })));
    expect(Tags).toEqual([{ Key: "muster:cluster", Value: "demo" }]);
  });

  it("keeps its value when it is generated again, and when the answer was lost", async () => {
    cloud.strike("CreateSecret", "lose-answer");
    await cloud.run(manager.generate(plan));
    const first = await value();
    await cloud.run(manager.generate(plan));
    expect(await value()).toBe(first);
  });

  it("waits for the name of one that was deleted a moment ago", async () => {
    await cloud.run(manager.generate(plan));
    await cloud.run(manager.destroy(plan.name));
    await cloud.run(manager.generate(plan));
    expect(await value()).toMatch(/^[A-Za-z0-9]{24}$/);
  });

  it("gives up when the name stays taken by one that is to be deleted, in AWS's words", async () => {
    await cloud.run(manager.generate(plan));
    await cloud.run(client.send(new DeleteSecretCommand({ SecretId: plan.name, RecoveryWindowInDays: 7 })));
    await expect(cloud.run(manager.generate(plan))).rejects.toMatchObject({ name: "InvalidRequestException" });
  });

  it("throws what is wrong with the request", async () => {
    cloud.strike("CreateSecret", awsError("InvalidParameterException", "no"));
    await expect(cloud.run(manager.generate(plan))).rejects.toMatchObject({ name: "InvalidParameterException" });
  });
});

describe("a secret", () => {
  it("exists until it is to be deleted", async () => {
    expect(await cloud.run(manager.exists("weka/token"))).toBe(true);
    expect(await cloud.run(manager.exists("weka/nothing"))).toBe(false);
    await cloud.run(client.send(new DeleteSecretCommand({ SecretId: "weka/token", RecoveryWindowInDays: 7 })));
    expect(await cloud.run(manager.exists("weka/token"))).toBe(false);
  });

  it("is destroyed for good, at once, and again without complaint", async () => {
    await cloud.run(manager.generate(plan));
    await cloud.run(manager.destroy(plan.name));
    await cloud.run(manager.destroy(plan.name));
    await cloud.run(manager.destroy("muster/local/never/there"));
    expect(await cloud.run(manager.exists(plan.name))).toBe(false);
  });

  it("that may not be seen is AwsAccessDenied, not absence", async () => {
    cloud.strike("DescribeSecret", awsError("AccessDeniedException", "not you", 400));
    await expect(cloud.run(manager.exists("weka/token"))).rejects.toMatchObject({ code: "AwsAccessDenied" });
  });
});
