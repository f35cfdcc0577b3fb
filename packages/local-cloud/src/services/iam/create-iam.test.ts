import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRoleTagsCommand,
  ListRolesCommand,
  NoSuchEntityException,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { document, iamWorld, ssmCore, trust } from "./testing/iam-world.ts";
import { roleArn, roleCaller } from "./testing/small-cloud.ts";

describe("a role", () => {
  it("is made, shown and deleted", async () => {
    const { send, createRole } = iamWorld();
    const { Role } = await createRole("one");
    expect(Role).toMatchObject({
      Path: "/",
      RoleName: "one",
      Arn: roleArn("one"),
      MaxSessionDuration: 3600,
    });
    expect(Role?.CreateDate?.toISOString()).toMatch(/^2026-01-01T00:00:00/);
    expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{16}$/);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).toBe(trust);
    expect(await send(new GetRoleCommand({ RoleName: "one" }))).toMatchObject({ Role });
    await send(new DeleteRoleCommand({ RoleName: "one" }));
    await expect(send(new GetRoleCommand({ RoleName: "one" }))).rejects.toBeInstanceOf(NoSuchEntityException);
  });

  it("lives under a path, which lists can ask for", async () => {
    const { send, createRole } = iamWorld();
    await createRole("plain");
    const input = { RoleName: "deep", Path: "/muster/x/", AssumeRolePolicyDocument: trust };
    const { Role } = await send(new CreateRoleCommand(input));
    expect(Role?.Arn).toBe(roleArn("muster/x/deep"));
    const { Roles } = await send(new ListRolesCommand({ PathPrefix: "/muster/" }));
    expect(Roles?.map(({ RoleName, Path }) => [RoleName, Path])).toEqual([["deep", "/muster/x/"]]);
  });

  it("keeps tags and can be trusted by others later", async () => {
    const { send, createRole, iam } = iamWorld();
    await createRole("one");
    await send(
      new TagRoleCommand({
        RoleName: "one",
        Tags: [
          { Key: "b", Value: "2" },
          { Key: "a", Value: "1" },
        ],
      }),
    );
    await send(new UntagRoleCommand({ RoleName: "one", TagKeys: ["b"] }));
    const { Tags } = await send(new ListRoleTagsCommand({ RoleName: "one" }));
    expect(Tags).toEqual([{ Key: "a", Value: "1" }]);
    const PolicyDocument = trust.replace("ec2.", "lambda.");
    await send(new UpdateAssumeRolePolicyCommand({ RoleName: "one", PolicyDocument }));
    expect(iam.findRole(roleArn("one"))?.trustedServices).toEqual(["lambda.amazonaws.com"]);
  });
});

