import { awsError, exampleSpec } from "@muster/testing/world";
import { beforeAll, describe, expect, it } from "vitest";
import { embedded, type Embedded } from "../testing/embedded.ts";
import { nodeRoleCreator } from "../iam/node-role-creator.ts";
import { account } from "./account.ts";

/** An account in which one cluster runs: six i3en.2xlarge and two c5.2xlarge. */
const spec = exampleSpec();
const { subnets } = spec.network;
const groups = spec.network["securityGroups"] as readonly string[];
let cloud: Embedded;
let reader: ReturnType<typeof account>;

beforeAll(async () => {
  cloud = await embedded();
  await cloud.world.deploy(spec);
  reader = account(cloud.runtime);
});

describe("what there is of the network", () => {
  it("is told in the order asked for, and what is not there is left out", async () => {
    const asked = [...subnets.toReversed(), "subnet-0ffffffffffffffff"];
    const found = await cloud.run(reader.subnets(asked));
    expect(found.map(({ id }) => id)).toEqual(subnets.toReversed());
    expect(found[0]).toMatchObject({ vpcId: expect.stringMatching(/^vpc-/), cidr: expect.stringMatching(/\/\d+$/) });
    expect(await cloud.run(reader.securityGroups([...groups, "sg-0ffffffffffffffff"]))).toEqual([
      expect.objectContaining({
        id: groups[0],
        ingress: expect.arrayContaining([expect.objectContaining({ groups })]),
      }),
    ]);
  });

  it("is told of a placement group, and of none", async () => {
    expect(await cloud.run(reader.placementGroup("muster-cluster"))).toMatchObject({
      strategy: "cluster",
      state: "available",
    });
    expect(await cloud.run(reader.placementGroup("nobody"))).toBeUndefined();
  });
});

describe("instance types", () => {
  it("are told with what preflight compares; an unknown name spoils nothing", async () => {
    const found = await cloud.run(reader.instanceTypes(["i3en.2xlarge", "x9.huge", "c5.2xlarge"]));
    expect(found.toSorted((a, b) => (a.type < b.type ? 1 : -1))).toEqual([
      expect.objectContaining({
        type: "i3en.2xlarge",
        vCpus: 8,
        interfacesMax: 4,
        instanceStoreDisks: 2,
        supportsSpot: true,
      }),
      expect.objectContaining({ type: "c5.2xlarge", vCpus: 8, instanceStoreDisks: 0, supportsClusterPlacement: true }),
    ]);
    expect(await cloud.run(reader.instanceTypes([]))).toEqual([]);
  });

  it("are offered in zones, each pair once", async () => {
    const offered = await cloud.run(reader.offerings(["i3en.2xlarge", "x9.huge"], ["us-east-1a", "us-east-1b"]));
    expect(offered.toSorted((a, b) => (a.zone < b.zone ? -1 : 1))).toEqual([
      { type: "i3en.2xlarge", zone: "us-east-1a" },
      { type: "i3en.2xlarge", zone: "us-east-1b" },
    ]);
  });
});

describe("what is in use", () => {
  it("is counted as AWS's quotas count: vCPUs by type and market, interfaces, gigabytes", async () => {
    const running = await cloud.run(reader.runningInstances());
    expect(running.toSorted((a, b) => b.vCpus - a.vCpus)).toEqual([
      { instanceType: "i3en.2xlarge", isSpot: false, vCpus: 48 },
      { instanceType: "c5.2xlarge", isSpot: false, vCpus: 16 },
    ]);
    const nodes = cloud.world.muster.cloud.ec2.admin.instances();
    expect(await cloud.run(reader.networkInterfaces())).toBe(
      nodes.reduce((sum, node) => sum + node.interfaceIds.length, 0),
    );
    const volumes = cloud.world.muster.cloud.ec2.admin.volumes().filter(({ type }) => type === "gp3");
    expect(await cloud.run(reader.gp3Storage())).toBe(volumes.reduce((sum, volume) => sum + volume.sizeGiB, 0));
  });
});

describe("a quota", () => {
  it("is the account's own, or AWS's default where nobody ever asked, or unknown", async () => {
    const own = await cloud.run(reader.quota("ec2", "L-1216C47A"));
    expect(own).toMatchObject({ value: expect.any(Number), isAdjustable: true });
    cloud.strike("GetServiceQuota", awsError("NoSuchResourceException", "no such quota"));
    const byDefault = await cloud.run(reader.quota("ec2", "L-1216C47A"));
    expect(byDefault?.value).toBe(5);
    expect(await cloud.run(reader.quota("ec2", "L-00000000"))).toBeUndefined();
  });
});

describe("images and profiles", () => {
  it("are found by name, and their absence is an answer", async () => {
    const id = await cloud.run(reader.newestImage("arm64"));
    expect(await cloud.run(reader.image(id))).toMatchObject({
      id,
      architecture: "arm64",
      state: "available",
      requiresImdsV2: true,
    });
    expect(await cloud.run(reader.image("ami-0ffffffffffffffff"))).toBeUndefined();
    await cloud.run(
      nodeRoleCreator(cloud.runtime, { stage: "local", policyArns: [] }).create({
        name: "muster-demo-1",
        cluster: "demo",
      }),
    );
    expect(await cloud.run(reader.instanceProfile("muster-demo-1"))).toEqual({
      name: "muster-demo-1",
      path: "/muster/local/us-east-1/",
    });
    expect(await cloud.run(reader.instanceProfile("nobody"))).toBeUndefined();
  });

  it("are counted beside how many there may be", async () => {
    const before = await cloud.run(reader.roleRoom());
    await cloud.run(
      nodeRoleCreator(cloud.runtime, { stage: "local", policyArns: [] }).create({
        name: "muster-other-1",
        cluster: "other",
      }),
    );
    const after = await cloud.run(reader.roleRoom());
    expect(after.instanceProfiles).toEqual({ used: before.instanceProfiles.used + 1, quota: 1_000 });
    expect(after.roles).toEqual({ used: before.roles.used + 1, quota: 1_000 });
  });

  it("that may not be read are AwsAccessDenied, not absence", async () => {
    cloud.strike("GetInstanceProfile", awsError("AccessDenied", "not you", 403));
    await expect(cloud.run(reader.instanceProfile("anyone"))).rejects.toMatchObject({
      code: "AwsAccessDenied",
    });
  });
});
