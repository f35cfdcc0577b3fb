import { AttachRolePolicyCommand } from "@aws-sdk/client-iam";
import type { Statement } from "@muster/manifest";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "../../kernel/service.ts";
import { iamWorld, ssmCore } from "./testing/iam-world.ts";
import { roleArn, roleCaller, smallCloud } from "./testing/small-cloud.ts";

const instances = "arn:aws:ec2:eu-west-1:123456789012:instance/*";
const instance = "arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc";

function allows(grant: Partial<Statement>, request: AccessRequest): boolean {
  const { iam } = smallCloud();
  const statement = { sid: "S", actions: ["*"], resources: ["*"], ...grant };
  iam.putRole({
    name: "r",
    arn: roleArn("r"),
    trustedServices: [],
    statements: [statement],
    tags: { team: "storage" },
  });
  return iam.authorize(roleCaller("r"), [request]) === undefined;
}

describe("an action is covered", () => {
  it.each<[pattern: string, action: string, expected: boolean]>([
    ["ec2:RunInstances", "ec2:RunInstances", true],
    ["EC2:runinstances", "ec2:RunInstances", true],
    ["ec2:Run*", "ec2:RunInstances", true],
    ["ec2:*", "ec2:RunInstances", true],
    ["*", "ec2:RunInstances", true],
    ["ec2:*Instances", "ec2:RunInstances", true],
    ["ec2:?unInstances", "ec2:RunInstances", true],
    ["ec2:RunInstance", "ec2:RunInstances", false],
    ["ec2:Describe*", "ec2:RunInstances", false],
    ["ssm:*", "ec2:RunInstances", false],
    ["ec2", "ec2:RunInstances", false],
  ])("by %s for %s: %j", (pattern, action, expected) => {
    expect(allows({ actions: [pattern] }, { action, resource: "*" })).toBe(expected);
  });
});

describe("a resource is covered", () => {
  it.each<[patterns: string[], resource: string, expected: boolean]>([
    [["*"], instance, true],
    [["*"], "*", true],
    [[instances], instance, true],
    [[instances], "*", false],
    [["arn:aws:ec2:eu-west-1:123456789012:volume/*"], instance, false],
    [["arn:aws:ec2:eu-west-1:123456789012:volume/*", instances], instance, true],
    [["arn:aws:ec2:*:*:instance/${aws:PrincipalTag/team}"], "arn:aws:ec2:a:b:instance/storage", true],
    [["arn:aws:ec2:*:*:instance/${aws:PrincipalTag/team}"], instance, false],
    [["arn:aws:ec2:*:*:instance/${aws:PrincipalTag/none}"], "arn:aws:ec2:a:b:instance/", false],
    [["arn:aws:ec2:*:${aws:PrincipalAccount}:instance/*"], instance, true],
    [["muster-*"], "muster-queue", true],
  ])("by %j for %s: %j", (resources, resource, expected) => {
    expect(allows({ resources }, { action: "ec2:X", resource })).toBe(expected);
  });
});

describe("conditions see", () => {
  const at = "2026-01-01T00:00:00.000Z";
  it.each<[key: string, value: string]>([
    ["aws:PrincipalArn", roleArn("r")],
    ["aws:PrincipalAccount", "123456789012"],
    ["aws:PrincipalTag/team", "storage"],
    ["aws:RequestedRegion", "eu-west-1"],
    ["aws:SourceAccount", "123456789012"],
    ["aws:CurrentTime", at],
    ["aws:EpochTime", "1767225600"],
    ["aws:SecureTransport", "true"],
    ["ec2:InstanceType", "i3en.2xlarge"],
  ])("%s", (key, value) => {
    const request = { action: "ec2:X", resource: instance, context: { "ec2:InstanceType": "i3en.2xlarge" } };
    expect(allows({ conditions: { StringEquals: { [key]: value } } }, request)).toBe(true);
    expect(allows({ conditions: { StringEquals: { [key]: `${value}.` } } }, request)).toBe(false);
  });
});

