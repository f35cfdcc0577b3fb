import { awsError, exampleSpec, failNext, stateOf } from "@muster/testing/world";
import { describe, expect, it } from "vitest";
import { aDeployment, type Deployment } from "../testing/deployment.ts";
import {
  expectCancelledRefused,
  expectMalformedRefused,
  expectOthersRefused,
  malformed,
} from "../testing/expect-refused.ts";
import { expectTroublesTold } from "../testing/expect-troubles.ts";

const NAME = "muster/local/demo/admin-password";
const inputOf = ({ operation }: Pick<Deployment, "operation">) => ({ operation });
const create = (deployment: Deployment) => deployment.invoke("create-credentials", inputOf(deployment));

/** What a node, or a person, reads. */
async function read({ run, muster }: Deployment): Promise<string> {
  const { kernel, user } = muster.cloud;
  const answer = await run(kernel.call("secretsmanager", "GetSecretValue", { SecretId: NAME }, user));
  return (answer as { SecretString: string }).SecretString;
}

async function describeSecret({ run, muster }: Deployment): Promise<Readonly<Record<string, unknown>>> {
  const { kernel, user } = muster.cloud;
  return (await run(kernel.call("secretsmanager", "DescribeSecret", { SecretId: NAME }, user))) as Record<
    string,
    unknown
  >;
}

describe("create-credentials", () => {
  it("makes the product's password, tagged as the cluster's", async () => {
    const deployment = await aDeployment("admitted");
    expect(await create(deployment)).toEqual({ created: 1 });
    expect(await read(deployment)).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(await describeSecret(deployment)).toMatchObject({
      Description: expect.stringContaining("of cluster demo; made by Muster"),
      Tags: expect.arrayContaining([
        { Key: "muster:stage", Value: "local" },
        { Key: "muster:cluster", Value: "demo" },
      ]),
    });
  });

  it("makes the role that nodes run as, with a profile, and neither where the spec names a profile", async () => {
    const deployment = await aDeployment("admitted");
    await create(deployment);
    expect(await stateOf(deployment)).toMatchObject({
      roles: [expect.stringMatching(/^muster-demo-[0-9a-z]{8}$/)],
      instanceProfiles: [deployment.rows().clusters[0]?.nodeRole],
    });
    const other = await aDeployment("admitted", { spec: exampleSpec({ instanceProfile: "mine" }) });
    await create(other);
    expect(await stateOf(other)).toMatchObject({ roles: [], instanceProfiles: [] });
  });

  it("keeps the password that is there already, however often it is called", async () => {
    const deployment = await aDeployment("admitted");
    await create(deployment);
    const [before, password] = [await stateOf(deployment), await read(deployment)];
    expect(await create(deployment)).toEqual({ created: 1 });
    expect(await stateOf(deployment)).toEqual(before);
    expect(await read(deployment)).toBe(password);
  });

  it("makes one password when Secrets Manager's answer is lost", async () => {
    const deployment = await aDeployment("admitted");
    const values: string[] = [];
    failNext(deployment, "CreateSecret", "lose-answer");
    expect(await create(deployment)).toEqual({ created: 1 });
    values.push(await read(deployment));
    await create(deployment);
    expect([...values, await read(deployment)]).toEqual([values[0], values[0]]);
  });

  it("waits for a name whose last secret is still being deleted", async () => {
    const deployment = await aDeployment("admitted");
    await create(deployment);
    const old = await read(deployment);
    const { kernel, user } = deployment.muster.cloud;
    const deletion = { SecretId: NAME, ForceDeleteWithoutRecovery: true };
    await deployment.run(kernel.call("secretsmanager", "DeleteSecret", deletion, user));
    expect(await create(deployment)).toEqual({ created: 1 });
    expect(await read(deployment)).not.toBe(old);
  });

  it("gives up on a name that stays taken by a deleted secret, with AWS's reason", async () => {
    const deployment = await aDeployment("admitted");
    const message = "You can't create this secret because a secret with this name is already scheduled for deletion.";
    failNext(deployment, "CreateSecret", awsError("InvalidRequestException", message), { times: 100 });
    await expect(create(deployment)).rejects.toMatchObject({ name: "InvalidRequestException", message });
  });

  it("lets no value out: not in its answer, not in a log, not in a row", async () => {
    const logged: unknown[] = [];
    const log = (message: string, facts?: unknown) => void logged.push([message, facts]);
    const deployment = await aDeployment("admitted", { log: () => ({ info: log, warn: log, error: log }) });
    const answer = await create(deployment);
    failNext(deployment, "CreateSecret", awsError("InternalError", "An internal error has occurred", 500), {
      times: 8,
    });
    await expect(create(deployment)).rejects.toMatchObject({ name: "AwsUnavailable" });
    const password = await read(deployment);
    expect(logged).toHaveLength(1);
    expect(JSON.stringify([answer, logged, deployment.rows()])).not.toContain(password);
    expect(deployment.secretSightings()).toEqual([]);
  });

  it("refuses malformed input, and operations that may not", async () => {
    const deployment = await aDeployment("admitted");
    await expectMalformedRefused(deployment, "create-credentials", malformed(inputOf(deployment)));
    await expectOthersRefused(deployment, "create-credentials", (operation) => inputOf({ operation }));
    await expectCancelledRefused(deployment, "create-credentials", inputOf(deployment));
  });

  it.each([
    { operation: "Query", spec: {} },
    { operation: "CreateRole", spec: {} },
    { operation: "GetRandomPassword", spec: { instanceProfile: "mine" } },
    { operation: "CreateSecret", spec: { instanceProfile: "mine" } },
  ])("says what is wrong with $operation, and gets over it when it can", async ({ operation, spec }) => {
    const deployment = await aDeployment("admitted", { spec: exampleSpec(spec) });
    const answer = await expectTroublesTold(deployment, "create-credentials", inputOf(deployment), operation);
    expect(answer).toEqual({ created: 1 });
  });
});
