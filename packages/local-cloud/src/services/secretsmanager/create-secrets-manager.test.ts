import { inspect } from "node:util";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  type CreateSecretCommandInput,
  type DeleteSecretCommandInput,
  type GetRandomPasswordCommandInput,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "../../kernel/service.ts";
import { clientSettings, roleCaller, testCloud } from "../../testing/test-cloud.ts";
import { createSecretsManager } from "./create-secrets-manager.ts";

const tokens = ["a", "b", "c"].map((letter) => letter.repeat(32));
const days = (count: number) => count * 86_400_000;

function withSecrets() {
  const cloud = testCloud();
  const plugin = createSecretsManager(cloud.context);
  cloud.register(plugin);
  const client = cloud.connect(new SecretsManagerClient(clientSettings));
  const create = (input: Partial<CreateSecretCommandInput> = {}) =>
    cloud.run(client.send(new CreateSecretCommand({ Name: "muster/c1", SecretString: "one", ...input })));
  const read = (input: { SecretId?: string; VersionId?: string; VersionStage?: string } = {}) =>
    cloud.run(client.send(new GetSecretValueCommand({ SecretId: "muster/c1", ...input })));
  const write = (SecretString: string, more: { ClientRequestToken?: string; VersionStages?: string[] } = {}) =>
    cloud.run(client.send(new PutSecretValueCommand({ SecretId: "muster/c1", SecretString, ...more })));
  const remove = (input: Partial<DeleteSecretCommandInput> = {}) =>
    cloud.run(client.send(new DeleteSecretCommand({ SecretId: "muster/c1", ...input })));
  const describeSecret = () => cloud.run(client.send(new DescribeSecretCommand({ SecretId: "muster/c1" })));
  return { cloud, plugin, client, create, read, write, remove, describeSecret };
}

const generate = async (input: GetRandomPasswordCommandInput) => {
  const { cloud, client } = withSecrets();
  return (await cloud.run(client.send(new GetRandomPasswordCommand(input)))).RandomPassword ?? "";
};

