import { RunInstancesCommand, type InstanceNetworkInterfaceSpecification } from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import {
  ACCOUNT,
  createTestCloud,
  groupOf,
  imageOf,
  launchInput,
  refusalOf,
  subnetOf,
  type Refusal,
  type TestCloud,
  type TestCloudOptions,
} from "../testing/test-cloud.ts";

interface Row {
  readonly what: string;
  readonly cloud?: TestCloudOptions;
  readonly call: (cloud: TestCloud) => Promise<unknown>;
  readonly refusal: Refusal;
}

const run = (cloud: TestCloud, input: Parameters<typeof launchInput>[1] = {}) =>
  cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input)));

const faces = (cloud: TestCloud, count: number): InstanceNetworkInterfaceSpecification[] =>
  Array.from({ length: count }, (_, index) => ({ DeviceIndex: index, SubnetId: subnetOf(cloud, "a") }));

const rows: readonly Row[] = [
  {
    what: "more interfaces than the type has",
    call: (cloud) => run(cloud, { NetworkInterfaces: faces(cloud, 4) }),
    refusal: {
      code: "AttachmentLimitExceeded",
      status: 400,
      message: "Interface count 4 exceeds the limit for m5.large",
    },
  },
  {
    what: "the region's quota of interfaces",
    cloud: { otherUsage: { networkInterfaces: 4_999 } },
    call: (cloud) => run(cloud, { MinCount: 2, MaxCount: 2 }),
    refusal: {
      code: "NetworkInterfaceLimitExceeded",
      status: 400,
      message: "You have reached the limit of 5000 network interfaces that you can create in this Region.",
    },
  },
  {
    what: "a public address with several interfaces",
    call: (cloud) =>
      run(cloud, {
        NetworkInterfaces: faces(cloud, 2).map((face) => ({ ...face, AssociatePublicIpAddress: true })),
      }),
    refusal: {
      code: "InvalidParameterCombination",
      status: 400,
      message:
        "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces",
    },
  },
  {
    what: "interfaces and a subnet beside them",
    call: (cloud) => run(cloud, { NetworkInterfaces: faces(cloud, 1), SubnetId: subnetOf(cloud, "a") }),
    refusal: {
      code: "InvalidParameterCombination",
      status: 400,
      message: "Network interfaces and an instance-level subnet ID may not be specified on the same request",
    },
  },
  {
    what: "interfaces and security groups beside them",
    call: (cloud) =>
      run(cloud, { NetworkInterfaces: faces(cloud, 1), SecurityGroupIds: [groupOf(cloud, "muster-members")] }),
    refusal: {
      code: "InvalidParameterCombination",
      status: 400,
      message: "Network interfaces and an instance-level security groups may not be specified on the same request",
    },
  },
  {
    what: "interfaces and a private address beside them",
    call: (cloud) => run(cloud, { NetworkInterfaces: faces(cloud, 1), PrivateIpAddress: "172.31.0.50" }),
    refusal: {
      code: "InvalidParameterCombination",
      status: 400,
      message: "Network interfaces and an instance-level private IP address may not be specified on the same request",
    },
  },
  {
    what: "spot tags without spot",
    call: (cloud) =>
      run(cloud, {
        TagSpecifications: [{ ResourceType: "spot-instances-request", Tags: [{ Key: "a", Value: "b" }] }],
      }),
    refusal: {
      code: "InvalidParameterValue",
      status: 400,
      message:
        "You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.",
    },
  },
  {
    what: "a type that does not exist",
    call: (cloud) => run(cloud, { InstanceType: "m5.huge" as "m5.large" }),
    refusal: { code: "InvalidParameterValue", status: 400, message: "Invalid value 'm5.huge' for InstanceType." },
  },
  {
    what: "an image of another architecture",
    call: (cloud) => run(cloud, { ImageId: imageOf(cloud, "arm64") }),
    refusal: {
      code: "InvalidParameterValue",
      status: 400,
      message:
        "The architecture 'x86_64' of the specified instance type does not match the architecture 'arm64' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.",
    },
  },
  {
    what: "a burstable type in a cluster placement group",
    call: (cloud) => run(cloud, { InstanceType: "t3.micro", Placement: { GroupName: "muster-cluster" } }),
    refusal: {
      code: "InvalidParameterCombination",
      status: 400,
      message: "Placement groups may not be used with instances of type 't3.micro'.",
    },
  },
  {
    what: "an instance profile that does not exist",
    call: (cloud) => run(cloud, { IamInstanceProfile: { Name: "nobody" } }),
    refusal: {
      code: "InvalidParameterValue",
      status: 400,
      message: "Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name",
    },
  },
];

describe("what a launch is refused for", () => {
  it.each(rows)("is answered with AWS's code, status and text: $what", async ({ cloud: options, call, refusal }) => {
    const cloud = createTestCloud(options);
    expect(await refusalOf(cloud, call(cloud))).toEqual(refusal);
    expect(cloud.ec2.admin.instances()).toEqual([]);
  });

  it("asks whoever knows the instance profiles, and takes none without a role", async () => {
    const arn = `arn:aws:iam::${ACCOUNT}:instance-profile/bare`;
    const cloud = createTestCloud({
      findInstanceProfile: (nameOrArn) =>
        ["bare", arn].includes(nameOrArn) ? { name: "bare", id: "AIPA", arn, roleArn: undefined } : undefined,
    });
    const refused = (IamInstanceProfile: { Name?: string; Arn?: string }) =>
      refusalOf(cloud, run(cloud, { IamInstanceProfile }));
    for (const profile of [{ Name: "bare" }, { Arn: arn }]) {
      expect((await refused(profile)).message).toBe(`IAM Instance Profile "${arn}" has no associated IAM Roles`);
    }
    expect((await refused({ Name: "muster-node" })).code).toBe("InvalidParameterValue");
    expect((await refused({ Name: "bare", Arn: arn })).code).toBe("InvalidParameterCombination");
  });
});
