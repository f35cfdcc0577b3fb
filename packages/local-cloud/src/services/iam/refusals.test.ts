import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { document, iamWorld, ssmCore, trust } from "./testing/iam-world.ts";
import { roleArn, roleCaller, smallCloud } from "./testing/small-cloud.ts";

const policy = (PolicyDocument: string) =>
  new PutRolePolicyCommand({ RoleName: "one", PolicyName: "p", PolicyDocument });
const statement = (more: object) => policy(JSON.stringify({ Statement: [{ Effect: "Allow", ...more }] }));

describe("what IAM refuses, in its words", () => {
  const profile = { InstanceProfileName: "nodes", RoleName: "one" };

  it.each([
    [
      "an unknown role",
      new GetRoleCommand({ RoleName: "x" }),
      "NoSuchEntityException",
      404,
      "The role with name x cannot be found.",
    ],
    [
      "an unknown policy of a role",
      new GetRolePolicyCommand({ RoleName: "one", PolicyName: "x" }),
      "NoSuchEntityException",
      404,
      "The role policy with name x cannot be found.",
    ],
    [
      "an unknown profile",
      new GetInstanceProfileCommand({ InstanceProfileName: "x" }),
      "NoSuchEntityException",
      404,
      "Instance Profile x cannot be found.",
    ],
    [
      "an unknown managed policy",
      new AttachRolePolicyCommand({ RoleName: "one", PolicyArn: "arn:aws:iam::aws:policy/X" }),
      "NoSuchEntityException",
      404,
      "Policy arn:aws:iam::aws:policy/X does not exist or is not attachable.",
    ],
    [
      "a second role of a name",
      new CreateRoleCommand({ RoleName: "one", AssumeRolePolicyDocument: trust }),
      "EntityAlreadyExistsException",
      409,
      "Role with name one already exists.",
    ],
    [
      "a second profile of a name",
      new CreateInstanceProfileCommand({ InstanceProfileName: "nodes" }),
      "EntityAlreadyExistsException",
      409,
      "Instance Profile nodes already exists.",
    ],
    [
      "a second role in a profile",
      new AddRoleToInstanceProfileCommand(profile),
      "LimitExceededException",
      409,
      "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    ],
    [
      "to delete a role in a profile",
      new DeleteRoleCommand({ RoleName: "one" }),
      "DeleteConflictException",
      409,
      "Cannot delete entity, must remove roles from instance profile first.",
    ],
    [
      "to delete a role with a policy",
      new DeleteRoleCommand({ RoleName: "two" }),
      "DeleteConflictException",
      409,
      "Cannot delete entity, must delete policies first.",
    ],
    [
      "to delete a role with an attached policy",
      new DeleteRoleCommand({ RoleName: "three" }),
      "DeleteConflictException",
      409,
      "Cannot delete entity, must detach all policies first.",
    ],
    [
      "to delete a profile with a role",
      new DeleteInstanceProfileCommand({ InstanceProfileName: "nodes" }),
      "DeleteConflictException",
      409,
      "Cannot delete entity, must remove roles from instance profile first.",
    ],
    [
      "a name with a space",
      new CreateRoleCommand({ RoleName: "a b", AssumeRolePolicyDocument: trust }),
      "ValidationError",
      400,
      "1 validation error detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    ],
    [
      "a name that is too long",
      new GetRoleCommand({ RoleName: "x".repeat(65) }),
      "ValidationError",
      400,
      `1 validation error detected: Value '${"x".repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    ],
    [
      "too many items",
      new ListRolesCommand({ MaxItems: 1001 }),
      "ValidationError",
      400,
      "1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value between 1 and 1000",
    ],
    [
      "a policy that is no JSON",
      policy("{"),
      "MalformedPolicyDocumentException",
      400,
      "This policy contains invalid Json",
    ],
    [
      "a policy without an effect",
      policy('{"Statement":[{"Action":"*","Resource":"*"}]}'),
      "MalformedPolicyDocumentException",
      400,
      "Syntax errors in policy.",
    ],
    [
      "a policy without actions",
      statement({ Resource: "*" }),
      "MalformedPolicyDocumentException",
      400,
      "Policy statement must contain actions.",
    ],
    [
      "a policy without resources",
      statement({ Action: "*" }),
      "MalformedPolicyDocumentException",
      400,
      "Policy statement must contain resources.",
    ],
    [
      "a Deny",
      policy('{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'),
      "NotImplemented",
      501,
      "the embedded IAM does not have Deny statements",
    ],
    [
      "a NotAction",
      statement({ NotAction: "*", Resource: "*" }),
      "NotImplemented",
      501,
      "the embedded IAM does not have NotAction in policies",
    ],
    [
      "an operator that is not here",
      statement({ Action: "*", Resource: "*", Condition: { IpAddress: { k: "10.0.0.0/8" } } }),
      "NotImplemented",
      501,
      "the embedded IAM does not have this policy: the embedded IAM has no condition operator IpAddress",
    ],
    [
      "a policy that is too large",
      statement({ Action: "x".repeat(10_300), Resource: "*" }),
      "LimitExceededException",
      409,
      "Maximum policy size of 10240 bytes exceeded for role one",
    ],
    [
      "a trust with conditions",
      new UpdateAssumeRolePolicyCommand({
        RoleName: "one",
        PolicyDocument: trust.replace('"Effect"', '"Condition":{},"Effect"'),
      }),
      "NotImplemented",
      501,
      "the embedded IAM does not have Condition in policies",
    ],
    [
      "a permissions boundary",
      new CreateRoleCommand({ RoleName: "x", AssumeRolePolicyDocument: trust, PermissionsBoundary: ssmCore }),
      "NotImplemented",
      501,
      "the embedded IAM does not have the parameter PermissionsBoundary",
    ],
  ])("%s", async (_title, command, name, status, message) => {
    const { send, createRole } = iamWorld();
    for (const role of ["one", "two", "three"]) await createRole(role);
    await send(new CreateInstanceProfileCommand({ InstanceProfileName: "nodes" }));
    await send(new AddRoleToInstanceProfileCommand(profile));
    await send(new PutRolePolicyCommand({ RoleName: "two", PolicyName: "p", PolicyDocument: document }));
    await send(new AttachRolePolicyCommand({ RoleName: "three", PolicyArn: ssmCore }));
    expect(await errorOf(send(command as never))).toEqual({ name, status, message });
  });

  it("a call that no policy of the caller allows", async () => {
    const { iam, iamAs, clock } = smallCloud();
    const statements = [{ sid: "S", actions: ["iam:GetRole"], resources: [roleArn("mine")] }];
    iam.putRole({ name: "mine", arn: roleArn("mine"), trustedServices: [], statements });
    const client = iamAs(roleCaller("mine"));
    expect(await clock.run(client.send(new GetRoleCommand({ RoleName: "mine" })))).toMatchObject({
      Role: { RoleName: "mine" },
    });
    expect(await errorOf(clock.run(client.send(new GetRoleCommand({ RoleName: "other" }))))).toEqual({
      name: "AccessDenied",
      status: 403,
      message:
        "User: arn:aws:sts::123456789012:assumed-role/mine/mine is not authorized to perform: iam:GetRole on resource: arn:aws:iam::123456789012:role/other because no identity-based policy allows the iam:GetRole action",
    });
    expect(await errorOf(clock.run(client.send(new ListRolesCommand({}))))).toMatchObject({
      message: expect.stringContaining("iam:ListRoles on resource: arn:aws:iam::123456789012:role/ because") as string,
    });
  });
});

async function errorOf(work: Promise<unknown>): Promise<{ name: string; message: string; status: number | undefined }> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error("it was not refused");
  const { $metadata: metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return { name: error.name, message: error.message, status: metadata?.httpStatusCode };
}
