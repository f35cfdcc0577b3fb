import {
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribePlacementGroupsCommand,
  DescribeRegionsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { instanceTypes } from "../instance-types/instance-type.ts";
import { createTestCloud, groupOf, imageOf, refusalOf, subnetOf } from "../testing/test-cloud.ts";

describe("the world as EC2 describes it", () => {
  it("has one default VPC with a /20 subnet in each of three zones", async () => {
    const { aws, clock } = createTestCloud();
    const { Vpcs = [] } = await clock.run(aws.send(new DescribeVpcsCommand({})));
    expect(Vpcs).toMatchObject([{ CidrBlock: "172.31.0.0/16", IsDefault: true, State: "available" }]);
    const { Subnets = [] } = await clock.run(
      aws.send(new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [Vpcs[0]?.VpcId ?? ""] }] })),
    );
    expect(
      Subnets.map((one) => [one.AvailabilityZone, one.CidrBlock, one.AvailableIpAddressCount]).toSorted((a, b) =>
        String(a[0]).localeCompare(String(b[0])),
      ),
    ).toEqual([
      ["us-east-1a", "172.31.0.0/20", 4_091],
      ["us-east-1b", "172.31.16.0/20", 4_091],
      ["us-east-1c", "172.31.32.0/20", 4_091],
    ]);
  });

  it("has zones with names and ids, and one region", async () => {
    const { aws, clock } = createTestCloud();
    const zones = await clock.run(aws.send(new DescribeAvailabilityZonesCommand({})));
    expect(zones.AvailabilityZones?.map((zone) => [zone.ZoneName, zone.ZoneId, zone.State])).toEqual([
      ["us-east-1a", "use1-az1", "available"],
      ["us-east-1b", "use1-az2", "available"],
      ["us-east-1c", "use1-az3", "available"],
    ]);
    const regions = await clock.run(aws.send(new DescribeRegionsCommand({})));
    expect(regions.Regions?.map((region) => region.RegionName)).toEqual(["us-east-1"]);
  });

  it("has a security group whose members may talk and one that lets nothing in", async () => {
    const cloud = createTestCloud();
    const { SecurityGroups = [] } = await cloud.clock.run(
      cloud.aws.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: "group-name", Values: ["muster-*"] }] })),
    );
    const members = groupOf(cloud, "muster-members");
    const ingress = Object.fromEntries(SecurityGroups.map((group) => [group.GroupName, group.IpPermissions]));
    expect(ingress).toEqual({
      "muster-members": [
        {
          IpProtocol: "-1",
          IpRanges: [],
          Ipv6Ranges: [],
          PrefixListIds: [],
          UserIdGroupPairs: [{ GroupId: members, UserId: "123456789012" }],
        },
      ],
      "muster-isolated": [],
    });
    const { SecurityGroupRules = [] } = await cloud.clock.run(
      cloud.aws.send(new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [members] }] })),
    );
    expect(
      SecurityGroupRules.map((rule) => [rule.IsEgress, rule.CidrIpv4, rule.ReferencedGroupInfo?.GroupId]).toSorted(
        (a, b) => Number(a[0]) - Number(b[0]),
      ),
    ).toEqual([
      [false, undefined, members],
      [true, "0.0.0.0/0", undefined],
    ]);
  });

  it("has a cluster placement group and an Amazon Linux image for each architecture", async () => {
    const cloud = createTestCloud();
    const { PlacementGroups } = await cloud.clock.run(cloud.aws.send(new DescribePlacementGroupsCommand({})));
    expect(PlacementGroups).toMatchObject([{ GroupName: "muster-cluster", Strategy: "cluster", State: "available" }]);
    const { Images = [] } = await cloud.clock.run(
      cloud.aws.send(
        new DescribeImagesCommand({ Owners: ["amazon"], Filters: [{ Name: "architecture", Values: ["arm64"] }] }),
      ),
    );
    expect(Images).toMatchObject([
      { ImageId: imageOf(cloud, "arm64"), RootDeviceName: "/dev/xvda", ImdsSupport: "v2.0" },
    ]);
  });

  it("has the same ids for the same account and region", () => {
    expect(createTestCloud({ seed: 1 }).world).toEqual(createTestCloud({ seed: 2 }).world);
  });
});

