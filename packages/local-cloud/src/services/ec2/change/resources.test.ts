import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateNetworkInterfaceCommand,
  CreatePlacementGroupCommand,
  CreateTagsCommand,
  DeleteLaunchTemplateCommand,
  DeleteNetworkInterfaceCommand,
  DeletePlacementGroupCommand,
  DeleteTagsCommand,
  DeleteVolumeCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeTagsCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, refusalOf, subnetOf, type TestCloud } from "../testing/test-cloud.ts";

async function launch(cloud: TestCloud, input: Parameters<typeof launchInput>[1] = {}): Promise<string> {
  const answer = await cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));
  return answer.Instances?.[0]?.InstanceId ?? "";
}

const tagsOf = async (cloud: TestCloud, id: string) => {
  const { Tags = [] } = await cloud.clock.run(
    cloud.aws.send(new DescribeTagsCommand({ Filters: [{ Name: "resource-id", Values: [id] }] })),
  );
  return Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value]));
};

describe("tags", () => {
  it("are set, overwritten, and deleted by key or by key and value", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud);
    const create = (Tags: { Key: string; Value: string }[]) =>
      cloud.clock.run(cloud.aws.send(new CreateTagsCommand({ Resources: [id, subnetOf(cloud, "a")], Tags })));
    await create([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "2" },
    ]);
    await create([{ Key: "a", Value: "3" }]);
    expect(await tagsOf(cloud, id)).toEqual({ a: "3", b: "2" });
    const remove = (Tags: { Key: string; Value?: string }[]) =>
      cloud.clock.run(cloud.aws.send(new DeleteTagsCommand({ Resources: [id], Tags })));
    await remove([{ Key: "a", Value: "1" }, { Key: "b" }]);
    expect(await tagsOf(cloud, id)).toEqual({ a: "3" });
    expect(await tagsOf(cloud, subnetOf(cloud, "a"))).toEqual({ a: "3", b: "2" });
    expect(cloud.ec2.admin.leftovers({ key: "a", value: "1" })).toEqual([]);
    expect(cloud.ec2.admin.leftovers({ key: "a", value: "3" })).toHaveLength(2);
  });

  const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
  it.each([
    ["more than 50", many, "TagLimitExceeded"],
    [
      "a key twice",
      [
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ],
      "InvalidParameterValue",
    ],
    ["AWS's own prefix", [{ Key: "aws:ec2:fleet-id", Value: "1" }], "InvalidParameterValue"],
    ["too long a key", [{ Key: "k".repeat(129), Value: "" }], "InvalidParameterValue"],
    ["too long a value", [{ Key: "k", Value: "v".repeat(257) }], "InvalidParameterValue"],
  ])("are refused with %s", async (_what, Tags, code) => {
    const cloud = createTestCloud();
    const id = await launch(cloud);
    expect((await refusalOf(cloud, cloud.aws.send(new CreateTagsCommand({ Resources: [id], Tags })))).code).toBe(code);
    expect(await tagsOf(cloud, id)).toEqual({});
  });

  it.each([
    ["i-00000000000000001", "InvalidInstanceID.NotFound"],
    ["vol-00000000000000001", "InvalidVolume.NotFound"],
    ["thing-1", "InvalidID"],
  ])("are refused on %s, which does not exist", async (id, code) => {
    const cloud = createTestCloud();
    const call = cloud.aws.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: "a", Value: "b" }] }));
    expect((await refusalOf(cloud, call)).code).toBe(code);
  });
});

