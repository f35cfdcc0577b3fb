import {
  CreateLaunchTemplateCommand,
  CreateFleetCommand,
  CreateNetworkInterfaceCommand,
  DescribeInstancesCommand,
  ModifyInstanceAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { newAccountQuotas } from "./quotas.ts";
import {
  ACCOUNT,
  createTestCloud,
  imageOf,
  launchInput,
  refusalOf,
  subnetOf,
  type Refusal,
  type TestCloud,
  type TestCloudOptions,
} from "./testing/test-cloud.ts";

interface Row {
  readonly what: string;
  readonly cloud?: TestCloudOptions;
  readonly call: (cloud: TestCloud) => Promise<unknown>;
  readonly refusal: Refusal | ((cloud: TestCloud) => Refusal);
}

const run = (cloud: TestCloud, input: Parameters<typeof launchInput>[1] = {}) =>
  cloud.aws.send(new RunInstancesCommand(launchInput(cloud, input)));

/** Launches, and waits until everything runs. */
async function launched(cloud: TestCloud, input: Parameters<typeof launchInput>[1] = {}): Promise<string[]> {
  const answer = await cloud.clock.run(run(cloud, input));
  await cloud.clock.advance(60_000);
  return (answer.Instances ?? []).map((instance) => instance.InstanceId ?? "");
}

const noRoom = { capacity: () => 0 };

const rows: readonly Row[] = [
  {
    what: "no capacity in the zone of the subnet",
    cloud: { dials: noRoom },
    call: (cloud) => run(cloud),
    refusal: {
      code: "InsufficientInstanceCapacity",
      status: 500,
      message:
        "We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. You can currently get m5.large capacity by not specifying an Availability Zone in your request or choosing us-east-1b, us-east-1c.",
    },
  },
  {
    what: "no capacity in the zone that the placement names",
    cloud: { dials: noRoom },
    call: (cloud) => run(cloud, { SubnetId: undefined, Placement: { AvailabilityZone: "us-east-1b" } }),
    refusal: {
      code: "InsufficientInstanceCapacity",
      status: 500,
      message:
        "We currently do not have sufficient m5.large capacity in the Availability Zone you requested (us-east-1b). Our system will be working on provisioning additional capacity. You can currently get m5.large capacity by not specifying an Availability Zone in your request or choosing us-east-1a, us-east-1c.",
    },
  },
  {
    what: "no capacity anywhere",
    cloud: { dials: noRoom },
    call: (cloud) => run(cloud, { SubnetId: undefined }),
    refusal: {
      code: "InsufficientInstanceCapacity",
      status: 500,
      message:
        "We currently do not have sufficient m5.large capacity. Our system will be working on provisioning additional capacity.",
    },
  },
  {
    what: "the vCPU quota",
    cloud: { quotas: newAccountQuotas },
    call: (cloud) => run(cloud, { MinCount: 3, MaxCount: 3 }),
    refusal: {
      code: "VcpuLimitExceeded",
      status: 400,
      message:
        "You have requested more vCPU capacity than your current vCPU limit of 5 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    },
  },
  {
    what: "the spot quota",
    cloud: { quotas: newAccountQuotas },
    call: (cloud) => run(cloud, { MaxCount: 3, InstanceMarketOptions: { MarketType: "spot" } }),
    refusal: { code: "MaxSpotInstanceCountExceeded", status: 400, message: "Max spot instance count exceeded" },
  },
  {
    what: "the quota of fleets",
    cloud: { dials: { fleetsMax: 0 } },
    call: async (cloud) => {
      await cloud.aws.send(
        new CreateLaunchTemplateCommand({
          LaunchTemplateName: "nodes",
          LaunchTemplateData: { ImageId: imageOf(cloud, "x86_64"), InstanceType: "m5.large" },
        }),
      );
      return cloud.aws.send(
        new CreateFleetCommand({
          Type: "instant",
          LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { LaunchTemplateName: "nodes", Version: "1" } }],
          TargetCapacitySpecification: { TotalTargetCapacity: 1 },
        }),
      );
    },
    refusal: {
      code: "MaxFleetCountExceeded",
      status: 400,
      message: "You've reached your quota for maximum Fleet Requests for this account.",
    },
  },
  {
    what: "a subnet without enough addresses for the launch",
    cloud: { world: withTinySubnet },
    call: (cloud) => run(cloud, { MinCount: 12, MaxCount: 12 }),
    refusal: (cloud) => ({
      code: "InsufficientFreeAddressesInSubnet",
      status: 400,
      message: `There are not enough free addresses in subnet '${subnetOf(cloud, "a")}' to satisfy the requested number of instances.`,
    }),
  },
  {
    what: "a subnet without enough addresses for an interface",
    cloud: { world: withTinySubnet },
    call: (cloud) =>
      cloud.aws.send(
        new CreateNetworkInterfaceCommand({ SubnetId: subnetOf(cloud, "a"), SecondaryPrivateIpAddressCount: 11 }),
      ),
    refusal: {
      code: "InsufficientFreeAddressesInSubnet",
      status: 400,
      message: "The specified subnet does not have enough free addresses to satisfy the request.",
    },
  },
  {
    what: "a type that the zone does not offer",
    cloud: { world: (world) => ({ ...world, notOffered: [{ instanceType: "i3en.2xlarge", zones: ["us-east-1a"] }] }) },
    call: (cloud) => run(cloud, { InstanceType: "i3en.2xlarge" }),
    refusal: {
      code: "Unsupported",
      status: 400,
      message:
        "Your requested instance type (i3en.2xlarge) is not supported in your requested Availability Zone (us-east-1a). Please retry your request by not specifying an Availability Zone or choosing us-east-1b, us-east-1c.",
    },
  },
  {
    what: "another mix that is not supported",
    call: (cloud) => run(cloud, { InstanceType: "hpc7a.12xlarge", InstanceMarketOptions: { MarketType: "spot" } }),
    refusal: {
      code: "Unsupported",
      status: 400,
      message:
        "The requested configuration is currently not supported. Please check the documentation for supported configurations.",
    },
  },
  {
    what: "a dry run that would work",
    cloud: { dials: noRoom },
    call: (cloud) => run(cloud, { DryRun: true }),
    refusal: {
      code: "DryRunOperation",
      status: 412,
      message: "Request would have succeeded, but DryRun flag is set.",
    },
  },
  {
    what: "a client token with other arguments",
    call: async (cloud) => {
      await run(cloud, { ClientToken: "one" });
      return run(cloud, { ClientToken: "one", InstanceType: "m5.xlarge" });
    },
    refusal: {
      code: "IdempotentParameterMismatch",
      status: 400,
      message: "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
    },
  },
  {
    what: "the client token of a terminated instance",
    call: async (cloud) => {
      const ids = await launched(cloud, { ClientToken: "one" });
      await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ids })));
      await cloud.clock.advance(60_000);
      return run(cloud, { ClientToken: "one" });
    },
    refusal: {
      code: "IdempotentInstanceTerminated",
      status: 400,
      message:
        "The client token you have provided is associated with a terminated instance. Please use a different client token.",
    },
  },
  {
    what: "an unknown instance",
    call: (cloud) => cloud.aws.send(new DescribeInstancesCommand({ InstanceIds: ["i-00000000000000001"] })),
    refusal: {
      code: "InvalidInstanceID.NotFound",
      status: 400,
      message: "The instance ID 'i-00000000000000001' does not exist",
    },
  },
  {
    what: "several unknown instances",
    call: (cloud) =>
      cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ["i-00000000000000001", "i-00000000000000002"] })),
    refusal: {
      code: "InvalidInstanceID.NotFound",
      status: 400,
      message: "The instance IDs 'i-00000000000000001, i-00000000000000002' do not exist",
    },
  },
  {
    what: "a malformed instance id",
    call: (cloud) => cloud.aws.send(new TerminateInstancesCommand({ InstanceIds: ["i-xyz"] })),
    refusal: { code: "InvalidInstanceID.Malformed", status: 400, message: 'Invalid id: "i-xyz"' },
  },
  {
    what: "the API's rate",
    call: async (cloud) => {
      for (let i = 0; i < 5; i++) await run(cloud);
      return run(cloud);
    },
    refusal: {
      code: "RequestLimitExceeded",
      status: 503,
      message: `Request limit exceeded. Account ${ACCOUNT} has been throttled on ec2:RunInstances because it exceeded its request rate limit.`,
    },
  },
  {
    what: "the rate of instances",
    call: async (cloud) => {
      await run(cloud, { MinCount: 999, MaxCount: 999 });
      return run(cloud, { MinCount: 2, MaxCount: 2 });
    },
    refusal: {
      code: "RequestLimitExceeded",
      status: 503,
      message: `Request limit exceeded. Account ${ACCOUNT} has been throttled on ec2:RunInstances because it exceeded its resource rate limit.`,
    },
  },
];

