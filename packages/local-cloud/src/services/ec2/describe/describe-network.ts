import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination } from "../errors/general.ts";
import { findAll } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import type { InterfaceRecord } from "../state/records.ts";
import type { Subnet } from "../state/store.ts";
import type { VpcDefinition } from "../world/world.ts";
import { compileFilters, exactValues, type FilterTable } from "./filters.ts";
import { COMMON_PAGE, takePage, type PageRequest } from "./paging.ts";
import { renderInterface } from "./render-interface.ts";
import { renderTags } from "./render-tags.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export function describeVpcs(core: Ec2Core, input: DescribeVpcsRequest): DescribeVpcsResult {
  refuseOthers("DescribeVpcs", input, ["VpcIds", "Filters", "MaxResults", "NextToken", "DryRun"]);
  refuseIdsWithPage("VpcIds", input.VpcIds, input);
  const table: FilterTable<VpcDefinition> = {
    tags: (vpc) => core.store.tags.of(vpc.vpcId),
    fields: {
      cidr: (vpc) => vpc.cidr,
      "is-default": (vpc) => String(vpc.isDefault),
      state: () => "available",
      "vpc-id": (vpc) => vpc.vpcId,
    },
  };
  const matches = compileFilters(input.Filters, table);
  const { vpcs } = core.store.world;
  const ids = input.VpcIds ?? [];
  const named = ids.length === 0 ? vpcs : findAll("vpc", ids, (id) => vpcs.find((vpc) => vpc.vpcId === id));
  endDryRun(input);
  const { page, ...token } = takePage(named.filter(matches), input, { key: (vpc) => vpc.vpcId, range: COMMON_PAGE });
  return {
    ...token,
    Vpcs: page.map((vpc) => ({
      VpcId: vpc.vpcId,
      State: "available",
      CidrBlock: vpc.cidr,
      IsDefault: vpc.isDefault,
      InstanceTenancy: "default",
      OwnerId: core.context.account,
      Tags: renderTags(core.store.tags.of(vpc.vpcId)),
    })),
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export function describeSubnets(core: Ec2Core, input: DescribeSubnetsRequest): DescribeSubnetsResult {
  refuseOthers("DescribeSubnets", input, ["SubnetIds", "Filters", "MaxResults", "NextToken", "DryRun"]);
  refuseIdsWithPage("SubnetIds", input.SubnetIds, input);
  const zoneId = (subnet: Subnet) => core.store.world.zones.find((zone) => zone.name === subnet.definition.zone)?.id;
  const table: FilterTable<Subnet> = {
    tags: (subnet) => core.store.tags.of(subnet.definition.subnetId),
    fields: {
      "availability-zone": (subnet) => subnet.definition.zone,
      "availability-zone-id": zoneId,
      "available-ip-address-count": (subnet) => String(subnet.addresses.free),
      "cidr-block": (subnet) => subnet.definition.cidr,
      "default-for-az": (subnet) => String(subnet.definition.defaultForZone),
      state: () => "available",
      "subnet-id": (subnet) => subnet.definition.subnetId,
      "vpc-id": (subnet) => subnet.definition.vpcId,
    },
  };
  const matches = compileFilters(input.Filters, table);
  const { subnets } = core.store;
  const ids = input.SubnetIds ?? [];
  const named = ids.length === 0 ? [...subnets.values()] : findAll("subnet", ids, (id) => subnets.get(id));
  endDryRun(input);
  const { page, ...token } = takePage(named.filter(matches), input, {
    key: (subnet) => subnet.definition.subnetId,
    range: COMMON_PAGE,
  });
  return {
    ...token,
    Subnets: page.map((subnet) => ({
      SubnetId: subnet.definition.subnetId,
      SubnetArn: `arn:aws:ec2:${core.context.region}:${core.context.account}:subnet/${subnet.definition.subnetId}`,
      VpcId: subnet.definition.vpcId,
      State: "available",
      CidrBlock: subnet.definition.cidr,
      AvailableIpAddressCount: subnet.addresses.free,
      AvailabilityZone: subnet.definition.zone,
      AvailabilityZoneId: zoneId(subnet),
      DefaultForAz: subnet.definition.defaultForZone,
      MapPublicIpOnLaunch: subnet.definition.mapPublicIpOnLaunch,
      OwnerId: core.context.account,
      Tags: renderTags(core.store.tags.of(subnet.definition.subnetId)),
    })),
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export function describeNetworkInterfaces(
  core: Ec2Core,
  input: DescribeNetworkInterfacesRequest,
): DescribeNetworkInterfacesResult {
  refuseOthers("DescribeNetworkInterfaces", input, [
    "NetworkInterfaceIds",
    "Filters",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  refuseIdsWithPage("NetworkInterfaceIds", input.NetworkInterfaceIds, input);
  const matches = compileFilters(input.Filters, interfaceFilters(core));
  const { interfaces, tags } = core.store;
  const ids = input.NetworkInterfaceIds ?? [];
  const tagFilter = input.Filters?.find((filter) => filter.Name?.startsWith("tag:") === true)?.Name;
  const byTag = tagFilter === undefined ? undefined : exactValues(input.Filters, tagFilter);
  const named =
    ids.length > 0
      ? findAll("network-interface", ids, (id) => interfaces.get(id))
      : tagFilter === undefined || byTag === undefined
        ? [...interfaces.values()]
        : tags.carriers(tagFilter.slice("tag:".length), byTag).flatMap((id) => interfaces.get(id) ?? []);
  endDryRun(input);
  const { page, ...token } = takePage(named.filter(matches), input, {
    key: (face) => face.interfaceId,
    range: COMMON_PAGE,
  });
  return { ...token, NetworkInterfaces: page.map((face) => renderInterface(core, face)) };
}

function interfaceFilters(core: Ec2Core): FilterTable<InterfaceRecord> {
  return {
    tags: (face) => core.store.tags.of(face.interfaceId),
    fields: {
      "addresses.private-ip-address": (face) => face.addresses,
      "attachment.attachment-id": (face) => face.attachment?.attachmentId,
      "attachment.delete-on-termination": (face) =>
        face.attachment === undefined ? undefined : String(face.attachment.deleteOnTermination),
      "attachment.device-index": (face) =>
        face.attachment === undefined ? undefined : String(face.attachment.deviceIndex),
      "attachment.instance-id": (face) => face.attachment?.instanceId,
      "availability-zone": (face) => face.zone,
      description: (face) => face.description,
      "group-id": (face) => face.groupIds,
      "interface-type": (face) => face.kind,
      "mac-address": (face) => face.mac,
      "network-interface-id": (face) => face.interfaceId,
      "private-ip-address": (face) => face.addresses[0],
      status: (face) => (face.attachment === undefined ? "available" : "in-use"),
      "subnet-id": (face) => face.subnetId,
      "vpc-id": (face) => face.vpcId,
    },
  };
}

export function refuseIdsWithPage(name: string, ids: readonly string[] | undefined, request: PageRequest): void {
  if ((ids ?? []).length > 0 && request.MaxResults !== undefined) {
    throw invalidParameterCombination(`The parameter ${name} cannot be used with the parameter MaxResults`);
  }
}