describe("network interfaces by themselves", () => {
  it("take an address until they are deleted, and are not deleted while in use", async () => {
    const cloud = createTestCloud();
    const made = await cloud.clock.run(
      cloud.aws.send(
        new CreateNetworkInterfaceCommand({ SubnetId: subnetOf(cloud, "a"), PrivateIpAddress: "172.31.0.77" }),
      ),
    );
    expect(made.NetworkInterface).toMatchObject({ PrivateIpAddress: "172.31.0.77", Status: "available" });
    const taken = cloud.aws.send(
      new CreateNetworkInterfaceCommand({ SubnetId: subnetOf(cloud, "a"), PrivateIpAddress: "172.31.0.77" }),
    );
    expect((await refusalOf(cloud, taken)).code).toBe("InvalidIPAddress.InUse");
    const NetworkInterfaceId = made.NetworkInterface?.NetworkInterfaceId ?? "";
    const id = await launch(cloud, { NetworkInterfaces: [{ DeviceIndex: 0, NetworkInterfaceId }] });
    const remove = () => cloud.aws.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
    expect(await refusalOf(cloud, remove())).toEqual({
      code: "InvalidParameterValue",
      status: 400,
      message: `Network interface '${NetworkInterfaceId}' is currently in use.`,
    });
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(60_000);
    await cloud.clock.run(remove());
    expect(cloud.ec2.admin.interfaces()).toEqual([]);
    expect((await refusalOf(cloud, remove())).code).toBe("InvalidNetworkInterfaceID.NotFound");
  });
});

const create = (cloud: TestCloud, GroupName: string, Strategy: "spread" | "partition" | "cluster") =>
  cloud.clock.run(cloud.aws.send(new CreatePlacementGroupCommand({ GroupName, Strategy })));

describe("client tokens of what is made one at a time", () => {
  it("make it once, and refuse other arguments", async () => {
    const cloud = createTestCloud();
    const create = (Description: string) =>
      cloud.aws.send(
        new CreateNetworkInterfaceCommand({ SubnetId: subnetOf(cloud, "a"), Description, ClientToken: "t" }),
      );
    const first = await cloud.clock.run(create("one"));
    const second = await cloud.clock.run(create("one"));
    expect(second.NetworkInterface).toEqual(first.NetworkInterface);
    expect(cloud.ec2.admin.interfaces()).toHaveLength(1);
    expect((await refusalOf(cloud, create("two"))).code).toBe("IdempotentParameterMismatch");
    const template = () =>
      cloud.aws.send(
        new CreateLaunchTemplateCommand({ LaunchTemplateName: "nodes", LaunchTemplateData: {}, ClientToken: "t" }),
      );
    const made = await cloud.clock.run(template());
    expect((await cloud.clock.run(template())).LaunchTemplate).toEqual(made.LaunchTemplate);
  });
});

describe("volumes", () => {
  it("are deleted once nothing holds them, and count against the quota until then", async () => {
    const cloud = createTestCloud();
    const id = await launch(cloud, {
      BlockDeviceMappings: [
        { DeviceName: "/dev/sdp", Ebs: { VolumeSize: 48, VolumeType: "gp3", DeleteOnTermination: false } },
      ],
    });
    const VolumeId = cloud.ec2.admin.volumes().find((volume) => volume.sizeGiB === 48)?.volumeId ?? "";
    const remove = () => cloud.aws.send(new DeleteVolumeCommand({ VolumeId }));
    expect(await refusalOf(cloud, remove())).toEqual({
      code: "VolumeInUse",
      status: 400,
      message: `Volume ${VolumeId} is currently attached to ${id}`,
    });
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.storageGiBInUse("gp3")).toBe(48);
    await cloud.clock.run(remove());
    expect(cloud.ec2.admin.storageGiBInUse("gp3")).toBe(0);
    expect((await refusalOf(cloud, remove())).code).toBe("InvalidVolume.NotFound");
  });
});