describe("a call", () => {
  it("of several requests needs each of them allowed, and hears of the first that is not", () => {
    const { iam } = smallCloud();
    const statements = [{ sid: "Run", actions: ["ec2:RunInstances"], resources: [instances] }];
    iam.putRole({ name: "r", arn: roleArn("r"), trustedServices: [], statements });
    const volume = "arn:aws:ec2:eu-west-1:123456789012:volume/*";
    const requests = [instance, volume, "arn:aws:ec2:eu-west-1:123456789012:subnet/s"].map((resource) => ({
      action: "ec2:RunInstances",
      resource,
    }));
    expect(iam.authorize(roleCaller("r"), requests)).toEqual({ action: "ec2:RunInstances", resource: volume });
    expect(iam.authorize(roleCaller("r"), requests.slice(0, 1))).toBeUndefined();
    expect(iam.authorize(roleCaller("r"), [])).toBeUndefined();
  });

  it("of a role that does not exist is refused", () => {
    const { iam } = smallCloud();
    const request = { action: "ec2:RunInstances", resource: "*" };
    expect(iam.authorize(roleCaller("nobody"), [request])).toEqual(request);
  });

  it("is judged by what the role may do now, not when it first asked", () => {
    const { iam } = smallCloud();
    const grant = { name: "r", arn: roleArn("r"), trustedServices: [] };
    const request = { action: "ec2:RunInstances", resource: instance };
    iam.putRole({ ...grant, statements: [{ sid: "A", actions: ["ec2:*"], resources: ["*"] }] });
    expect(iam.authorize(roleCaller("r"), [request])).toBeUndefined();
    iam.putRole({ ...grant, statements: [{ sid: "A", actions: ["ssm:*"], resources: ["*"] }] });
    expect(iam.authorize(roleCaller("r"), [request])).toEqual(request);
  });

  it("is allowed by AWS's own policies, too", async () => {
    const { iam, createRole, send } = iamWorld();
    await createRole("r");
    await send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: ssmCore }));
    const allowed = (action: string) => iam.authorize(roleCaller("r"), [{ action, resource: "*" }]) === undefined;
    expect([allowed("ssm:UpdateInstanceInformation"), allowed("ssm:SendCommand")]).toEqual([true, false]);
    expect(iam.unusedGrants()).toEqual([]);
  });

  it("with a condition on a key of several values, not asked as such, is a loud error", () => {
    const grant = { conditions: { StringEquals: { "aws:TagKeys": "a" } } };
    const request = { action: "ec2:X", resource: "*", context: { "aws:TagKeys": ["a"] } };
    expect(() => allows(grant, request)).toThrow("aws:TagKeys has several values");
  });
});

describe("the record of use", () => {
  const statements = [
    { sid: "Read", actions: ["ec2:Describe*", "ec2:GetConsoleOutput"], resources: ["*"] },
    { sid: "Run", actions: ["ec2:RunInstances"], resources: [instances, "arn:aws:ec2:*:*:subnet/*"] },
  ];
  function used() {
    const { iam } = smallCloud();
    iam.putRole({ name: "r", arn: roleArn("r"), trustedServices: [], statements });
    iam.authorize(roleCaller("r"), [{ action: "ec2:DescribeInstances", resource: "*" }]);
    iam.authorize(roleCaller("r"), [{ action: "ec2:DescribeSubnets", resource: "*" }]);
    iam.authorize(roleCaller("r"), [{ action: "ec2:RunInstances", resource: instance }]);
    iam.authorize(roleCaller("r"), [{ action: "ec2:TerminateInstances", resource: instance }]);
    iam.authorize(roleCaller("r"), [{ action: "ec2:TerminateInstances", resource: instance }]);
    return iam;
  }

  it("names what allowed something: role, statement, action and resource as the policy writes them", () => {
    const role = roleArn("r");
    expect(used().usedGrants()).toEqual([
      { role, sid: "Read", action: "ec2:Describe*", resource: "*", times: 2 },
      { role, sid: "Run", action: "ec2:RunInstances", resource: instances, times: 1 },
    ]);
  });

  it("names the grants that nothing used", () => {
    const owner = roleArn("r");
    expect(used().unusedGrants()).toEqual([
      { owner, sid: "Read", kind: "action", pattern: "ec2:GetConsoleOutput" },
      { owner, sid: "Run", kind: "resource", pattern: "arn:aws:ec2:*:*:subnet/*" },
    ]);
  });

  it("names what was refused, and how often", () => {
    expect(used().refusals()).toEqual([
      { role: roleArn("r"), action: "ec2:TerminateInstances", resource: instance, times: 2 },
    ]);
  });

  it("counts a role that never called as unused in whole", () => {
    const { iam } = smallCloud();
    iam.putRole({ name: "r", arn: roleArn("r"), trustedServices: [], statements });
    expect(iam.unusedGrants()).toHaveLength(6);
  });
});

it("a role whose name and ARN disagree, or whose policies cannot be read, is never made", () => {
  const { iam } = smallCloud();
  const grant = { name: "r", arn: roleArn("r"), trustedServices: [], statements: [] };
  const statement = { sid: "S", actions: ["a:b"], resources: ["*"] };
  expect(() => iam.putRole({ ...grant, arn: roleArn("other") })).toThrow("is not the ARN of a role r");
  expect(() => iam.putRole({ ...grant, statements: [{ ...statement, actions: [] }] })).toThrow("name an action");
  const conditions = { StringMatches: { k: "v" } };
  expect(() => iam.putRole({ ...grant, statements: [{ ...statement, conditions }] })).toThrow("StringMatches");
});
