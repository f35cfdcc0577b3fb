import { AssumeRoleCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { ACCOUNT, roleArn, roleCaller, smallCloud, USER } from "../iam/testing/small-cloud.ts";

const root = `arn:aws:iam::${ACCOUNT}:root`;

function world(trustedPrincipals: string[] = [root]) {
  const cloud = smallCloud();
  const grant = { trustedServices: [], trustedPrincipals };
  const assume = [{ sid: "A", actions: ["sts:AssumeRole"], resources: [roleArn("admin")] }];
  const read = [{ sid: "R", actions: ["iam:GetRole"], resources: [roleArn("admin")] }];
  cloud.iam.putRole({ name: "admin", arn: roleArn("admin"), ...grant, statements: read });
  cloud.iam.putRole({ name: "function", arn: roleArn("function"), ...grant, statements: assume });
  const assumeRole = (input: object, caller = USER) => {
    const command = new AssumeRoleCommand({ RoleArn: roleArn("admin"), RoleSessionName: "ann", ...input });
    return cloud.clock.run(cloud.stsAs(caller).send(command));
  };
  const whoIs = (caller = USER) => cloud.clock.run(cloud.stsAs(caller).send(new GetCallerIdentityCommand({})));
  return { ...cloud, assumeRole, whoIs };
}

describe("who calls", () => {
  it("is told to users and roles alike, whatever their policies", async () => {
    const { whoIs, iam } = world();
    expect(await whoIs()).toMatchObject({ Account: ACCOUNT, Arn: USER.arn, UserId: "AIDAUSERANNAAAAAAAAA" });
    expect(await whoIs({ arn: root, isAccountUser: true })).toMatchObject({ UserId: ACCOUNT });
    const roleId = iam.findRole(roleArn("function"))?.id ?? "";
    expect(await whoIs(roleCaller("function"))).toMatchObject({
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/function/function`,
      UserId: `${roleId}:function`,
    });
  });
});

describe("a session of a role", () => {
  it("acts as the role, with its own name, until it expires", async () => {
    const { assumeRole, whoIs, sts, iamAs, clock } = world();
    const { Credentials, AssumedRoleUser } = await assumeRole({ DurationSeconds: 900 });
    const key = Credentials?.AccessKeyId ?? "";
    expect(key).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const caller = sts.callerOf(key);
    if (caller === undefined) throw new Error("the key stands for nobody");
    expect(await whoIs(caller)).toMatchObject({ Arn: AssumedRoleUser?.Arn, UserId: AssumedRoleUser?.AssumedRoleId });
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${ACCOUNT}:assumed-role/admin/ann`);
    const read = (RoleName: string) => clock.run(iamAs(caller).send(new GetRoleCommand({ RoleName })));
    expect(await read("admin")).toMatchObject({ Role: { RoleName: "admin" } });
    await expect(read("function")).rejects.toThrow("assumed-role/admin/ann is not authorized to perform: iam:GetRole");
    await clock.advance((Credentials?.Expiration?.getTime() ?? 0) - clock.now());
    expect(() => sts.callerOf(key)).toThrow("The security token included in the request is expired");
    await clock.advance(86_402_000);
    await assumeRole({});
    expect(sts.callerOf(key)).toBeUndefined();
  });

  it("may be taken by a role that is allowed to and trusted", async () => {
    const { assumeRole } = world();
    expect(await assumeRole({}, roleCaller("function"))).toMatchObject({
      AssumedRoleUser: { Arn: expect.any(String) as string },
    });
    await expect(assumeRole({}, roleCaller("admin"))).rejects.toThrow(
      "because no identity-based policy allows the sts:AssumeRole action",
    );
  });

  it.each([
    [
      "the role trusts nobody here",
      [],
      {},
      "AccessDenied",
      `User: ${USER.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn("admin")}`,
    ],
    [
      "there is no such role",
      [root],
      { RoleArn: roleArn("x") },
      "AccessDenied",
      `User: ${USER.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn("x")}`,
    ],
    [
      "its name has a space",
      [root],
      { RoleSessionName: "a b" },
      "ValidationError",
      "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]{2,64}",
    ],
    [
      "it is too short",
      [root],
      { DurationSeconds: 899 },
      "ValidationError",
      "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [
      "it is too long for any role",
      [root],
      { DurationSeconds: 43_201 },
      "ValidationError",
      "1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200",
    ],
    [
      "it is too long for this role",
      [root],
      { DurationSeconds: 3_601 },
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    ],
    [
      "it brings a policy",
      [root],
      { Policy: "{}" },
      "NotImplemented",
      "the embedded STS does not have the parameter Policy",
    ],
  ])("is refused when %s", async (_title, trusted, input, name, message) => {
    await expect(world(trusted).assumeRole(input)).rejects.toMatchObject({ name, message });
  });

  it("of a session may last an hour at most", async () => {
    const { assumeRole } = world();
    await expect(assumeRole({ DurationSeconds: 3_700 }, roleCaller("function"))).rejects.toThrow(
      "1 hour session limit",
    );
  });
});