describe("EC2's refusals", () => {
  it.each(rows)("answers $what with AWS's code, status and text", async ({ cloud: options, call, refusal }) => {
    const cloud = createTestCloud(options);
    const got = await refusalOf(cloud, call(cloud));
    expect(got).toEqual(typeof refusal === "function" ? refusal(cloud) : refusal);
  });

  it.each([
    ["terminate", "disableApiTermination", { DisableApiTermination: true }],
    ["terminate", "disableApiStop", { DisableApiStop: true }],
    ["stop", "disableApiStop", { DisableApiStop: true }],
  ] as const)("refuses to %s an instance with %s", async (verb, attribute, protection) => {
    const cloud = createTestCloud();
    const [id = ""] = await launched(cloud, protection);
    const Command = verb === "stop" ? StopInstancesCommand : TerminateInstancesCommand;
    expect(await refusalOf(cloud, cloud.aws.send(new Command({ InstanceIds: [id] })))).toEqual({
      code: "OperationNotPermitted",
      status: 400,
      message: `The instance '${id}' may not be ${verb === "stop" ? "stopped" : "terminated"}. Modify its '${attribute}' instance attribute and try again.`,
    });
  });

  it("refuses what IAM refuses, naming who, what and on what", async () => {
    const cloud = createTestCloud({ authorize: (_caller, requests) => requests[0] });
    const refusal = await refusalOf(cloud, cloud.asRole.send(new RunInstancesCommand(launchInput(cloud))));
    expect(refusal.code).toBe("UnauthorizedOperation");
    expect(refusal.status).toBe(403);
    expect(refusal.message).toMatch(
      new RegExp(
        `^You are not authorized to perform this operation\\. User: arn:aws:sts::${ACCOUNT}:assumed-role/tester/tester is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:${ACCOUNT}:instance/\\* because no identity-based policy allows the ec2:RunInstances action\\. Encoded authorization failure message: [0-9a-f]{64}$`,
      ),
    );
  });

  it("answers the kernel's throttling dial with the older text", () => {
    const { message, status } = createTestCloud().ec2.throttled("DescribeInstances");
    expect({ message, status }).toEqual({ message: "Request limit exceeded.", status: 503 });
  });

  it.each([
    ["RunInstances", (cloud: TestCloud) => run(cloud, { Ipv6AddressCount: 1 }), "RunInstances Ipv6AddressCount"],
    [
      "NetworkInterfaces",
      (cloud: TestCloud) => run(cloud, { NetworkInterfaces: [{ DeviceIndex: 0, Ipv4PrefixCount: 1 }] }),
      "RunInstances NetworkInterfaces.Ipv4PrefixCount",
    ],
    [
      "a maximum spot price",
      (cloud: TestCloud) =>
        run(cloud, { InstanceMarketOptions: { MarketType: "spot", SpotOptions: { MaxPrice: "0.1" } } }),
      "RunInstances InstanceMarketOptions.SpotOptions.MaxPrice",
    ],
    [
      "an attribute",
      (cloud: TestCloud) =>
        cloud.aws.send(
          new ModifyInstanceAttributeCommand({
            InstanceId: "i-00000000000000001",
            InstanceType: { Value: "m5.large" },
          }),
        ),
      "ModifyInstanceAttribute InstanceType",
    ],
  ])("refuses an option of %s that it does not have, by name", async (_what, call, named) => {
    const cloud = createTestCloud();
    const refusal = await refusalOf(cloud, call(cloud));
    expect(refusal).toEqual({
      code: "NotImplemented",
      status: 501,
      message: `the embedded cloud does not have ec2:${named}`,
    });
  });
});

/** A /28 has sixteen addresses, of which AWS keeps five. */
function withTinySubnet(world: TestCloud["world"]): TestCloud["world"] {
  return {
    ...world,
    subnets: world.subnets.map((subnet, index) => (index === 0 ? { ...subnet, cidr: "172.31.0.0/28" } : subnet)),
  };
}
