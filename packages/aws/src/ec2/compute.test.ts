import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { clusterTags, launchRequest, type Launch, type LaunchRequest } from "@muster/core";
import { aLaunch, aShape, aSpec, aTier } from "@muster/testing";
import { awsError, exampleSpec } from "@muster/testing/world";
import { beforeEach, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { nodeRoleCreator } from "../iam/node-role-creator.ts";
import { account } from "./account.ts";
import { compute } from "./compute.ts";

const { network } = exampleSpec();
const [subnetA = ""] = network.subnets;
const place = { subnetId: subnetA, availabilityZone: "us-east-1a" };
let cloud: Embedded;
let ec2: ReturnType<typeof compute>;
let imageId: string;

beforeEach(async () => {
  cloud = await embedded();
  ec2 = compute(cloud.runtime);
  imageId = await cloud.run(account(cloud.runtime).newestImage("x86_64"));
});

function request(change: Partial<Launch> = {}, tier = aTier(), instanceProfile?: string): LaunchRequest {
  const spec = aSpec({ network: { ...aSpec().network, securityGroups: network["securityGroups"] as string[] } });
  const shape = aShape({ interfaces: 1, volumes: [] });
  const launch = aLaunch({ imageId, indexes: [0, 1], ...place, ...change });
  return launchRequest({ launch, tier, shape, spec, instanceProfile, stage: "test" });
}

const tags = clusterTags("test", "demo");
const launched = async (change: Partial<Launch> = {}, tier = aTier()) => {
  const outcome = await cloud.run(ec2.launch(request(change, tier)));
  if (outcome.outcome !== "launched") throw new Error(`${outcome.outcome}: ${outcome.message}`);
  await cloud.world.clock.advance(10_000);
  return outcome.instances.map(({ instanceId }) => instanceId);
};
const alive = () =>
  cloud.world.muster.cloud.ec2.admin
    .instances()
    .filter(({ state }) => state !== "terminated" && state !== "shutting-down")
    .map(({ instanceId }) => instanceId);
const at = (ids: readonly string[], availabilityZone = place.availabilityZone) =>
  ids.map((instanceId) => ({ instanceId, availabilityZone }));

describe("launching", () => {
  it("answers the instances in the order of the launch's places, and finds the same when it is asked again", async () => {
    const first = await cloud.run(ec2.launch(request()));
    const one = { instanceId: expect.stringMatching(/^i-/), privateIp: expect.stringMatching(/^[0-9.]+$/) };
    expect(first).toEqual({ outcome: "launched", instances: [one, one] });
    expect(await cloud.run(ec2.launch(request()))).toEqual(first);
    expect(alive()).toHaveLength(2);
  });

  it("waits for a profile that was made a moment ago: EC2 learns of it later", async () => {
    await cloud.run(
      nodeRoleCreator(cloud.runtime, { stage: "local", policyArns: [] }).create({
        name: "muster-demo-1",
        cluster: "demo",
      }),
    );
    const asked = cloud.world.clock.now();
    expect(await cloud.run(ec2.launch(request({}, aTier(), "muster-demo-1")))).toMatchObject({
      outcome: "launched",
    });
    expect(cloud.world.clock.now() - asked).toBeGreaterThan(5_000);
    await cloud.world.clock.advance(10_000);
    const { Reservations } = await cloud.run(cloud.world.client(EC2Client).send(new DescribeInstancesCommand({})));
    expect(Reservations?.[0]?.Instances?.[0]?.IamInstanceProfile?.Arn).toMatch(
      /:instance-profile\/muster\/local\/us-east-1\/muster-demo-1$/,
    );
  });

  it.each([
    "Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    'IAM Instance Profile "arn:aws:iam::1:instance-profile/nobody" has no associated IAM Roles',
  ])("is for later when EC2 still says after two minutes: %s", async (message) => {
    const asked = cloud.world.clock.now();
    cloud.strike("RunInstances", awsError("InvalidParameterValue", message, 400), 100);
    await expect(cloud.run(ec2.launch(request({}, aTier(), "muster-demo-1")))).rejects.toMatchObject({
      code: "AwsUnavailable",
      what: "EC2 does not know instance profile muster-demo-1 yet.",
    });
    expect(cloud.world.clock.now() - asked).toBeGreaterThanOrEqual(120_000);
  });

  it("is refused at once when it is a profile of the user's own that EC2 does not know", async () => {
    const asked = cloud.world.clock.now();
    expect(await cloud.run(ec2.launch(request({}, aTier(), "nobody")))).toMatchObject({
      outcome: "refused",
      code: "InvalidParameterValue",
      message: expect.stringContaining("nobody"),
    });
    expect(cloud.world.clock.now() - asked).toBeLessThan(5_000);
  });

  it("is asked again when the answer was lost, and launches once", async () => {
    cloud.strike("RunInstances", "lose-answer");
    expect(await launched()).toHaveLength(2);
    expect(cloud.calls("RunInstances")).toBe(2);
    expect(alive()).toHaveLength(2);
  });

  it.each([
    { code: "InsufficientInstanceCapacity", status: 500, outcome: "no-capacity" },
    { code: "IdempotentInstanceTerminated", status: 400, outcome: "vanished" },
    { code: "InvalidSubnetID.NotFound", status: 400, outcome: "refused" },
    { code: "InvalidParameterCombination", status: 400, outcome: "refused" },
  ])("that EC2 answers with $code is $outcome, and not asked again", async ({ code, status, outcome }) => {
    cloud.strike("RunInstances", awsError(code, "said EC2", status));
    expect(await cloud.run(ec2.launch(request()))).toEqual({ outcome, code, message: "said EC2" });
    expect(cloud.calls("RunInstances")).toBe(1);
  });

  it.each([
    { fault: awsError("UnauthorizedOperation", "no", 403), code: "AwsAccessDenied" },
    { fault: "throttle" as const, code: "AwsUnavailable" },
  ])("is no outcome when it is $code: it is thrown", async ({ fault, code }) => {
    cloud.strike("RunInstances", fault, 99);
    await expect(cloud.run(ec2.launch(request()))).rejects.toMatchObject({ code });
  });
});

describe("trying a launch", () => {
  it("launches nothing, and says that it is allowed", async () => {
    expect(await cloud.run(ec2.tryLaunch(request()))).toEqual({ outcome: "allowed" });
    expect(alive()).toEqual([]);
    // A dry run is no launch: the token is free for the launch itself.
    expect(await launched()).toHaveLength(2);
  });

  it("carries no token: EC2 might take it for the launch itself", async () => {
    const asked: unknown[] = [];
    const send = async (command: { readonly input: unknown }) => {
      asked.push(command.input);
      throw Object.assign(new Error("would have succeeded"), { name: "DryRunOperation" });
    };
    const launcher = compute({ ...cloud.runtime, client: <C>() => ({ send }) as C });
    expect(await launcher.tryLaunch(request())).toEqual({ outcome: "allowed" });
    expect(asked).toMatchObject([{ DryRun: true, MaxCount: 2 }]);
    expect(asked[0]).not.toHaveProperty("ClientToken");
  });

  it.each([
    {
      fault: awsError("UnauthorizedOperation", "not you", 403),
      code: "UnauthorizedOperation",
      says: "not you",
    },
    {
      fault: awsError("InvalidAMIID.NotFound", "no such image"),
      code: "InvalidAMIID.NotFound",
      says: "no such image",
    },
  ])("passes on what EC2 says: $code", async ({ fault, code, says }) => {
    cloud.strike("RunInstances", fault);
    expect(await cloud.run(ec2.tryLaunch(request()))).toMatchObject({
      outcome: "refused",
      code,
      message: expect.stringContaining(says),
    });
  });
});

describe("ending", () => {
  it("refuses a protected instance by name, and ends it once its protection is lifted", async () => {
    const ids = await launched();
    expect(await cloud.run(ec2.terminate(at(ids)))).toMatchObject({ refused: ids });
    expect(alive()).toEqual(ids);
    for (const id of ids) await cloud.run(ec2.unprotect(id));
    await cloud.world.clock.advance(5_000);
    expect(await cloud.run(ec2.terminate(at(ids)))).toMatchObject({ refused: [] });
    expect(alive()).toEqual([]);
  });

  it("names each instance that is refused, and ends the others of its zone", async () => {
    const [first = "", second = ""] = await launched();
    const plain = await launched({ launchId: "L2" }, aTier({ holdsData: false }));
    await cloud.run(ec2.unprotect(first));
    await cloud.world.clock.advance(5_000);
    const unknown = "i-0ffffffffffffffff";
    const { refused } = await cloud.run(ec2.terminate(at([first, second, unknown, ...plain])));
    expect(refused.toSorted()).toEqual([second, unknown].toSorted());
    expect(alive()).toEqual([second]);
  });

  it("asks zone by zone: a call that names a protected instance would end those of another zone", async () => {
    const ids = await launched({}, aTier({ holdsData: false }));
    await cloud.run(ec2.terminate([...at(ids.slice(0, 1)), ...at(ids.slice(1), "us-east-1b")]));
    expect(cloud.calls("TerminateInstances")).toBe(2);
  });

  it("asks nothing for nobody, and does not mind that an instance to unprotect is not there", async () => {
    expect(await cloud.run(ec2.terminate([]))).toMatchObject({ refused: [] });
    await cloud.run(ec2.unprotect("i-0ffffffffffffffff"));
    expect(cloud.calls("TerminateInstances")).toBe(0);
  });

  it("throws what is no refusal", async () => {
    const ids = await launched();
    cloud.strike("TerminateInstances", awsError("UnauthorizedOperation", "no", 403));
    await expect(cloud.run(ec2.terminate(at(ids)))).rejects.toMatchObject({ code: "AwsAccessDenied" });
  });
});

describe("looking", () => {
  it("finds the instances with all of the tags, and says of each what matters", async () => {
    const ids = await launched();
    await launched({ launchId: "L2", cluster: "other" });
    const found = await cloud.run(ec2.instances(tags));
    expect(found.map(({ instanceId }) => instanceId).toSorted()).toEqual(ids.toSorted());
    expect(found[0]).toMatchObject({
      isSpot: false,
      availabilityZone: place.availabilityZone,
      privateIp: expect.stringMatching(/^[0-9.]+$/),
      tags: expect.objectContaining({ "muster:launch": "L1" }),
      launchedAt: expect.any(Number),
    });
    expect(await cloud.run(ec2.instances({ ...tags, "muster:tier": "client" }))).toEqual([]);
  });

  it("finds interfaces and volumes, in use or not, and deletes those that nobody uses; what is gone is fine", async () => {
    await launched();
    const { interfaces, volumes } = await cloud.run(ec2.leftovers(tags));
    expect(interfaces).toEqual([1, 2].map(() => ({ id: expect.stringMatching(/^eni-/), inUse: true })));
    expect(volumes).toEqual([1, 2].map(() => ({ id: expect.stringMatching(/^vol-/), inUse: true })));
    await cloud.run(ec2.deleteInterface("eni-0ffffffffffffffff"));
    await cloud.run(ec2.deleteVolume("vol-0ffffffffffffffff"));
    await expect(cloud.run(ec2.deleteVolume(volumes[0]?.id ?? ""))).rejects.toMatchObject({ name: "VolumeInUse" });
  });
});
