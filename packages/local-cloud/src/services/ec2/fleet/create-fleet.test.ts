import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  TerminateInstancesCommand,
  type CreateFleetCommandInput,
  type FleetLaunchTemplateOverridesRequest,
  type RequestLaunchTemplateData,
} from "@aws-sdk/client-ec2";
import { describe, expect, it } from "vitest";
import { newAccountQuotas } from "../quotas.ts";
import {
  createTestCloud,
  imageOf,
  refusalOf,
  subnetOf,
  type TestCloud,
  type TestCloudOptions,
} from "../testing/test-cloud.ts";

interface FleetOptions {
  readonly overrides?: readonly FleetLaunchTemplateOverridesRequest[];
  readonly target?: number;
  readonly fleet?: Partial<CreateFleetCommandInput>;
}

async function cloudWithTemplate(options: TestCloudOptions = {}, data: RequestLaunchTemplateData = {}) {
  const cloud = createTestCloud(options);
  await cloud.clock.run(
    cloud.aws.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: "nodes",
        LaunchTemplateData: { ImageId: imageOf(cloud, "x86_64"), InstanceType: "m5.large", ...data },
      }),
    ),
  );
  return cloud;
}

const input = (cloud: TestCloud, options: FleetOptions): CreateFleetCommandInput => ({
  Type: "instant",
  LaunchTemplateConfigs: [
    {
      LaunchTemplateSpecification: { LaunchTemplateName: "nodes", Version: "1" },
      Overrides: [...(options.overrides ?? [{ SubnetId: subnetOf(cloud, "a") }])],
    },
  ],
  TargetCapacitySpecification: { TotalTargetCapacity: options.target ?? 4, DefaultTargetCapacityType: "on-demand" },
  ...options.fleet,
});

const create = (cloud: TestCloud, options: FleetOptions = {}) =>
  cloud.clock.run(cloud.aws.send(new CreateFleetCommand(input(cloud, options))));

const spot = (target: number): Partial<CreateFleetCommandInput> => ({
  TargetCapacitySpecification: { TotalTargetCapacity: target, DefaultTargetCapacityType: "spot" },
});

