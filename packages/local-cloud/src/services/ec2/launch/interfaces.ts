import type { InstanceNetworkInterfaceSpecification, RunInstancesRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination, invalidParameterValue } from "../errors/general.ts";
import { interfaceLimitExceeded, unsupportedConfiguration } from "../errors/launch.ts";
import { notFound } from "../errors/resource-ids.ts";
import { refuseOthers } from "../input.ts";
import type { InstanceTypeFacts } from "../instance-types/instance-type.ts";
import type { InterfaceRecord } from "../state/records.ts";
import type { Subnet } from "../state/store.ts";
import { defaultSubnet, findSubnet } from "./place.ts";
import { resolveGroups } from "./security-groups.ts";

/** One interface of each instance that a launch makes. */
export interface InterfacePlan {
  readonly deviceIndex: number;
  readonly cardIndex: number;
  readonly subnet: Subnet;
  readonly groupIds: readonly string[];
  /** Addresses that EC2 picks, the primary included unless it is given. */
  readonly pickedAddresses: number;
  /** Addresses that the request names, the primary first. */
  readonly givenAddresses: readonly string[];
  readonly existing: InterfaceRecord | undefined;
  readonly deleteOnTermination: boolean;
  readonly description: string;
  readonly kind: InterfaceRecord["kind"];
  readonly publicIp: boolean;
}

/** The interfaces of a launch into `zone`: those of the request, or the one that EC2 makes by itself. */
export function planInterfaces(
  core: Ec2Core,
  options: { request: RunInstancesRequest; type: InstanceTypeFacts; zone: string; count: number },
): InterfacePlan[] {
  const { request, type, zone, count } = options;
  const entries = request.NetworkInterfaces ?? [];
  if (entries.length > 0) refuseTopLevel(request);
  const single = entries.length === 0 ? [primaryOfRequest(request)] : entries;
  if (entries.length > 1 && entries.some((entry) => entry.AssociatePublicIpAddress !== undefined)) {
    throw invalidParameterCombination(
      "The associatePublicIPAddress parameter cannot be specified when launching with multiple network interfaces",
    );
  }
  const plans = single.map((entry) =>
    planInterface(core, { request, entry, type, zone, count, only: single.length === 1 }),
  );
  checkIndexes(plans, type);
  return plans.toSorted((a, b) => a.cardIndex - b.cardIndex || a.deviceIndex - b.deviceIndex);
}

function refuseTopLevel(request: RunInstancesRequest): void {
  const what =
    request.SubnetId !== undefined
      ? "subnet ID"
      : (request.SecurityGroupIds ?? request.SecurityGroups ?? []).length > 0
        ? "security groups"
        : request.PrivateIpAddress !== undefined
          ? "private IP address"
          : undefined;
  if (what !== undefined) {
    throw invalidParameterCombination(
      `Network interfaces and an instance-level ${what} may not be specified on the same request`,
    );
  }
}

function primaryOfRequest(request: RunInstancesRequest): InstanceNetworkInterfaceSpecification {
  return {
    DeviceIndex: 0,
    SubnetId: request.SubnetId,
    Groups: request.SecurityGroupIds,
    PrivateIpAddress: request.PrivateIpAddress,
  };
}

interface EntryOptions {
  readonly request: RunInstancesRequest;
  readonly entry: InstanceNetworkInterfaceSpecification;
  readonly type: InstanceTypeFacts;
  readonly zone: string;
  readonly count: number;
  /** The launch has no other interface. */
  readonly only: boolean;
}

function planInterface(core: Ec2Core, options: EntryOptions): InterfacePlan {
  const { request, entry, type, zone, only } = options;
  refuseOthers("RunInstances NetworkInterfaces", entry, KNOWN_MEMBERS);
  const deviceIndex = entry.DeviceIndex;
  if (deviceIndex === undefined) throw invalidParameterValue("Each network interface requires a device index.");
  const placed = { deviceIndex, cardIndex: entry.NetworkCardIndex ?? 0 };
  if (entry.NetworkInterfaceId !== undefined) return { ...placed, ...planExisting(core, entry, options.count) };
  const subnet = entry.SubnetId === undefined ? defaultSubnet(core, zone) : findSubnet(core, entry.SubnetId);
  const givenAddresses = givenAddressesOf(entry);
  if (givenAddresses.length > 0 && options.count > 1) {
    throw invalidParameterCombination("A private IP address may not be specified when launching multiple instances");
  }
  const secondaries = entry.SecondaryPrivateIpAddressCount ?? 0;
  const pickedAddresses = secondaries + (givenAddresses.length === 0 ? 1 : 0);
  if (givenAddresses.length + pickedAddresses > type.addressesPerInterface) {
    throw new AwsError("PrivateIpAddressLimitExceeded", "Number of private addresses will exceed limit.");
  }
  return {
    ...placed,
    subnet,
    groupIds: resolveGroups(core, {
      groupIds: entry.Groups,
      groupNames: request.SecurityGroups,
      subnet,
      named: entry.SubnetId !== undefined,
    }),
    pickedAddresses,
    givenAddresses,
    existing: undefined,
    deleteOnTermination: entry.DeleteOnTermination ?? true,
    description: entry.Description ?? "",
    kind: kindOf(entry, type),
    publicIp: only && (entry.AssociatePublicIpAddress ?? subnet.definition.mapPublicIpOnLaunch),
  };
}

