import { TAG } from "@muster/core";
import { aWorld, exampleSpec, makeOwnProfile, TRUSTS_EC2, violations, type World } from "@muster/testing/world";
import { beforeEach, describe, expect, it } from "vitest";

const PATH = "/muster/local/us-east-1/";

let world: World;
beforeEach(async () => {
  world = await aWorld();
});

/** What IAM says to a function of Muster's. */
async function says(functionName: string, operation: string, input: object): Promise<string> {
  const { manifest, cloud } = world.muster;
  const role = manifest.functions.find(({ name }) => name === functionName)?.role;
  const caller = { arn: role?.arn ?? "", isAccountUser: false };
  try {
    await world.run(cloud.kernel.call("iam", operation, input, caller));
    return "done";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("the function that makes roles", () => {
  const Tags = [{ Key: TAG.stage, Value: "local" }];
  const role = { RoleName: "x", Path: PATH, AssumeRolePolicyDocument: TRUSTS_EC2, Tags };
  const asMaker = (operation: string, input: object) => says("create-credentials", operation, input);

  it.each([
    { what: "one under the stage's path, tagged", change: {}, answer: "done" },
    { what: "one without the stage's tag", change: { Tags: [] }, answer: "AccessDenied" },
    {
      what: "one of another stage",
      change: { Tags: [{ Key: TAG.stage, Value: "production" }] },
      answer: "AccessDenied",
    },
    { what: "one outside the path", change: { Path: "/" }, answer: "AccessDenied" },
    {
      what: "one under another stage's path",
      change: { Path: "/muster/production/us-east-1/" },
      answer: "AccessDenied",
    },
  ])("makes $what: $answer", async ({ change, answer }) => {
    expect(await asMaker("CreateRole", { ...role, ...change })).toBe(answer);
  });

  it.each([
    {
      what: "the stage's node policy",
      arn: "arn:aws:iam::000000000000:policy/muster-local-us-east-1-node",
      answer: "done",
    },
    { what: "the SSM agent's", arn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore", answer: "done" },
    { what: "an administrator's", arn: "arn:aws:iam::aws:policy/AdministratorAccess", answer: "AccessDenied" },
  ])("gives them $what: $answer", async ({ arn, answer }) => {
    await asMaker("CreateRole", role);
    expect(await asMaker("AttachRolePolicy", { RoleName: "x", PolicyArn: arn })).toBe(answer);
  });

  it("writes them no policy, changes no trust, and reaches no other role", async () => {
    await asMaker("CreateRole", role);
    const own = { RoleName: "x", PolicyName: "p", PolicyDocument: "{}" };
    expect(await asMaker("PutRolePolicy", own)).toBe("AccessDenied");
    expect(await asMaker("UpdateAssumeRolePolicy", { RoleName: "x", PolicyDocument: TRUSTS_EC2 })).toBe("AccessDenied");
    const other = "muster-local-us-east-1-launch-nodes";
    const PolicyArn = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore";
    expect(await asMaker("AttachRolePolicy", { RoleName: other, PolicyArn })).toBe("AccessDenied");
    expect(await asMaker("CreateInstanceProfile", { InstanceProfileName: "y", Path: PATH })).toBe("done");
    expect(await asMaker("AddRoleToInstanceProfile", { InstanceProfileName: "y", RoleName: other })).toBe(
      "AccessDenied",
    );
  });
});

describe("a cluster's role", () => {
  const deployed = async (change = {}) => {
    const operation = await world.deploy(exampleSpec(change));
    if (operation.status !== "succeeded") throw new Error(operation.failure?.why);
    return world.rows().clusters[0]?.nodeRole;
  };

  it("is another one when the name is deployed again, so that EC2 cannot take one for the other", async () => {
    const first = await deployed();
    await world.destroy("demo");
    expect(await deployed()).not.toBe(first);
    expect(violations(world)).toEqual([]);
  });

  it("is ended by the sweep when a deployment that kept it is followed by another", async () => {
    world.muster.cloud.faults.script = ({ operation, caller }) =>
      operation === "GetRandomPassword" && caller.arn.endsWith("create-credentials") ? "throttle" : undefined;
    const failed = await world.deploy(exampleSpec({ keepOnFailure: true }));
    world.muster.cloud.faults.script = undefined;
    expect(failed.status).toBe("failed");
    const { nodeRole } = world.rows().clusters[0] ?? {};
    expect(world.muster.cloud.iam.namesUnder(PATH).roles).toEqual([nodeRole]);
    await makeOwnProfile(world, "mine");
    await deployed({ instanceProfile: "mine" });
    await world.clock.advance(2 * 3_600_000);
    expect(world.muster.cloud.iam.namesUnder(PATH)).toEqual({ roles: ["mine"], instanceProfiles: [] });
    expect(violations(world)).toEqual([]);
  });

  it("is not lent to another cluster", async () => {
    const instanceProfile = await deployed();
    const other = await world.deploy(exampleSpec({ name: "other", instanceProfile }));
    expect(other).toMatchObject({ status: "failed", failure: { code: "PreflightFailed" } });
    expect(other.findings).toContainEqual(
      expect.objectContaining({ id: "instance-profile", verdict: "block", measured: "made by Muster for one cluster" }),
    );
  });
});
