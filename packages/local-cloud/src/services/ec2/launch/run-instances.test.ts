import { RunInstancesCommand, TerminateInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, groupOf, launchInput, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

const run = (cloud: TestCloud, input: Input = {}) =>
  cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

const idsOf = (answer: { Instances?: { InstanceId?: string | undefined }[] | undefined }) =>
  (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");

const refused = (cloud: TestCloud, input: Input) =>
  refusalOf(cloud, cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

describe("a launch", () => {
  it("answers with one reservation of pending instances that carry what was asked for", async () => {
    const cloud = createTestCloud();
    const answer = await run(cloud, {
      MaxCount: 2,
      ClientToken: "launch-1",
      InstanceType: "i3en.2xlarge",
      IamInstanceProfile: { Name: "muster-node" },
      Placement: { GroupName: "muster-cluster" },
      SecurityGroupIds: [groupOf(cloud, "muster-members")],
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "muster:cluster", Value: "demo" }] }],
    });
    expect(answer.ReservationId).toMatch(/^r-0[0-9a-f]{16}$/);
    expect(answer.Instances).toHaveLength(2);
    expect(answer.Instances?.[1]).toMatchObject({
      InstanceId: expect.stringMatching(/^i-0[0-9a-f]{16}$/),
      InstanceType: "i3en.2xlarge",
      State: { Code: 0, Name: "pending" },
      StateReason: { Code: "pending", Message: "pending" },
      AmiLaunchIndex: 1,
      ClientToken: "launch-1",
      LaunchTime: new Date(Date.UTC(2026, 10, 20, 12, 0, 0)),
      SubnetId: subnetOf(cloud, "a"),
      PrivateIpAddress: "172.31.0.5",
      PrivateDnsName: "ip-172-31-0-5.ec2.internal",
      Placement: { AvailabilityZone: "us-east-1a", GroupName: "muster-cluster", Tenancy: "default" },
      IamInstanceProfile: { Arn: "arn:aws:iam::123456789012:instance-profile/muster-node" },
      SecurityGroups: [{ GroupId: groupOf(cloud, "muster-members"), GroupName: "muster-members" }],
      CpuOptions: { CoreCount: 4, ThreadsPerCore: 2 },
      Tags: [{ Key: "muster:cluster", Value: "demo" }],
      BlockDeviceMappings: [],
    });
  });

  it.each([
    ["all when there is room for all", 10, { min: 2, max: 6 }, 6],
    ["what there is room for when it is at least the minimum", 4, { min: 2, max: 6 }, 4],
  ])("launches %s", async (_what, places, { min, max }, launched) => {
    const cloud = createTestCloud({ dials: { capacity: () => places } });
    const answer = await run(cloud, { MinCount: min, MaxCount: max });
    expect(answer.Instances).toHaveLength(launched);
  });

  it("launches nothing when there is less room than the minimum", async () => {
    const cloud = createTestCloud({ dials: { capacity: () => 4 } });
    expect((await refused(cloud, { MinCount: 5, MaxCount: 6 })).code).toBe("InsufficientInstanceCapacity");
    expect(cloud.ec2.admin.instances()).toEqual([]);
  });

  it("counts what runs in a pool, and gives the places back when it is terminated", async () => {
    const cloud = createTestCloud();
    cloud.ec2.admin.setCapacity({ instanceType: "m5.large", zone: "us-east-1a", market: "on-demand" }, 2);
    const first = idsOf(await run(cloud, { MinCount: 2, MaxCount: 2 }));
    expect((await refused(cloud, {})).code).toBe("InsufficientInstanceCapacity");
    expect((await run(cloud, { SubnetId: subnetOf(cloud, "b") })).Instances).toHaveLength(1);
    expect((await run(cloud, { InstanceMarketOptions: { MarketType: "spot" } })).Instances).toHaveLength(1);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: first })));
    expect((await refused(cloud, {})).code).toBe("InsufficientInstanceCapacity");
    await cloud.clock.advance(31_000);
    expect((await run(cloud)).Instances).toHaveLength(1);
  });

  it("counts what runs, and what others use, against the vCPU quota", async () => {
    const quotas = (service: string, code: string) => (service === "ec2" && code === "L-1216C47A" ? 10 : undefined);
    const cloud = createTestCloud({ quotas, otherUsage: { vCpus: { "L-1216C47A": 4 } } });
    await run(cloud, { MinCount: 2, MaxCount: 2 });
    expect((await refused(cloud, { MinCount: 2, MaxCount: 2 })).code).toBe("VcpuLimitExceeded");
    expect((await run(cloud)).Instances).toHaveLength(1);
  });

  it("goes to a zone with room when the request names none", async () => {
    const cloud = createTestCloud({ dials: { capacity: ({ zone }) => (zone === "us-east-1b" ? 5 : 1) } });
    const answer = await run(cloud, { SubnetId: undefined, MinCount: 3, MaxCount: 3 });
    expect(answer.Instances?.map((instance) => instance.Placement?.AvailabilityZone)).toEqual([
      "us-east-1b",
      "us-east-1b",
      "us-east-1b",
    ]);
  });

  it("takes the default security group and interface when the request names none", async () => {
    const cloud = createTestCloud();
    const [instance] = (await run(cloud)).Instances ?? [];
    expect(instance?.SecurityGroups?.map((group) => group.GroupName)).toEqual(["default"]);
    expect(instance?.NetworkInterfaces).toHaveLength(1);
    expect(instance?.NetworkInterfaces?.[0]?.Attachment).toMatchObject({ DeviceIndex: 0, DeleteOnTermination: true });
  });

  it.each([
    ["of an image that wants IMDSv2", {}, { HttpTokens: "required", HttpPutResponseHopLimit: 2 }],
    [
      "as the request says",
      { MetadataOptions: { HttpTokens: "optional" as const, HttpPutResponseHopLimit: 5 } },
      { HttpTokens: "optional", HttpPutResponseHopLimit: 5 },
    ],
  ])("takes the metadata options %s", async (_what, input, expected) => {
    const cloud = createTestCloud();
    expect((await run(cloud, input)).Instances?.[0]?.MetadataOptions).toMatchObject(expected);
  });

  it("refuses tag keys that instance metadata cannot hold, when it is to hold them", async () => {
    const cloud = createTestCloud();
    const input: Input = {
      MetadataOptions: { InstanceMetadataTags: "enabled" },
      TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "a/b", Value: "" }] }],
    };
    expect((await refused(cloud, input)).message).toBe(
      "'a/b' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')",
    );
  });

  it.each([
    ["termination", { DisableApiTermination: true }, "disableApiTermination"],
    ["stop", { DisableApiStop: true }, "disableApiStop"],
  ])("refuses %s protection with spot", async (_what, input, attribute) => {
    const cloud = createTestCloud();
    expect(await refused(cloud, { ...input, InstanceMarketOptions: { MarketType: "spot" } })).toMatchObject({
      code: "UnsupportedOperation",
      message: `Modifying '${attribute}' is not supported for spot instances.`,
    });
  });

  it("marks spot instances, and gives each a request of its own", async () => {
    const cloud = createTestCloud();
    const answer = await run(cloud, { MaxCount: 2, InstanceMarketOptions: { MarketType: "spot" } });
    expect(answer.Instances?.map((instance) => instance.InstanceLifecycle)).toEqual(["spot", "spot"]);
    expect(new Set(answer.Instances?.map((instance) => instance.SpotInstanceRequestId)).size).toBe(2);
  });

  it("ends spot requests with their instances, and knows no persistent ones", async () => {
    const cloud = createTestCloud();
    const spot = (SpotOptions: object): Input => ({ InstanceMarketOptions: { MarketType: "spot", SpotOptions } });
    const tags = [{ Key: "muster:cluster", Value: "demo" }];
    const answer = await run(cloud, {
      ...spot({}),
      TagSpecifications: [{ ResourceType: "spot-instances-request", Tags: tags }],
    });
    expect(cloud.ec2.admin.leftovers({ key: "muster:cluster" })).toHaveLength(1);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: idsOf(answer) })));
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.leftovers({ key: "muster:cluster" })).toEqual([]);
    expect((await refused(cloud, spot({ SpotInstanceType: "persistent" }))).code).toBe("NotImplemented");
    expect((await refused(cloud, spot({ InstanceInterruptionBehavior: "stop" }))).message).toBe(
      "The stop InstanceInterruptionBehavior is not supported when requestType is set to one-time.",
    );
  });

  it("keeps a cluster placement group in one zone", async () => {
    const cloud = createTestCloud();
    await run(cloud, { Placement: { GroupName: "muster-cluster" } });
    const refusal = await refused(cloud, {
      Placement: { GroupName: "muster-cluster" },
      SubnetId: subnetOf(cloud, "b"),
    });
    expect(refusal).toMatchObject({ code: "InvalidParameterValue", message: expect.stringContaining("us-east-1a") });
  });

  it("may find no capacity when a cluster placement group grows later", async () => {
    const cloud = createTestCloud({ dials: { clusterGroupRefusal: 1 } });
    expect((await run(cloud, { Placement: { GroupName: "muster-cluster" } })).Instances).toHaveLength(1);
    const refusal = await refused(cloud, { Placement: { GroupName: "muster-cluster" } });
    expect(refusal.code).toBe("InsufficientInstanceCapacity");
  });
});