describe("policies of a role", () => {
  it("are put, shown, listed and deleted, and take effect at once", async () => {
    const { send, createRole, iam } = iamWorld();
    await createRole("one");
    const request = { action: "s3:GetObject", resource: "arn:aws:s3:::x/y", context: { a: "true" } };
    expect(iam.authorize(roleCaller("one"), [request])).toEqual(request);
    await send(new PutRolePolicyCommand({ RoleName: "one", PolicyName: "p", PolicyDocument: document }));
    expect(iam.authorize(roleCaller("one"), [request])).toBeUndefined();
    const { PolicyDocument } = await send(new GetRolePolicyCommand({ RoleName: "one", PolicyName: "p" }));
    expect(JSON.parse(decodeURIComponent(PolicyDocument ?? ""))).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Statement0",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: ["arn:aws:s3:::x/*"],
          Condition: { Bool: { a: ["true"] } },
        },
      ],
    });
    expect((await send(new ListRolePoliciesCommand({ RoleName: "one" }))).PolicyNames).toEqual(["p"]);
    await send(new DeleteRolePolicyCommand({ RoleName: "one", PolicyName: "p" }));
    expect(iam.authorize(roleCaller("one"), [request])).toEqual(request);
  });

  it("of AWS are attached and detached", async () => {
    const { send, createRole } = iamWorld();
    await createRole("one");
    await send(new AttachRolePolicyCommand({ RoleName: "one", PolicyArn: ssmCore }));
    const listed = await send(new ListAttachedRolePoliciesCommand({ RoleName: "one" }));
    expect(listed.AttachedPolicies).toEqual([{ PolicyName: "AmazonSSMManagedInstanceCore", PolicyArn: ssmCore }]);
    const inPath = new ListAttachedRolePoliciesCommand({ RoleName: "one", PathPrefix: "/service-role/" });
    expect((await send(inPath)).AttachedPolicies).toEqual([]);
    await send(new DetachRolePolicyCommand({ RoleName: "one", PolicyArn: ssmCore }));
    expect((await send(new ListAttachedRolePoliciesCommand({ RoleName: "one" }))).AttachedPolicies).toEqual([]);
  });
});

describe("an instance profile", () => {
  it("hands one role to instances", async () => {
    const { send, createRole, iam, clock } = iamWorld();
    await createRole("one");
    const InstanceProfileName = "nodes";
    await send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await clock.advance(10_000);
    const arn = "arn:aws:iam::123456789012:instance-profile/nodes";
    expect(iam.findInstanceProfile("nodes")).toMatchObject({ arn, roleArn: undefined });
    await send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "one" }));
    await clock.advance(10_000);
    expect(iam.findInstanceProfile(arn)).toMatchObject({ name: "nodes", roleArn: roleArn("one") });
    const { InstanceProfile } = await send(new GetInstanceProfileCommand({ InstanceProfileName }));
    expect(InstanceProfile).toMatchObject({ Arn: arn, Roles: [{ RoleName: "one" }] });
    const { InstanceProfiles } = await send(new ListInstanceProfilesForRoleCommand({ RoleName: "one" }));
    expect(InstanceProfiles).toEqual([InstanceProfile]);
    await send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: "one" }));
    await send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    expect((await send(new ListInstanceProfilesCommand({}))).InstanceProfiles).toEqual([]);
    expect(iam.findInstanceProfile("nodes")).toBeUndefined();
  });

  it("is known to EC2 only some seconds later, and its role as well", async () => {
    const { send, createRole, iam, clock } = iamWorld();
    await createRole("one");
    await send(new CreateInstanceProfileCommand({ InstanceProfileName: "nodes", Path: "/muster/" }));
    expect(iam.findInstanceProfile("nodes")).toBeUndefined();
    await clock.advance(8_000);
    expect(iam.findInstanceProfile("nodes")).toMatchObject({ roleArn: undefined });
    await send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: "nodes", RoleName: "one" }));
    expect(iam.findInstanceProfile("nodes")).toMatchObject({ roleArn: undefined });
    await clock.advance(8_000);
    expect(iam.findInstanceProfile("nodes")).toMatchObject({ roleArn: roleArn("one") });
    expect(iam.findInstanceProfile("arn:aws:iam::123456789012:instance-profile/other/nodes")).toBeUndefined();
  });
});

describe("the account", () => {
  it("counts its roles, profiles and own policies beside what it may have", async () => {
    const { send, createRole, iam } = iamWorld();
    await createRole("one");
    await send(new CreateInstanceProfileCommand({ InstanceProfileName: "nodes" }));
    iam.putPolicy({ name: "p", arn: "arn:aws:iam::123456789012:policy/p", statements: [] });
    const { SummaryMap } = await send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toEqual({
      Roles: 1,
      RolesQuota: 1_000,
      InstanceProfiles: 1,
      InstanceProfilesQuota: 1_000,
      Policies: 1,
    });
  });

  it("has policies that several roles carry, each by its own tags", async () => {
    const { send, createRole, iam } = iamWorld();
    const arn = "arn:aws:iam::123456789012:policy/nodes";
    const ownSecrets = {
      sid: "Own",
      actions: ["secretsmanager:GetSecretValue"],
      resources: ["arn:aws:secretsmanager:*:*:secret:*"],
      conditions: { StringEquals: { "secretsmanager:ResourceTag/cluster": "${aws:PrincipalTag/cluster}" } },
    };
    iam.putPolicy({ name: "nodes", arn, statements: [ownSecrets] });
    for (const name of ["one", "two", "none"]) {
      await createRole(name);
      await send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn: arn }));
      const Tags = [{ Key: "cluster", Value: name }];
      if (name !== "none") await send(new TagRoleCommand({ RoleName: name, Tags }));
    }
    const request = {
      action: "secretsmanager:GetSecretValue",
      resource: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
      context: { "secretsmanager:ResourceTag/cluster": "one" },
    };
    const mayRead = (name: string) => iam.authorize(roleCaller(name), [request]) === undefined;
    expect([mayRead("one"), mayRead("two"), mayRead("none")]).toEqual([true, false, false]);
    expect(iam.unusedGrants()).toEqual([]);
    const { AttachedPolicies } = await send(new ListAttachedRolePoliciesCommand({ RoleName: "one" }));
    expect(AttachedPolicies).toEqual([{ PolicyName: "nodes", PolicyArn: arn }]);
  });
});

describe("long lists", () => {
  it("come in pages, and what is deleted in between shifts nothing", async () => {
    const { send, createRole } = iamWorld();
    for (const name of ["e", "c", "a", "d", "b"]) await createRole(name);
    const first = await send(new ListRolesCommand({ MaxItems: 2 }));
    expect([first.Roles?.map(({ RoleName }) => RoleName), first.IsTruncated]).toEqual([["a", "b"], true]);
    await send(new DeleteRoleCommand({ RoleName: "b" }));
    const rest = await send(new ListRolesCommand({ Marker: first.Marker }));
    expect([rest.Roles?.map(({ RoleName }) => RoleName), rest.IsTruncated, rest.Marker]).toEqual([
      ["c", "d", "e"],
      false,
      undefined,
    ]);
  });
});

describe("a simulation", () => {
  it("says what a role's policies allow, and which keys were missing, and records nothing", async () => {
    const { send, iam } = iamWorld();
    const statements = [
      {
        sid: "Run",
        actions: ["ec2:Run*"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:RequestTag/m": "x" } },
      },
    ];
    iam.putRole({ name: "r", arn: roleArn("r"), trustedServices: [], statements });
    await send(new AttachRolePolicyCommand({ RoleName: "r", PolicyArn: ssmCore }));
    const simulate = async (more: object) => {
      const ActionNames = ["ec2:RunInstances", "ec2:StopInstances", "ssm:PutInventory"];
      const input = { PolicySourceArn: roleArn("r"), ActionNames, ...more };
      const { EvaluationResults = [] } = await send(new SimulatePrincipalPolicyCommand(input));
      return EvaluationResults.map(({ EvalActionName, EvalDecision, MissingContextValues }) => [
        EvalActionName,
        EvalDecision,
        MissingContextValues,
      ]);
    };
    expect(await simulate({})).toEqual([
      ["ec2:RunInstances", "implicitDeny", ["aws:RequestTag/m"]],
      ["ec2:StopInstances", "implicitDeny", []],
      ["ssm:PutInventory", "allowed", []],
    ]);
    const entry = { ContextKeyName: "aws:RequestTag/m", ContextKeyValues: ["x"], ContextKeyType: "string" };
    expect((await simulate({ ContextEntries: [entry] }))[0]).toEqual(["ec2:RunInstances", "allowed", []]);
    expect([iam.usedGrants(), iam.refusals()]).toEqual([[], []]);
  });
});