/** Types, zones and numbers, as launched. */
const launched = (cloud: TestCloud) => {
  const counts = new Map<string, number>();
  for (const { instanceType, zone, market } of cloud.ec2.admin.instances()) {
    const key = `${market} ${instanceType} ${zone}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
};

describe("a fleet of type instant", () => {
  it("launches its target at once, and names what it launched from which override", async () => {
    const cloud = await cloudWithTemplate();
    const answer = await create(cloud);
    expect(answer.FleetId).toMatch(/^fleet-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(answer.Errors).toEqual([]);
    expect(answer.Instances).toEqual([
      {
        LaunchTemplateAndOverrides: {
          LaunchTemplateSpecification: { LaunchTemplateId: expect.stringMatching(/^lt-/), Version: "1" },
          Overrides: {
            InstanceType: "m5.large",
            SubnetId: subnetOf(cloud, "a"),
            AvailabilityZone: "us-east-1a",
          },
        },
        Lifecycle: "on-demand",
        InstanceType: "m5.large",
        InstanceIds: cloud.ec2.admin.instances().map((instance) => instance.instanceId),
      },
    ]);
    expect(launched(cloud)).toEqual({ "on-demand m5.large us-east-1a": 4 });
  });

  it("succeeds with fewer instances than wanted, and an error for each override that failed or fell short", async () => {
    const cloud = await cloudWithTemplate({
      dials: { capacity: ({ instanceType }) => ({ "m5.large": 3, "m5.xlarge": 0 })[instanceType] ?? 2 },
    });
    const overrides = (["m5.large", "m5.xlarge", "m5.2xlarge"] as const).map((InstanceType) => ({
      InstanceType,
      SubnetId: subnetOf(cloud, "a"),
    }));
    const answer = await create(cloud, { overrides, target: 10 });
    expect(launched(cloud)).toEqual({ "on-demand m5.large us-east-1a": 3, "on-demand m5.2xlarge us-east-1a": 2 });
    expect(
      answer.Errors?.map((error) => [
        error.LaunchTemplateAndOverrides?.Overrides?.InstanceType,
        error.ErrorCode,
        error.Lifecycle,
      ]),
    ).toEqual([
      ["m5.large", "InsufficientInstanceCapacity", "on-demand"],
      ["m5.xlarge", "InsufficientInstanceCapacity", "on-demand"],
      ["m5.2xlarge", "InsufficientInstanceCapacity", "on-demand"],
    ]);
  });

  it("succeeds with no instance at all", async () => {
    const cloud = await cloudWithTemplate({ dials: { capacity: () => 0 } });
    const answer = await create(cloud, { fleet: spot(2) });
    expect(answer.Instances).toEqual([]);
    expect(answer.Errors).toMatchObject([
      {
        ErrorCode: "UnfulfillableCapacity",
        ErrorMessage:
          "Unable to fulfill capacity due to your request configuration. Please adjust your request and try again.",
        Lifecycle: "spot",
      },
    ]);
  });

  it.each([
    [
      "a type that the zone does not offer",
      {
        world: (world: TestCloud["world"]) => ({
          ...world,
          notOffered: [{ instanceType: "m5.large", zones: ["us-east-1a"] }],
        }),
      },
      {},
      {
        ErrorCode: "InvalidFleetConfiguration",
        ErrorMessage:
          "Your requested instance type (m5.large) is not supported in your requested Availability Zone (us-east-1a).",
      },
    ],
    ["the spot quota", { quotas: newAccountQuotas }, spot(4), { ErrorCode: "MaxSpotInstanceCountExceeded" }],
    ["the vCPU quota", { quotas: newAccountQuotas }, {}, { ErrorCode: "VcpuLimitExceeded" }],
    [
      "addresses",
      {
        world: (world: TestCloud["world"]) => ({
          ...world,
          subnets: world.subnets.map((subnet) => ({ ...subnet, takenAddresses: 4_089 })),
        }),
      },
      {},
      { ErrorCode: "InsufficientFreeAddressesInSubnet" },
    ],
  ])("reports %s among its errors, not as a failure", async (_what, options, fleet, error) => {
    const cloud = await cloudWithTemplate(options);
    const answer = await create(cloud, { fleet });
    expect(answer.Instances).toEqual([]);
    expect(answer.Errors).toMatchObject([error]);
  });

  it("reports spot tags of the launch template among the errors of an on-demand fleet", async () => {
    const cloud = await cloudWithTemplate(
      {},
      { TagSpecifications: [{ ResourceType: "spot-instances-request", Tags: [{ Key: "a", Value: "b" }] }] },
    );
    expect((await create(cloud)).Errors).toMatchObject([
      {
        ErrorCode: "InvalidParameterValue",
        ErrorMessage:
          "You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.",
      },
    ]);
    expect((await create(cloud, { fleet: spot(1) })).Errors).toEqual([]);
  });

  it("takes its subnet into the interfaces of the launch template", async () => {
    const cloud = await cloudWithTemplate(
      {},
      {
        NetworkInterfaces: [0, 1].map((DeviceIndex) => ({
          DeviceIndex,
          DeleteOnTermination: true,
        })),
      },
    );
    await create(cloud, { target: 1, overrides: [{ SubnetId: subnetOf(cloud, "b") }] });
    expect(cloud.ec2.admin.interfaces().map((face) => face.subnetId)).toEqual([
      subnetOf(cloud, "b"),
      subnetOf(cloud, "b"),
    ]);
  });

  it("tags the fleet and its instances, and marks them as the fleet's", async () => {
    const cloud = await cloudWithTemplate({}, { SecurityGroupIds: [] });
    const answer = await create(cloud, {
      target: 1,
      fleet: {
        TagSpecifications: (["fleet", "instance", "volume"] as const).map((ResourceType) => ({
          ResourceType,
          Tags: [{ Key: "muster:cluster", Value: "demo" }],
        })),
      },
    });
    expect(cloud.ec2.admin.instances()[0]?.tags).toMatchObject({
      "muster:cluster": "demo",
      "aws:ec2:fleet-id": answer.FleetId,
      "aws:ec2launchtemplate:version": "1",
    });
    expect(
      cloud.ec2.admin
        .leftovers({ key: "muster:cluster" })
        .map((one) => one.resourceType)
        .toSorted(),
    ).toEqual(["instance", "other", "volume"]);
  });
});

const threeTypes = (cloud: TestCloud) =>
  (["m5.4xlarge", "m5.large", "m5.xlarge"] as const).map((InstanceType, index) => ({
    InstanceType,
    SubnetId: subnetOf(cloud, "a"),
    Priority: index,
  }));

describe("how a fleet chooses", () => {
  it.each([
    ["lowest-price: the smaller type first", { AllocationStrategy: "lowest-price" }, "m5.large"],
    ["prioritized: the lower number first", { AllocationStrategy: "prioritized" }, "m5.4xlarge"],
  ] as const)("%s", async (_what, OnDemandOptions, type) => {
    const cloud = await cloudWithTemplate();
    await create(cloud, { overrides: threeTypes(cloud), fleet: { OnDemandOptions } });
    expect(launched(cloud)).toEqual({ [`on-demand ${type} us-east-1a`]: 4 });
  });

  it("capacity-optimized: the pool with most room first", async () => {
    const cloud = await cloudWithTemplate({
      dials: { capacity: ({ instanceType }) => (instanceType === "m5.xlarge" ? 50 : 10) },
    });
    await create(cloud, {
      overrides: threeTypes(cloud),
      fleet: { ...spot(4), SpotOptions: { AllocationStrategy: "capacity-optimized" } },
    });
    expect(launched(cloud)).toEqual({ "spot m5.xlarge us-east-1a": 4 });
  });

  it("diversified: a share from each pool", async () => {
    const cloud = await cloudWithTemplate();
    await create(cloud, {
      overrides: threeTypes(cloud),
      target: 6,
      fleet: { ...spot(6), SpotOptions: { AllocationStrategy: "diversified" } },
    });
    expect(Object.values(launched(cloud))).toEqual([2, 2, 2]);
  });

  it("counts capacity in the units of the override's weight", async () => {
    const cloud = await cloudWithTemplate();
    await create(cloud, { target: 10, overrides: [{ SubnetId: subnetOf(cloud, "a"), WeightedCapacity: 4 }] });
    expect(launched(cloud)).toEqual({ "on-demand m5.large us-east-1a": 3 });
  });

  it("launches both halves when it wants both", async () => {
    const cloud = await cloudWithTemplate();
    await create(cloud, {
      fleet: {
        TargetCapacitySpecification: {
          TotalTargetCapacity: 5,
          OnDemandTargetCapacity: 2,
          DefaultTargetCapacityType: "spot",
        },
      },
    });
    expect(launched(cloud)).toEqual({ "on-demand m5.large us-east-1a": 2, "spot m5.large us-east-1a": 3 });
  });

  it("does not promise one pool's room, or one quota's vCPUs, twice", async () => {
    const cloud = await cloudWithTemplate({ dials: { capacity: () => 3 } });
    const same = { InstanceType: "m5.large" as const, SubnetId: subnetOf(cloud, "a") };
    const answer = await create(cloud, { overrides: [same, same] });
    expect(launched(cloud)).toEqual({ "on-demand m5.large us-east-1a": 3 });
    expect(answer.Errors).toHaveLength(2);
  });
});

const everywhere = (cloud: TestCloud) =>
  ["a", "b"].flatMap((letter) =>
    (["m5.large", "m5.xlarge"] as const).map((InstanceType) => ({ InstanceType, SubnetId: subnetOf(cloud, letter) })),
  );

describe("all or nothing", () => {
  const single: Partial<CreateFleetCommandInput> = {
    OnDemandOptions: { MinTargetCapacity: 4, SingleAvailabilityZone: true, SingleInstanceType: true },
  };

  it("launches all of one type in one zone, in the first that has enough", async () => {
    const cloud = await cloudWithTemplate({
      dials: { capacity: ({ instanceType, zone }) => (instanceType === "m5.xlarge" && zone === "us-east-1b" ? 4 : 3) },
    });
    const answer = await create(cloud, { overrides: everywhere(cloud), fleet: single });
    expect(launched(cloud)).toEqual({ "on-demand m5.xlarge us-east-1b": 4 });
    expect(answer.Errors).toHaveLength(3);
  });

  it("does not try further once it has all it wants", async () => {
    const cloud = await cloudWithTemplate({
      dials: { capacity: ({ instanceType }) => (instanceType === "m5.large" ? 4 : 0) },
    });
    const answer = await create(cloud, { overrides: everywhere(cloud), fleet: single });
    expect(launched(cloud)).toEqual({ "on-demand m5.large us-east-1a": 4 });
    expect(answer.Errors).toEqual([]);
  });

  it("launches nothing when none has enough", async () => {
    const cloud = await cloudWithTemplate({ dials: { capacity: () => 3 } });
    const answer = await create(cloud, { overrides: everywhere(cloud), fleet: single });
    expect(launched(cloud)).toEqual({});
    expect(answer.Instances).toEqual([]);
    expect(answer.Errors).toHaveLength(4);
  });

  it("needs one zone or one type to have a minimum at all", async () => {
    const cloud = await cloudWithTemplate();
    const call = cloud.aws.send(
      new CreateFleetCommand(input(cloud, { fleet: { OnDemandOptions: { MinTargetCapacity: 4 } } })),
    );
    expect((await refusalOf(cloud, call)).code).toBe("InvalidParameterCombination");
  });
});

describe("a fleet request", () => {
  it("with a known client token answers as before and launches nothing", async () => {
    const cloud = await cloudWithTemplate();
    const first = await create(cloud, { fleet: { ClientToken: "t" } });
    const second = await create(cloud, { fleet: { ClientToken: "t" } });
    expect(second.FleetId).toBe(first.FleetId);
    expect(second.Instances).toEqual(first.Instances);
    expect(cloud.ec2.admin.instances()).toHaveLength(4);
    const flipped = cloud.aws.send(new CreateFleetCommand(input(cloud, { fleet: { ClientToken: "t", ...spot(4) } })));
    expect((await refusalOf(cloud, flipped)).code).toBe("IdempotentParameterMismatch");
  });

  it("with the token of a fleet whose instances are all terminated is refused", async () => {
    const cloud = await cloudWithTemplate();
    const first = await create(cloud, { fleet: { ClientToken: "t" } });
    const InstanceIds = first.Instances?.[0]?.InstanceIds ?? [];
    await cloud.clock.advance(20_000);
    await cloud.clock.run(cloud.aws.send(new TerminateInstancesCommand({ InstanceIds })));
    await cloud.clock.advance(60_000);
    const call = cloud.aws.send(new CreateFleetCommand(input(cloud, { fleet: { ClientToken: "t" } })));
    expect((await refusalOf(cloud, call)).code).toBe("IdempotentInstanceTerminated");
  });

  it.each([
    ["a fleet that is kept up", { Type: "maintain" }, "NotImplemented"],
    ["a dry run", { DryRun: true }, "DryRunOperation"],
    [
      "tags that belong into the launch template",
      { TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "a", Value: "b" }] }] },
      "InvalidParameterValue",
    ],
    ["too large a target", { TargetCapacitySpecification: { TotalTargetCapacity: 10_001 } }, "InvalidParameterValue"],
  ] as const)("refuses %s", async (_what, fleet, code) => {
    const cloud = await cloudWithTemplate();
    const call = cloud.aws.send(
      new CreateFleetCommand(input(cloud, { fleet: fleet as Partial<CreateFleetCommandInput> })),
    );
    expect((await refusalOf(cloud, call)).code).toBe(code);
    expect(cloud.ec2.admin.instances()).toEqual([]);
  });

  it("refuses two subnets of one zone", async () => {
    const cloud = await cloudWithTemplate({
      world: (world) => {
        const [first] = world.subnets;
        if (first === undefined) return world;
        const second = {
          ...first,
          subnetId: "subnet-0000000000000000a",
          cidr: "172.31.200.0/24",
          defaultForZone: false,
        };
        return { ...world, subnets: [...world.subnets, second] };
      },
    });
    const overrides = [{ SubnetId: subnetOf(cloud, "a") }, { SubnetId: "subnet-0000000000000000a" }];
    const call = cloud.aws.send(new CreateFleetCommand(input(cloud, { overrides })));
    expect((await refusalOf(cloud, call)).message).toContain(
      "more than one subnet of the Availability Zone us-east-1a",
    );
  });
});
