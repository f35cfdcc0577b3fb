import {
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeNetworkInterfacesCommand,
  DescribePlacementGroupsCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  EC2Client,
  type InstanceTypeInfo,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import type {
  Account,
  IngressRule,
  InstanceTypeFacts,
  PlacementGroup,
  RunningInstances,
  SecurityGroup,
  Subnet,
} from "@muster/core";
import { imageReader } from "./images.ts";
import { profileReader } from "../iam/profiles.ts";
import { quotaReader } from "../service-quotas/quotas.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { pages } from "../pages.ts";

/** What preflight reads of the account. Every list is filtered and paged: EC2's bucket for other reads is half as large. */
export function account(runtime: AwsRuntime): Account {
  const ec2: Ec2 = { runtime, client: runtime.client(EC2Client) };
  return {
    ...quotaReader(runtime),
    ...profileReader(runtime),
    ...imageReader(runtime),
    runningInstances: () => runningInstances(ec2),
    subnets: (ids) => subnets(ec2, ids),
    securityGroups: (ids) => securityGroups(ec2, ids),
    placementGroup: (name) => placementGroup(ec2, name),
    instanceTypes: (names) => instanceTypes(ec2, names),
    offerings: (types, zones) => offerings(ec2, types, zones),
    networkInterfaces: () => networkInterfaces(ec2),
    gp3Storage: () => gp3Storage(ec2),
  };
}

/** EC2: results of one page. */
const INSTANCES_PAGE = 1_000;
const INTERFACES_PAGE = 1_000;
const VOLUMES_PAGE = 500;
/** EC2 DescribeInstanceTypes: names of one call. */
const INSTANCE_TYPE_NAMES_MAX = 100;

interface Ec2 {
  readonly runtime: AwsRuntime;
  readonly client: EC2Client;
}

async function subnets({ runtime, client }: Ec2, ids: readonly string[]): Promise<Subnet[]> {
  const Filters = [{ Name: "subnet-id", Values: [...ids] }];
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeSubnets", () => client.send(new DescribeSubnetsCommand({ Filters, NextToken }))),
  );
  const byId = new Map(found.flatMap((page) => page.Subnets ?? []).map((subnet) => [subnet.SubnetId, subnet]));
  // In the order asked for: it is the order of preference.
  return ids.flatMap((id) => {
    const subnet = byId.get(id);
    if (subnet === undefined) return [];
    const { VpcId = "", AvailabilityZone = "", CidrBlock = "", AvailableIpAddressCount = 0 } = subnet;
    return [
      { id, vpcId: VpcId, availabilityZone: AvailabilityZone, cidr: CidrBlock, freeAddresses: AvailableIpAddressCount },
    ];
  });
}

async function securityGroups({ runtime, client }: Ec2, ids: readonly string[]): Promise<SecurityGroup[]> {
  const Filters = [{ Name: "group-id", Values: [...ids] }];
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeSecurityGroups", () =>
      client.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
    ),
  );
  return found
    .flatMap((page) => page.SecurityGroups ?? [])
    .map((group) => ({
      id: group.GroupId ?? "",
      vpcId: group.VpcId ?? "",
      ingress: (group.IpPermissions ?? []).map(toRule),
    }));
}

async function placementGroup({ runtime, client }: Ec2, name: string): Promise<PlacementGroup | undefined> {
  // By filter: naming one that is not there would be an error instead of an empty list.
  const Filters = [{ Name: "group-name", Values: [name] }];
  const answer = await call(runtime, "ec2:DescribePlacementGroups", () =>
    client.send(new DescribePlacementGroupsCommand({ Filters })),
  );
  const group = answer.PlacementGroups?.[0];
  return group === undefined ? undefined : { name, strategy: group.Strategy ?? "", state: group.State ?? "" };
}

async function offerings({ runtime, client }: Ec2, types: readonly string[], zones: readonly string[]) {
  const Filters = [
    { Name: "instance-type", Values: [...types] },
    { Name: "location", Values: [...zones] },
  ];
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeInstanceTypeOfferings", () =>
      client.send(new DescribeInstanceTypeOfferingsCommand({ LocationType: "availability-zone", Filters, NextToken })),
    ),
  );
  return found
    .flatMap((page) => page.InstanceTypeOfferings ?? [])
    .map((offering) => ({ type: offering.InstanceType ?? "", zone: offering.Location ?? "" }));
}