const KNOWN_MEMBERS = [
  "AssociatePublicIpAddress",
  "DeleteOnTermination",
  "Description",
  "DeviceIndex",
  "Groups",
  "NetworkInterfaceId",
  "PrivateIpAddress",
  "PrivateIpAddresses",
  "SecondaryPrivateIpAddressCount",
  "SubnetId",
  "InterfaceType",
  "NetworkCardIndex",
];

// Whether it is free is asked when the launch happens: a replay of the same client token finds it in use by its own instance.
function planExisting(
  core: Ec2Core,
  entry: InstanceNetworkInterfaceSpecification,
  count: number,
): Omit<InterfacePlan, "deviceIndex" | "cardIndex"> {
  const id = entry.NetworkInterfaceId ?? "";
  const face = core.store.interfaces.get(id);
  if (face === undefined) throw notFound("network-interface", id);
  if (count > 1) {
    throw invalidParameterCombination("A network interface may not be specified when launching multiple instances");
  }
  refuseOthers("RunInstances NetworkInterfaces with NetworkInterfaceId", entry, [
    "DeviceIndex",
    "NetworkCardIndex",
    "NetworkInterfaceId",
    "DeleteOnTermination",
  ]);
  if (entry.DeleteOnTermination === true) {
    throw invalidParameterCombination(
      "A network interface with an ID may not have deleteOnTermination set to true on launch",
    );
  }
  return {
    subnet: findSubnet(core, face.subnetId),
    groupIds: face.groupIds,
    pickedAddresses: 0,
    givenAddresses: [],
    existing: face,
    deleteOnTermination: false,
    description: face.description,
    kind: face.kind,
    publicIp: false,
  };
}

function givenAddressesOf(entry: InstanceNetworkInterfaceSpecification): string[] {
  const listed = [...(entry.PrivateIpAddresses ?? [])].toSorted(
    (a, b) => Number(b.Primary ?? false) - Number(a.Primary ?? false),
  );
  return [entry.PrivateIpAddress, ...listed.map((address) => address.PrivateIpAddress)].filter(
    (address) => address !== undefined,
  );
}

function kindOf(entry: InstanceNetworkInterfaceSpecification, type: InstanceTypeFacts): InterfaceRecord["kind"] {
  const kind = entry.InterfaceType ?? "interface";
  if (kind === "interface") return kind;
  if ((kind === "efa" || kind === "efa-only") && type.efaInterfaces > 0) return kind;
  throw unsupportedConfiguration();
}

function checkIndexes(plans: readonly InterfacePlan[], type: InstanceTypeFacts): void {
  if (plans.length > type.interfacesMax) throw interfaceLimitExceeded(plans.length, type.name);
  const perCard = new Map<number, number>();
  const indexes = new Set<string>();
  for (const { cardIndex, deviceIndex } of plans) {
    const limit = type.interfacesPerCard[cardIndex];
    if (limit === undefined) {
      throw invalidParameterValue(`Network card index ${cardIndex} exceeds the limit for ${type.name}`);
    }
    const onCard = (perCard.get(cardIndex) ?? 0) + 1;
    if (onCard > limit) throw interfaceLimitExceeded(onCard, type.name);
    perCard.set(cardIndex, onCard);
    const index = `${cardIndex}/${deviceIndex}`;
    if (indexes.has(index)) throw invalidParameterValue("Each network interface requires a unique device index.");
    indexes.add(index);
  }
  if (!indexes.has("0/0")) {
    throw invalidParameterValue("A network interface with device index 0 on network card 0 is required.");
  }
}