describe("placement groups", () => {
  it("cannot be deleted while an instance is in them", async () => {
    const cloud = createTestCloud();
    await create(cloud, "mine", "cluster");
    const id = await launch(cloud, { Placement: { GroupName: "mine" } });
    const remove = () => cloud.aws.send(new DeletePlacementGroupCommand({ GroupName: "mine" }));
    expect(await refusalOf(cloud, remove())).toMatchObject({
      code: "InvalidPlacementGroup.InUse",
      message: "The placement group 'mine' is in use and may not be deleted.",
    });
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: [id] })));
    await cloud.clock.advance(31_000);
    await cloud.clock.run(remove());
    expect((await refusalOf(cloud, remove())).code).toBe("InvalidPlacementGroup.Unknown");
  });

  it("of strategy spread hold seven instances in a zone", async () => {
    const cloud = createTestCloud();
    await create(cloud, "apart", "spread");
    await launch(cloud, { MinCount: 7, MaxCount: 7, Placement: { GroupName: "apart" } });
    const eighth = cloud.aws.send(new RunInstancesCommand(launchInput(cloud, { Placement: { GroupName: "apart" } })));
    expect((await refusalOf(cloud, eighth)).code).toBe("InsufficientInstanceCapacity");
    expect(await launch(cloud, { Placement: { GroupName: "apart" }, SubnetId: subnetOf(cloud, "b") })).toMatch(/^i-/);
  });

  it("of strategy partition spread a launch over their partitions", async () => {
    const cloud = createTestCloud();
    await cloud.clock.run(
      cloud.aws.send(new CreatePlacementGroupCommand({ GroupName: "parts", Strategy: "partition", PartitionCount: 3 })),
    );
    const answer = await cloud.clock.run(
      cloud.aws.send(new RunInstancesCommand(launchInput(cloud, { MaxCount: 6, Placement: { GroupName: "parts" } }))),
    );
    const partitions = answer.Instances?.map((instance) => instance.Placement?.PartitionNumber);
    expect(partitions?.toSorted()).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it("have one name each", async () => {
    const cloud = createTestCloud();
    const again = cloud.aws.send(new CreatePlacementGroupCommand({ GroupName: "muster-cluster", Strategy: "cluster" }));
    expect((await refusalOf(cloud, again)).code).toBe("InvalidPlacementGroup.Duplicate");
  });
});

describe("launch templates", () => {
  it("keep every version, newest first, and are found by id or name until they are deleted", async () => {
    const cloud = createTestCloud();
    const made = await cloud.clock.run(
      cloud.aws.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: "nodes",
          LaunchTemplateData: { InstanceType: "m5.large" },
        }),
      ),
    );
    expect(made.LaunchTemplate).toMatchObject({ DefaultVersionNumber: 1, LatestVersionNumber: 1 });
    const LaunchTemplateId = made.LaunchTemplate?.LaunchTemplateId;
    await cloud.clock.run(
      cloud.aws.send(
        new CreateLaunchTemplateVersionCommand({
          LaunchTemplateName: "nodes",
          SourceVersion: "1",
          LaunchTemplateData: { EbsOptimized: true },
        }),
      ),
    );
    const versions = await cloud.clock.run(
      cloud.aws.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId })),
    );
    expect(versions.LaunchTemplateVersions).toMatchObject([
      { VersionNumber: 2, DefaultVersion: false, LaunchTemplateData: { InstanceType: "m5.large", EbsOptimized: true } },
      { VersionNumber: 1, DefaultVersion: true, LaunchTemplateData: { InstanceType: "m5.large" } },
    ]);
    const again = cloud.aws.send(
      new CreateLaunchTemplateCommand({ LaunchTemplateName: "nodes", LaunchTemplateData: {} }),
    );
    expect(await refusalOf(cloud, again)).toEqual({
      code: "InvalidLaunchTemplateName.AlreadyExistsException",
      status: 400,
      message: "Launch template name already in use.",
    });
    await cloud.clock.run(cloud.aws.send(new DeleteLaunchTemplateCommand({ LaunchTemplateId })));
    const list = await cloud.clock.run(cloud.aws.send(new DescribeLaunchTemplatesCommand({})));
    expect(list.LaunchTemplates).toEqual([]);
    const gone = cloud.aws.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId }));
    expect(await refusalOf(cloud, gone)).toEqual({
      code: "InvalidLaunchTemplateId.NotFound",
      status: 400,
      message: `The specified launch template, with template ID ${LaunchTemplateId}, does not exist.`,
    });
  });
});