async function networkInterfaces({ runtime, client }: Ec2): Promise<number> {
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeNetworkInterfaces", () =>
      client.send(new DescribeNetworkInterfacesCommand({ MaxResults: INTERFACES_PAGE, NextToken })),
    ),
  );
  return found.reduce((sum, page) => sum + (page.NetworkInterfaces?.length ?? 0), 0);
}

async function gp3Storage({ runtime, client }: Ec2): Promise<number> {
  const Filters = [{ Name: "volume-type", Values: ["gp3"] }];
  const found = await pages((NextToken) =>
    call(runtime, "ec2:DescribeVolumes", () =>
      client.send(new DescribeVolumesCommand({ Filters, MaxResults: VOLUMES_PAGE, NextToken })),
    ),
  );
  return found.flatMap((page) => page.Volumes ?? []).reduce((sum, volume) => sum + (volume.Size ?? 0), 0);
}

async function runningInstances(ec2: Ec2): Promise<RunningInstances[]> {
  const Filters = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
  const found = await pages((NextToken) =>
    call(ec2.runtime, "ec2:DescribeInstances", () =>
      ec2.client.send(new DescribeInstancesCommand({ Filters, MaxResults: INSTANCES_PAGE, NextToken })),
    ),
  );
  const counts = new Map<string, { instanceType: string; isSpot: boolean; count: number }>();
  for (const instance of found.flatMap((page) => page.Reservations ?? []).flatMap((r) => r.Instances ?? [])) {
    const [instanceType, isSpot] = [instance.InstanceType ?? "", instance.InstanceLifecycle === "spot"];
    const key = `${instanceType} ${isSpot}`;
    counts.set(key, { instanceType, isSpot, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const names = [...new Set([...counts.values()].map((group) => group.instanceType))];
  const vCpus = new Map((await instanceTypes(ec2, names)).map((type) => [type.type, type.vCpus]));
  return [...counts.values()].map(({ instanceType, isSpot, count }) => ({
    instanceType,
    isSpot,
    vCpus: count * (vCpus.get(instanceType) ?? 0),
  }));
}

async function instanceTypes({ runtime, client }: Ec2, names: readonly string[]): Promise<InstanceTypeFacts[]> {
  const found: InstanceTypeFacts[] = [];
  for (let start = 0; start < names.length; start += INSTANCE_TYPE_NAMES_MAX) {
    // By filter: one unknown name among InstanceTypes would fail the whole call.
    const Filters = [{ Name: "instance-type", Values: names.slice(start, start + INSTANCE_TYPE_NAMES_MAX) }];
    const answers = await pages((NextToken) =>
      call(runtime, "ec2:DescribeInstanceTypes", () =>
        client.send(new DescribeInstanceTypesCommand({ Filters, NextToken })),
      ),
    );
    found.push(...answers.flatMap((page) => page.InstanceTypes ?? []).map(toFacts));
  }
  return found;
}

function toFacts(info: InstanceTypeInfo): InstanceTypeFacts {
  return {
    type: info.InstanceType ?? "",
    vCpus: info.VCpuInfo?.DefaultVCpus ?? 0,
    architectures: info.ProcessorInfo?.SupportedArchitectures ?? [],
    interfacesMax:
      info.NetworkInfo?.NetworkCards?.[0]?.MaximumNetworkInterfaces ?? info.NetworkInfo?.MaximumNetworkInterfaces ?? 0,
    instanceStoreDisks: (info.InstanceStorageInfo?.Disks ?? []).reduce((sum, disk) => sum + (disk.Count ?? 0), 0),
    supportsSpot: info.SupportedUsageClasses?.includes("spot") ?? false,
    supportsClusterPlacement: info.PlacementGroupInfo?.SupportedStrategies?.includes("cluster") ?? false,
  };
}

function toRule(permission: IpPermission): IngressRule {
  return {
    protocol: permission.IpProtocol ?? "-1",
    fromPort: permission.FromPort ?? 0,
    toPort: permission.ToPort ?? 65_535,
    groups: (permission.UserIdGroupPairs ?? []).map((pair) => pair.GroupId ?? ""),
    ranges: (permission.IpRanges ?? []).map((range) => range.CidrIp ?? ""),
  };
}