describe("instance types", () => {
  it("are more than two hundred, with figures that fit together", () => {
    expect(instanceTypes.size).toBe(228);
    for (const type of instanceTypes.values()) {
      expect(type.vCpus % type.threadsPerCore).toBe(0);
      expect(type.interfacesMax).toBeGreaterThanOrEqual(2);
      expect(type.ebsAttachments.max).toBeGreaterThan(0);
      expect(Number.isInteger(type.memoryMiB)).toBe(true);
    }
  });

  it("are described as AWS does", async () => {
    const { aws, clock } = createTestCloud();
    const { InstanceTypes } = await clock.run(
      aws.send(new DescribeInstanceTypesCommand({ InstanceTypes: ["i3en.2xlarge", "c6in.32xlarge"] })),
    );
    expect(InstanceTypes).toMatchObject([
      {
        InstanceType: "c6in.32xlarge",
        NetworkInfo: {
          MaximumNetworkInterfaces: 16,
          MaximumNetworkCards: 2,
          NetworkCards: [
            { NetworkCardIndex: 0, MaximumNetworkInterfaces: 8 },
            { NetworkCardIndex: 1, MaximumNetworkInterfaces: 8 },
          ],
        },
      },
      {
        InstanceType: "i3en.2xlarge",
        Hypervisor: "nitro",
        ProcessorInfo: { SupportedArchitectures: ["x86_64"] },
        VCpuInfo: { DefaultVCpus: 8, DefaultCores: 4, DefaultThreadsPerCore: 2 },
        MemoryInfo: { SizeInMiB: 65_536 },
        InstanceStorageInfo: { TotalSizeInGB: 5_000, Disks: [{ Count: 2, SizeInGB: 2_500, Type: "ssd" }] },
        EbsInfo: { MaximumEbsAttachments: 25, AttachmentLimitType: "shared" },
        NetworkInfo: { MaximumNetworkInterfaces: 4, Ipv4AddressesPerInterface: 15 },
      },
    ]);
  });

  it("come in pages of 5 to 100, and are asked for by at most 100 names", async () => {
    const cloud = createTestCloud();
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const answer = await cloud.clock.run(
        cloud.aws.send(
          new DescribeInstanceTypesCommand({ MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
        ),
      );
      names.push(...(answer.InstanceTypes ?? []).map((type) => type.InstanceType ?? ""));
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    expect(names.toSorted()).toEqual([...instanceTypes.keys()].toSorted());
    const refused = (input: object) => refusalOf(cloud, cloud.aws.send(new DescribeInstanceTypesCommand(input)));
    expect((await refused({ MaxResults: 101 })).code).toBe("InvalidParameterValue");
    expect((await refused({ InstanceTypes: [...instanceTypes.keys()].slice(0, 101) })).code).toBe(
      "InvalidParameterValue",
    );
    expect(await refused({ InstanceTypes: ["m5.large", "f1.2xlarge"] })).toMatchObject({
      code: "InvalidInstanceType",
      message: "The following supplied instance types do not exist: [f1.2xlarge]",
    });
  });

  it("are offered in the zones that have them", async () => {
    const cloud = createTestCloud({
      world: (world) => ({ ...world, notOffered: [{ instanceType: "i8ge.2xlarge", zones: ["us-east-1b"] }] }),
    });
    const { InstanceTypeOfferings } = await cloud.clock.run(
      cloud.aws.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: "availability-zone",
          Filters: [{ Name: "instance-type", Values: ["i8ge.2xlarge"] }],
        }),
      ),
    );
    expect(InstanceTypeOfferings?.map((offering) => offering.Location)).toEqual(["us-east-1a", "us-east-1c"]);
  });
});

describe("ids that are asked for", () => {
  it.each([
    [
      new DescribeSubnetsCommand({ SubnetIds: ["subnet-1"] }),
      "InvalidSubnetID.Malformed",
      'Invalid id: "subnet-1" (expecting "subnet-...")',
    ],
    [
      new DescribeSubnetsCommand({ SubnetIds: ["subnet-00000001"] }),
      "InvalidSubnetID.NotFound",
      "The subnet ID 'subnet-00000001' does not exist",
    ],
    [
      new DescribeSecurityGroupsCommand({ GroupIds: ["sg-00000001"] }),
      "InvalidGroup.NotFound",
      "The security group 'sg-00000001' does not exist",
    ],
    [
      new DescribeVpcsCommand({ VpcIds: ["vpc-00000001"] }),
      "InvalidVpcID.NotFound",
      "The vpc ID 'vpc-00000001' does not exist",
    ],
    [
      new DescribeImagesCommand({ ImageIds: ["ami-00000001"] }),
      "InvalidAMIID.NotFound",
      "The image id '[ami-00000001]' does not exist",
    ],
    [
      new DescribePlacementGroupsCommand({ GroupNames: ["nobody"] }),
      "InvalidPlacementGroup.Unknown",
      "The Placement Group 'nobody' is unknown.",
    ],
  ])("are refused when they are none: %#", async (command, code, message) => {
    const cloud = createTestCloud();
    expect(await refusalOf(cloud, cloud.aws.send(command))).toEqual({
      code,
      status: 400,
      message,
    });
  });

  it("and a page size do not go together", async () => {
    const cloud = createTestCloud();
    const call = cloud.aws.send(new DescribeSubnetsCommand({ SubnetIds: [subnetOf(cloud, "a")], MaxResults: 5 }));
    expect((await refusalOf(cloud, call)).code).toBe("InvalidParameterCombination");
  });
});
