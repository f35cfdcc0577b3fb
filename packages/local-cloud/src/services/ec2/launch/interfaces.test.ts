import {
  CreateNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, groupOf, launchInput, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

const run = (cloud: TestCloud, input: Input = {}) =>
  cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

const idsOf = (answer: { Instances?: { InstanceId?: string | undefined }[] | undefined }) =>
  (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");

const refused = (cloud: TestCloud, input: Input) =>
  refusalOf(cloud, cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

const faces = (cloud: TestCloud, count: number): Input => ({
  NetworkInterfaces: Array.from({ length: count }, (_, index) => ({
    DeviceIndex: index,
    SubnetId: subnetOf(cloud, "a"),
    Groups: [groupOf(cloud, "muster-members")],
    DeleteOnTermination: index !== 1,
  })),
});
const volumes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ DeviceName: `/dev/xvdb${index}`, Ebs: { VolumeSize: 1 } }));

describe("network interfaces of a launch", () => {
  it("are made, tagged and counted in the subnet", async () => {
    const cloud = createTestCloud();
    const answer = await run(cloud, {
      InstanceType: "i3en.2xlarge",
      MaxCount: 3,
      ...faces(cloud, 4),
      TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "muster:cluster", Value: "demo" }] }],
    });
    expect(answer.Instances?.[0]?.NetworkInterfaces?.map((face) => face.Attachment?.DeviceIndex)).toEqual([0, 1, 2, 3]);
    const found = await cloud.clock.run(
      cloud.aws.send(
        new DescribeNetworkInterfacesCommand({ Filters: [{ Name: "tag:muster:cluster", Values: ["demo"] }] }),
      ),
    );
    expect(found.NetworkInterfaces).toHaveLength(12);
    const subnets = await cloud.clock.run(
      cloud.aws.send(new DescribeSubnetsCommand({ SubnetIds: [subnetOf(cloud, "a")] })),
    );
    expect(subnets.Subnets?.[0]?.AvailableIpAddressCount).toBe(4_091 - 12);
  });

  it.each([
    ["two of one device index", [0, 0], "Each network interface requires a unique device index."],
    ["none with device index 0", [1, 2], "A network interface with device index 0 on network card 0 is required."],
  ])("are refused when there are %s", async (_what, indexes, message) => {
    const cloud = createTestCloud();
    const refusal = await refused(cloud, {
      InstanceType: "i3en.2xlarge",
      NetworkInterfaces: indexes.map((DeviceIndex) => ({ DeviceIndex, SubnetId: subnetOf(cloud, "a") })),
    });
    expect(refusal).toEqual({ code: "InvalidParameterValue", status: 400, message });
  });

  it("sit on several network cards, one device index 1 on each", async () => {
    const cloud = createTestCloud();
    const input = (cards: readonly number[]): Input => ({
      InstanceType: "hpc7a.12xlarge",
      NetworkInterfaces: cards.map((NetworkCardIndex, index) => ({
        NetworkCardIndex,
        DeviceIndex: index === 0 ? 0 : 1,
        SubnetId: subnetOf(cloud, "a"),
      })),
    });
    expect((await run(cloud, input([0, 0, 1]))).Instances?.[0]?.NetworkInterfaces).toHaveLength(3);
    expect(await refused(cloud, input([0, 2]))).toMatchObject({
      message: "Network card index 2 exceeds the limit for hpc7a.12xlarge",
    });
  });

  it("share the attachment limit with volumes on types that say so", async () => {
    const cloud = createTestCloud();
    // i3en.2xlarge: 25 volumes beside one interface, the root volume among them.
    const input = { InstanceType: "i3en.2xlarge" } as const;
    expect((await run(cloud, { ...input, BlockDeviceMappings: volumes(24) })).Instances).toHaveLength(1);
    const refusal = await refused(cloud, { ...input, ...faces(cloud, 4), BlockDeviceMappings: volumes(22) });
    expect(refusal).toMatchObject({
      code: "AttachmentLimitExceeded",
      message: "Volume count 23 exceeds the limit for i3en.2xlarge",
    });
  });

  it("may be an existing one, of which no copy can be made", async () => {
    const cloud = createTestCloud();
    const made = await cloud.clock.run(
      cloud.aws.send(new CreateNetworkInterfaceCommand({ SubnetId: subnetOf(cloud, "b") })),
    );
    const NetworkInterfaces = [{ DeviceIndex: 0, NetworkInterfaceId: made.NetworkInterface?.NetworkInterfaceId }];
    expect((await refused(cloud, { MaxCount: 2, NetworkInterfaces })).code).toBe("InvalidParameterCombination");
    const [instance] = (await run(cloud, { NetworkInterfaces })).Instances ?? [];
    expect(instance?.Placement?.AvailabilityZone).toBe("us-east-1b");
    expect(instance?.PrivateIpAddress).toBe(made.NetworkInterface?.PrivateIpAddress);
    expect((await refused(cloud, { NetworkInterfaces })).code).toBe("InvalidNetworkInterface.InUse");
  });

  it("keep their addresses for a while after their instance is terminated, then go or stay as asked", async () => {
    const cloud = createTestCloud();
    const ids = idsOf(await run(cloud, { InstanceType: "i3en.2xlarge", ...faces(cloud, 3) }));
    await cloud.clock.advance(20_000);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ids })));
    await cloud.clock.advance(31_000);
    expect(cloud.ec2.admin.instance(ids[0] ?? "")?.state).toBe("terminated");
    expect(cloud.ec2.admin.interfaces()).toHaveLength(3);
    await cloud.clock.advance(16_000);
    const left = cloud.ec2.admin.interfaces();
    expect(left.map((face) => [face.deleteOnTermination, face.instanceId])).toEqual([[undefined, undefined]]);
    const subnets = await cloud.clock.run(cloud.aws.send(new DescribeSubnetsCommand({})));
    expect(subnets.Subnets?.find((subnet) => subnet.SubnetId === subnetOf(cloud, "a"))?.AvailableIpAddressCount).toBe(
      4_090,
    );
  });
});
