import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import type { NodeRoles } from "@muster/core";
import { awsError, makeOwnProfile, TRUSTS_EC2 } from "@muster/testing/world";
import { beforeEach, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { nodeRoleCreator } from "./node-role-creator.ts";
import { nodeRoleLister } from "./node-role-lister.ts";
import { nodeRoleRemover } from "./node-role-remover.ts";

const NAME = "muster-demo-m5x0q2aa";
const SSM_CORE = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";

let cloud: Embedded;
let roles: NodeRoles;
let client: IAMClient;

beforeEach(async () => {
  cloud = await embedded();
  const policyArns = [cloud.world.muster.manifest.nodePolicy.arn, SSM_CORE];
  roles = {
    ...nodeRoleCreator(cloud.runtime, { stage: "local", policyArns }),
    ...nodeRoleRemover(cloud.runtime, { stage: "local" }),
    ...nodeRoleLister(cloud.runtime, { stage: "local" }),
  };
  client = cloud.world.client(IAMClient);
});

const create = () => cloud.run(roles.create({ name: NAME, cluster: "demo" }));
const destroy = () => cloud.run(roles.destroy(NAME));

/** Everything that makes it a role for nodes. */
async function seen() {
  const { Role } = await cloud.run(client.send(new GetRoleCommand({ RoleName: NAME })));
  const { AttachedPolicies = [] } = await cloud.run(
    client.send(new ListAttachedRolePoliciesCommand({ RoleName: NAME })),
  );
  const { InstanceProfile } = await cloud.run(
    client.send(new GetInstanceProfileCommand({ InstanceProfileName: NAME })),
  );
  return {
    path: Role?.Path,
    tags: Object.fromEntries((Role?.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
    policies: AttachedPolicies.map(({ PolicyName = "" }) => PolicyName).toSorted(),
    profile: [InstanceProfile?.Path, InstanceProfile?.Roles?.map(({ RoleName }) => RoleName)],
  };
}

const whole = {
  path: "/muster/local/us-east-1/",
  tags: { "muster:stage": "local", "muster:cluster": "demo" },
  policies: ["AmazonSSMManagedInstanceCore", "muster-local-us-east-1-node"],
  profile: ["/muster/local/us-east-1/", [NAME]],
};

const CALLS = ["CreateRole", "AttachRolePolicy", "CreateInstanceProfile", "AddRoleToInstanceProfile"];
const UNDOING = [
  "GetInstanceProfile",
  "RemoveRoleFromInstanceProfile",
  "DeleteInstanceProfile",
  "GetRole",
  "ListAttachedRolePolicies",
  "DetachRolePolicy",
  "DeleteRole",
];

describe("the role of a cluster's nodes", () => {
  it("is under the stage's path, tagged as the cluster's, with both policies and a profile of its name", async () => {
    await create();
    expect(await seen()).toEqual(whole);
  });

  it("is left as it is when it is made again", async () => {
    await create();
    await create();
    expect(await seen()).toEqual(whole);
  });

  it.each(CALLS)("is whole when the answer to %s was lost", async (operation) => {
    cloud.strike(operation, "lose-answer");
    await create();
    expect(await seen()).toEqual(whole);
  });

  it.each(CALLS)("is whole after it was left half made, before %s", async (operation) => {
    cloud.strike(operation, awsError("ServiceFailure", "no", 400));
    await expect(create()).rejects.toMatchObject({ name: "ServiceFailure" });
    await create();
    expect(await seen()).toEqual(whole);
  });

  it.each(["AttachRolePolicy", "AddRoleToInstanceProfile"])(
    "is whole when %s does not see yet what was made a moment ago",
    async (operation) => {
      cloud.strike(operation, awsError("NoSuchEntity", "cannot be found", 404), 3);
      await create();
      expect(await seen()).toEqual(whole);
    },
  );

  it("is whole when its policy is refused at first, because IAM knows no path of a name that it does not see", async () => {
    cloud.strike("AttachRolePolicy", awsError("AccessDenied", "not authorized", 403), 3);
    await create();
    expect(await seen()).toEqual(whole);
  });

  it.each([
    { error: awsError("NoSuchEntity", "cannot be found", 404), code: "AwsUnavailable" },
    { error: awsError("AccessDenied", "not authorized", 403), code: "AwsAccessDenied" },
  ])("is $code when that does not pass", async ({ error, code }) => {
    cloud.strike("AttachRolePolicy", error, 100);
    await expect(create()).rejects.toMatchObject({ code });
  });

  it("is an error in AWS's words when the account has all the roles that it may have", async () => {
    cloud.strike("CreateRole", awsError("LimitExceeded", "Cannot exceed quota for RolesPerAccount: 1000", 409));
    await expect(create()).rejects.toThrow("RolesPerAccount: 1000");
  });
});

describe("the roles that were made", () => {
  it("are listed from a moment on, page after page, each once, and none of the user's own", async () => {
    const names = Array.from({ length: 120 }, (_, i) => `muster-c${i}-1`);
    for (const name of names) await cloud.run(roles.create({ name, cluster: "c" }));
    await makeOwnProfile(cloud.world, "mine");
    const soon = cloud.world.clock.now() + 1_000;
    expect((await cloud.run(roles.madeBefore(soon))).toSorted()).toEqual(names.toSorted());
    await cloud.world.clock.advance(60_000);
    await create();
    expect(await cloud.run(roles.madeBefore(soon))).not.toContain(NAME);
    expect(await cloud.run(roles.madeBefore(soon + 120_000))).toContain(NAME);
  });

  it("are listed when only the role, or only the profile, is there", async () => {
    const half = { Path: "/muster/local/us-east-1/" };
    await cloud.run(
      client.send(new CreateRoleCommand({ RoleName: "muster-a-1", AssumeRolePolicyDocument: TRUSTS_EC2, ...half })),
    );
    await cloud.run(client.send(new CreateInstanceProfileCommand({ InstanceProfileName: "muster-b-1", ...half })));
    const soon = cloud.world.clock.now() + 1_000;
    expect(await cloud.run(roles.madeBefore(soon))).toEqual(["muster-a-1", "muster-b-1"]);
  });
});

describe("the role of a cluster that is gone", () => {
  const isThere = () =>
    cloud.run(client.send(new GetRoleCommand({ RoleName: NAME }))).then(
      () => true,
      () => false,
    );

  it("goes with its profile, and again without complaint", async () => {
    await create();
    await destroy();
    expect(await isThere()).toBe(false);
    await destroy();
    await create();
    expect(await seen()).toEqual(whole);
  });

  it.each(UNDOING)("goes when the answer to %s was lost", async (operation) => {
    await create();
    cloud.strike(operation, "lose-answer");
    await destroy();
    expect(await isThere()).toBe(false);
  });

  it("is gone when it went while it was looked for, though IAM then says that it may not be seen", async () => {
    await create();
    cloud.strike("DeleteRole", "lose-answer");
    cloud.strike("DeleteInstanceProfile", "lose-answer");
    await destroy();
    expect(await isThere()).toBe(false);
  });

  it("is not taken from someone else who has a role and profile of that name", async () => {
    await cloud.run(client.send(new CreateRoleCommand({ RoleName: NAME, AssumeRolePolicyDocument: TRUSTS_EC2 })));
    await cloud.run(client.send(new CreateInstanceProfileCommand({ InstanceProfileName: NAME })));
    await destroy();
    expect(await isThere()).toBe(true);
    await expect(
      cloud.run(client.send(new GetInstanceProfileCommand({ InstanceProfileName: NAME }))),
    ).resolves.toBeDefined();
  });

  it("goes from whatever was made of it", async () => {
    cloud.strike("CreateInstanceProfile", awsError("ServiceFailure", "no", 400));
    await expect(create()).rejects.toMatchObject({ name: "ServiceFailure" });
    await destroy();
    expect(await isThere()).toBe(false);
  });

  it.each(["DeleteInstanceProfile", "DeleteRole"])("goes when %s still sees what was taken off", async (operation) => {
    await create();
    cloud.strike(operation, awsError("DeleteConflict", "Cannot delete entity", 409), 3);
    await destroy();
    expect(await isThere()).toBe(false);
  });

  it("goes with its profile when a person put another role into that", async () => {
    await create();
    const profile = { InstanceProfileName: NAME };
    await cloud.run(client.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName: NAME })));
    await cloud.run(client.send(new CreateRoleCommand({ RoleName: "theirs", AssumeRolePolicyDocument: TRUSTS_EC2 })));
    await cloud.run(client.send(new AddRoleToInstanceProfileCommand({ ...profile, RoleName: "theirs" })));
    await destroy();
    expect(await isThere()).toBe(false);
  });

  it("stays, with the reason, when a person gave it a policy of their own", async () => {
    await create();
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
    });
    await cloud.run(client.send(new PutRolePolicyCommand({ RoleName: NAME, PolicyName: "mine", PolicyDocument })));
    await expect(destroy()).rejects.toMatchObject({
      code: "RoleInUse",
      why: "Cannot delete entity, must delete policies first. (RoleInUse)",
      remedy: expect.stringContaining(`aws iam list-role-policies --role-name ${NAME}`),
    });
  });
});