describe("a secret", () => {
  it("is made and read, by name, by ARN, and by ARN without its random end", async () => {
    const { create, read } = withSecrets();
    const made = await create();
    expect(made.ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:123456789012:secret:muster\/c1-[A-Za-z0-9]{6}$/);
    for (const SecretId of ["muster/c1", made.ARN ?? "", (made.ARN ?? "").slice(0, -7)]) {
      expect(await read({ SecretId })).toMatchObject({
        Name: "muster/c1",
        SecretString: "one",
        VersionId: made.VersionId,
        VersionStages: ["AWSCURRENT"],
      });
    }
  });

  it("may hold bytes", async () => {
    const { create, read } = withSecrets();
    await create({ SecretString: undefined, SecretBinary: Uint8Array.of(1, 2, 3) });
    expect((await read()).SecretBinary).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("without a value has nothing to read yet", async () => {
    const { create, read, write } = withSecrets();
    expect((await create({ SecretString: undefined })).VersionId).toBeUndefined();
    await expect(read()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
    await write("first", { VersionStages: ["DRAFT"] });
    expect((await read()).VersionStages).toEqual(["AWSCURRENT", "DRAFT"]);
  });

  it("is described, listed by filter and page, tagged and untagged", async () => {
    const { cloud, client, create, describeSecret } = withSecrets();
    await create({ Description: "admin", Tags: [{ Key: "cluster", Value: "c1" }] });
    await create({ Name: "muster/c2" });
    await create({ Name: "other" });
    const list = async (input: object) => {
      const { SecretList, NextToken } = await cloud.run(client.send(new ListSecretsCommand(input)));
      return { names: SecretList?.map(({ Name }) => Name), NextToken };
    };
    expect((await list({ Filters: [{ Key: "name", Values: ["muster/"] }] })).names).toEqual(["muster/c1", "muster/c2"]);
    expect((await list({ Filters: [{ Key: "name", Values: ["!muster/"] }] })).names).toEqual(["other"]);
    expect((await list({ Filters: [{ Key: "tag-key", Values: ["cluster"] }] })).names).toEqual(["muster/c1"]);
    const first = await list({ MaxResults: 2 });
    expect((await list({ MaxResults: 2, NextToken: first.NextToken })).names).toEqual(["other"]);
    await cloud.run(
      client.send(new TagResourceCommand({ SecretId: "muster/c1", Tags: [{ Key: "tier", Value: "manager" }] })),
    );
    await cloud.run(client.send(new UntagResourceCommand({ SecretId: "muster/c1", TagKeys: ["cluster"] })));
    expect(await describeSecret()).toMatchObject({
      Description: "admin",
      Tags: [{ Key: "tier", Value: "manager" }],
      CreatedDate: expect.any(Date),
    });
  });

  it.each<[string, Partial<CreateSecretCommandInput>, string, string]>([
    [
      "both kinds of value",
      { SecretBinary: Uint8Array.of(1) },
      "InvalidParameterException",
      "both a binary secret value and a string",
    ],
    [
      "a bad name",
      { Name: "a b" },
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    ],
    [
      "a short token",
      { ClientRequestToken: "abc" },
      "InvalidParameterException",
      "ClientRequestToken must be 32-64 characters long.",
    ],
    [
      "a value over 64 KiB",
      { SecretString: "x".repeat(65_537) },
      "ValidationException",
      "Value at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536",
    ],
    ["a key", { KmsKeyId: "alias/mine" }, "NotImplemented", "CreateSecret with KmsKeyId"],
  ])("is refused with %s", async (_, input, name, message) => {
    const { create } = withSecrets();
    await expect(create(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("that does not exist is an error of its own class", async () => {
    const { read } = withSecrets();
    await expect(read()).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(read()).rejects.toThrow("Secrets Manager can't find the specified secret.");
  });
});

describe("versions", () => {
  it("push the current one to AWSPREVIOUS, and that one out of sight", async () => {
    const { read, write, create, describeSecret } = withSecrets();
    const first = await create();
    const second = await write("two");
    expect(await read()).toMatchObject({ SecretString: "two", VersionStages: ["AWSCURRENT"] });
    expect(await read({ VersionStage: "AWSPREVIOUS" })).toMatchObject({ SecretString: "one" });
    const third = await write("three");
    expect((await describeSecret()).VersionIdsToStages).toEqual({
      [third.VersionId ?? ""]: ["AWSCURRENT"],
      [second.VersionId ?? ""]: ["AWSPREVIOUS"],
    });
    expect((await read({ VersionId: first.VersionId ?? "" })).SecretString, "by its id it can still be read").toBe(
      "one",
    );
  });

  it("may be put under another label first", async () => {
    const { create, read, write } = withSecrets();
    await create();
    await write("next", { VersionStages: ["AWSPENDING"] });
    expect((await read()).SecretString).toBe("one");
    expect((await read({ VersionStage: "AWSPENDING" })).SecretString).toBe("next");
  });

  it("come from UpdateSecret too", async () => {
    const { cloud, client, create, read, describeSecret } = withSecrets();
    await create();
    await cloud.run(
      client.send(new UpdateSecretCommand({ SecretId: "muster/c1", SecretString: "two", Description: "changed" })),
    );
    expect((await read()).SecretString).toBe("two");
    expect((await describeSecret()).Description).toBe("changed");
  });

  it.each([
    [
      { VersionId: "z".repeat(32) },
      `Secrets Manager can't find the specified secret value for VersionId: ${"z".repeat(32)}`,
    ],
    [
      { VersionStage: "AWSPREVIOUS" },
      "Secrets Manager can't find the specified secret value for staging label: AWSPREVIOUS",
    ],
  ])("that are not there are named: %j", async (input, message) => {
    const { create, read } = withSecrets();
    await create();
    await expect(read(input)).rejects.toMatchObject({ name: "ResourceNotFoundException", message });
  });

  it("must carry the label that is asked for with their id", async () => {
    const { create, read } = withSecrets();
    const { VersionId = "" } = await create();
    await expect(read({ VersionId, VersionStage: "AWSPREVIOUS" })).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "You provided a VersionStage that is not associated to the provided VersionId.",
    });
  });
});

describe("a client request token", () => {
  const [first = "", second = ""] = tokens;

  it("makes the same request again harmless", async () => {
    const { create, write, describeSecret } = withSecrets();
    const made = await create({ ClientRequestToken: first });
    expect(made.VersionId).toBe(first);
    expect(await create({ ClientRequestToken: first })).toMatchObject({ ARN: made.ARN, VersionId: first });
    await write("two", { ClientRequestToken: second });
    await write("two", { ClientRequestToken: second });
    expect((await describeSecret()).VersionIdsToStages).toEqual({ [first]: ["AWSPREVIOUS"], [second]: ["AWSCURRENT"] });
  });

  it("stands for one value only", async () => {
    const { create, write } = withSecrets();
    const { ARN } = await create({ ClientRequestToken: first });
    await expect(write("other", { ClientRequestToken: first })).rejects.toMatchObject({
      name: "ResourceExistsException",
      message: `You can't use ClientRequestToken ${first} because that value is already in use for a version of secret ${ARN}.`,
    });
  });

  it("of another request does not make a second secret of that name", async () => {
    const { create } = withSecrets();
    await create({ ClientRequestToken: first });
    await expect(create({ ClientRequestToken: second })).rejects.toMatchObject({
      name: "ResourceExistsException",
      message: "The operation failed because the secret muster/c1 already exists.",
    });
  });
});

describe("a deleted secret", () => {
  it("can be neither read nor made again, but restored, until its window is over", async () => {
    const { cloud, client, create, read, remove, describeSecret } = withSecrets();
    await create();
    const { DeletionDate } = await remove({ RecoveryWindowInDays: 7 });
    expect((DeletionDate?.getTime() ?? 0) - cloud.clock.now()).toBeCloseTo(days(7), -3);
    await expect(read()).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    });
    await expect(create()).rejects.toMatchObject({
      name: "InvalidRequestException",
      message: "You can't create this secret because a secret with this name is already scheduled for deletion.",
    });
    expect((await describeSecret()).DeletedDate).toBeInstanceOf(Date);
    const hidden = await cloud.run(client.send(new ListSecretsCommand({})));
    const shown = await cloud.run(client.send(new ListSecretsCommand({ IncludePlannedDeletion: true })));
    expect([hidden.SecretList?.length, shown.SecretList?.length]).toEqual([0, 1]);
    await cloud.run(client.send(new RestoreSecretCommand({ SecretId: "muster/c1" })));
    expect((await read()).SecretString).toBe("one");
    await remove();
    await cloud.clock.advance(days(30) + 1);
    await expect(describeSecret()).rejects.toBeInstanceOf(ResourceNotFoundException);
    await expect(create({ SecretString: "new" })).resolves.toBeDefined();
  });

  it("without recovery is gone at once, though its name is free a little later only", async () => {
    const { cloud, create, read, remove } = withSecrets();
    await create();
    await remove({ ForceDeleteWithoutRecovery: true });
    await expect(read()).rejects.toMatchObject({ name: "InvalidRequestException" });
    await expect(create()).rejects.toThrow("already scheduled for deletion");
    await cloud.clock.advance(5_000);
    await expect(create()).resolves.toBeDefined();
  });

  it("that never was is no error when it is forced", async () => {
    const { remove } = withSecrets();
    await expect(remove({ ForceDeleteWithoutRecovery: true })).resolves.toMatchObject({ Name: "muster/c1" });
    await expect(remove()).rejects.toBeInstanceOf(ResourceNotFoundException);
  });

  it.each<[Partial<DeleteSecretCommandInput>, string]>([
    [{ RecoveryWindowInDays: 6 }, "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive)."],
    [
      { RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true },
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    ],
  ])("is not to be had with %j", async (input, message) => {
    const { create, remove } = withSecrets();
    await create();
    await expect(remove(input)).rejects.toMatchObject({ name: "InvalidParameterException", message });
  });
});

describe("a random password", () => {
  it.each<[string, GetRandomPasswordCommandInput, RegExp]>([
    ["32 characters of every kind", {}, /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^\w]).{32}$/],
    ["letters and numbers only", { ExcludePunctuation: true, PasswordLength: 12 }, /^[A-Za-z0-9]{12}$/],
    ["without some characters", { ExcludeCharacters: "abc", PasswordLength: 500 }, /^[^abc]{500}$/],
    ["with a space if asked", { IncludeSpace: true, PasswordLength: 5 }, / /],
  ])("has %s", async (_, input, expected) => {
    expect(await generate(input)).toMatch(expected);
  });

  it("is refused when it is too short for all its kinds", async () => {
    await expect(generate({ PasswordLength: 3 })).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "Password length is too short based on the required types.",
    });
  });
});

