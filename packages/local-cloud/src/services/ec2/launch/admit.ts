import { chance } from "@muster/core";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import type { CapacityPool } from "../dials.ts";
import {
  insufficientInstanceCapacity,
  maxSpotInstanceCountExceeded,
  networkInterfaceLimitExceeded,
  subnetFullForLaunch,
  vCpuLimitExceeded,
} from "../errors/launch.ts";
import { invalidParameterValue } from "../errors/general.ts";
import { vCpuQuota } from "../instance-types/quota-families.ts";
import type { InstanceTypeFacts } from "../instance-types/instance-type.ts";
import { NETWORK_INTERFACES_QUOTA } from "../quotas.ts";
import { poolKey } from "../state/usage.ts";
import { addressesPerInstance, Holds } from "./holds.ts";
import { placesLeft } from "./placement.ts";
import { zonesOffering, type LaunchPlan } from "./plan.ts";

/**
 * How many of `max` can be launched now; at least `min`. Quotas and subnets hold for all of `max` or fail the call;
 * only capacity shrinks it. `holds` is what the same call has decided to launch before.
 * @throws NetworkInterfaceLimitExceeded, VcpuLimitExceeded, MaxSpotInstanceCountExceeded,
 *   InsufficientFreeAddressesInSubnet, InsufficientInstanceCapacity
 */
export function admitLaunch(
  core: Ec2Core,
  plan: LaunchPlan,
  wanted: { min: number; max: number; zoneNamed: boolean },
  holds: Holds = new Holds(),
): number {
  const { max, min } = wanted;
  checkInterfaceQuota(core, plan, { count: max, holds });
  checkVCpuQuota(core, plan.type, { market: plan.market, count: max, held: holds.vCpus(plan) });
  checkAddresses(core, plan, { count: max, holds });
  const available = capacityFor(core, plan) - holds.inPool(plan);
  if (available < min) {
    throw insufficientInstanceCapacity({
      instanceType: plan.type.name,
      zone: wanted.zoneNamed ? plan.zone : undefined,
      otherZones: zonesOffering(core, plan.type.name, plan.zone),
    });
  }
  return Math.min(max, available);
}

/** Instances that the pool can hold in all: what a test has set, or what the dial says. */
export function placesIn(core: Ec2Core, pool: CapacityPool): number {
  return core.store.capacities.get(poolKey(pool)) ?? core.dials.capacity(pool);
}

/** Instances that the plan's pool, zone and placement group have room for. */
export function capacityFor(core: Ec2Core, plan: LaunchPlan): number {
  const pool = { instanceType: plan.type.name, zone: plan.zone, market: plan.market };
  const free = placesIn(core, pool) - core.store.usage.inPool(pool);
  const group = plan.placementGroup;
  const grows = group?.strategy === "cluster" && group.members.size > 0;
  if (grows && chance(core.random, core.dials.clusterGroupRefusal)) return 0;
  return Math.max(0, Math.min(free, placesLeft(group, plan.zone)));
}

/** @throws VcpuLimitExceeded or MaxSpotInstanceCountExceeded when `count` more do not fit the account's quota */
export function checkVCpuQuota(
  core: Ec2Core,
  type: InstanceTypeFacts,
  wanted: { market: "on-demand" | "spot"; count: number; held?: number },
): void {
  const code = vCpuQuota(type, wanted.market);
  const limit = code === undefined ? undefined : core.quotas("ec2", code);
  if (code === undefined || limit === undefined) return;
  if (core.store.usage.vCpus(code) + (wanted.held ?? 0) + wanted.count * type.vCpus <= limit) return;
  throw wanted.market === "spot" ? maxSpotInstanceCountExceeded() : vCpuLimitExceeded(limit);
}

function checkInterfaceQuota(core: Ec2Core, plan: LaunchPlan, wanted: { count: number; holds: Holds }): void {
  const { service, code } = NETWORK_INTERFACES_QUOTA;
  const limit = core.quotas(service, code) ?? Number.POSITIVE_INFINITY;
  const made = plan.interfaces.filter((face) => face.existing === undefined).length * wanted.count;
  const present = core.store.usage.otherInterfaces + core.store.interfaces.size;
  if (present + wanted.holds.interfaces + made > limit) {
    throw networkInterfaceLimitExceeded(limit);
  }
}

function checkAddresses(core: Ec2Core, plan: LaunchPlan, wanted: { count: number; holds: Holds }): void {
  for (const face of plan.interfaces) {
    if (face.existing?.attachment !== undefined) throw interfaceInUse(face.existing.interfaceId);
    for (const address of face.givenAddresses) checkGivenAddress(face.subnet.addresses.stateOf(address), address);
  }
  for (const [subnetId, addresses] of addressesPerInstance(plan)) {
    const free = (core.store.subnets.get(subnetId)?.addresses.free ?? 0) - wanted.holds.addresses(subnetId);
    if (addresses * wanted.count > free) throw subnetFullForLaunch(subnetId);
  }
}

export function checkGivenAddress(state: "free" | "outside" | "taken", address: string): void {
  if (state === "taken") throw new AwsError("InvalidIPAddress.InUse", `Address ${address} is in use.`);
  if (state === "outside") {
    throw invalidParameterValue(`Address ${address} does not fall within the subnet's address range`);
  }
}

function interfaceInUse(interfaceId: string): AwsError {
  return new AwsError("InvalidNetworkInterface.InUse", `Interface: [${interfaceId}] in use.`);
}
