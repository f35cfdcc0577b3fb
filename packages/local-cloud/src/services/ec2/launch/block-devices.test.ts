import { DescribeInstancesCommand, DescribeVolumesCommand, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { createTestCloud, launchInput, refusalOf, type TestCloud } from "../testing/test-cloud.ts";

type Input = Parameters<typeof launchInput>[1];

const run = (cloud: TestCloud, input: Input = {}) =>
  cloud.clock.run(cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

const idsOf = (answer: { Instances?: { InstanceId?: string | undefined }[] | undefined }) =>
  (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");

const refused = (cloud: TestCloud, input: Input) =>
  refusalOf(cloud, cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input))));

describe("volumes of a launch", () => {
  it("are the image's root volume and those of the request, tagged", async () => {
    const cloud = createTestCloud();
    await run(cloud, {
      BlockDeviceMappings: [
        { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 30 } },
        { DeviceName: "/dev/sdp", Ebs: { VolumeSize: 48, VolumeType: "gp3", DeleteOnTermination: false } },
      ],
      TagSpecifications: [{ ResourceType: "volume", Tags: [{ Key: "muster:cluster", Value: "demo" }] }],
    });
    const { Volumes = [] } = await cloud.clock.run(
      cloud.aws.send(new DescribeVolumesCommand({ Filters: [{ Name: "tag:muster:cluster", Values: ["demo"] }] })),
    );
    const shown = Volumes.map((volume) => [
      volume.Attachments?.[0]?.Device,
      volume.Size,
      volume.VolumeType,
      volume.Iops,
      volume.Attachments?.[0]?.DeleteOnTermination,
    ]);
    expect(shown.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
      ["/dev/sdp", 48, "gp3", 3_000, false],
      ["/dev/xvda", 30, "gp3", 3_000, true],
    ]);
  });

  it.each([
    [
      "smaller than the image's snapshot",
      { DeviceName: "/dev/xvda", Ebs: { VolumeSize: 4 } },
      /^Volume of size 4GB is smaller than snapshot 'snap-0[0-9a-f]{16}', expect size>= 8GB$/,
    ],
    [
      "without a size",
      { DeviceName: "/dev/sdp", Ebs: { VolumeType: "gp3" } },
      /^The request must contain the parameter size or snapshotId$/,
    ],
    [
      "too small for their type",
      { DeviceName: "/dev/sdp", Ebs: { VolumeSize: 10, VolumeType: "st1" } },
      /^Volume of 10GiB is too small for volume type st1; minimum is 125GiB\.$/,
    ],
    [
      "of a type that takes no IOPS with some",
      { DeviceName: "/dev/sdp", Ebs: { VolumeSize: 10, VolumeType: "gp2", Iops: 300 } },
      /^The parameter iops is not supported for gp2 volumes\.$/,
    ],
  ] as const)("are refused when they are %s", async (_what, mapping, message) => {
    const cloud = createTestCloud();
    expect((await refused(cloud, { BlockDeviceMappings: [mapping] })).message).toMatch(message);
  });

  it("break the storage quota late: the launch is accepted, and the instance ends", async () => {
    // 50 TiB of gp3, of which others have all but 100 GiB.
    const cloud = createTestCloud({ otherUsage: { storageGiB: { gp3: 50 * 1_024 - 100 } } });
    const BlockDeviceMappings = [{ DeviceName: "/dev/sdp", Ebs: { VolumeSize: 80, VolumeType: "gp3" as const } }];
    const ids = idsOf(await run(cloud, { MinCount: 2, MaxCount: 2, BlockDeviceMappings }));
    // Nothing was made for the one that will fail.
    expect(cloud.ec2.admin.volumes()).toHaveLength(2);
    await cloud.clock.advance(60_000);
    const answer = await cloud.clock.run(cloud.aws.send(new DescribeInstancesCommand({ InstanceIds: ids })));
    const shown = (answer.Reservations?.[0]?.Instances ?? []).map((instance) => [
      instance.State?.Name,
      instance.StateReason?.Code,
      instance.StateReason?.Message,
    ]);
    expect(shown).toContainEqual(["running", undefined, undefined]);
    expect(shown).toContainEqual([
      "terminated",
      "Server.InternalError",
      "Client.VolumeLimitExceeded: Volume limit exceeded",
    ]);
    expect(cloud.ec2.admin.storageGiBInUse("gp3")).toBe(50 * 1_024 - 100 + 8 + 80);
  });

  it("fail late when their key is not to be had", async () => {
    const cloud = createTestCloud();
    const [id = ""] = idsOf(
      await run(cloud, {
        BlockDeviceMappings: [{ DeviceName: "/dev/sdp", Ebs: { VolumeSize: 8, KmsKeyId: "alias/lost" } }],
      }),
    );
    await cloud.clock.advance(60_000);
    expect(cloud.ec2.admin.instance(id)).toMatchObject({
      state: "terminated",
      stateReason: "Client.InternalError: Client error on launch",
    });
  });
});