it("shows no value to anybody who prints the plugin, or in an error", async () => {
  const { plugin, create, write, read } = withSecrets();
  const [token = ""] = tokens;
  await create({ SecretString: "hunter2", ClientRequestToken: token });
  const error: unknown = await write("hunter3", { ClientRequestToken: token }).catch((caught: unknown) => caught);
  const tooLong: unknown = await write("hunter4".repeat(10_000)).catch((caught: unknown) => caught);
  const printed = inspect([plugin, error, tooLong], { depth: 20, showHidden: true }) + JSON.stringify(plugin);
  expect(printed).not.toMatch(/hunter/);
  expect((await read()).SecretString).toBe("hunter2");
});

it("asks IAM for the secret's ARN, with its tags under both names", async () => {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return undefined;
    },
  });
  cloud.register(createSecretsManager(cloud.context));
  const client = cloud.connect(new SecretsManagerClient(clientSettings), roleCaller("node"));
  const Tags = [{ Key: "muster:cluster", Value: "c1" }];
  const { ARN } = await cloud.run(client.send(new CreateSecretCommand({ Name: "s", SecretString: "x", Tags })));
  await cloud.run(client.send(new GetSecretValueCommand({ SecretId: "s" })));
  expect(asked.map(({ action, resource }) => [action, resource])).toEqual([
    ["secretsmanager:CreateSecret", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-??????"],
    ["secretsmanager:TagResource", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:s-??????"],
    ["secretsmanager:GetSecretValue", ARN],
  ]);
  expect(asked[0]?.context).toMatchObject({ "aws:RequestTag/muster:cluster": "c1", "secretsmanager:Name": "s" });
  expect(asked[2]?.context).toMatchObject({
    "aws:ResourceTag/muster:cluster": "c1",
    "secretsmanager:ResourceTag/muster:cluster": "c1",
    "secretsmanager:SecretId": ARN,
  });
});
