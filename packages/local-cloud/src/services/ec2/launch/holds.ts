import { vCpuQuota } from "../instance-types/quota-families.ts";
import { poolKey } from "../state/usage.ts";
import type { LaunchPlan } from "./plan.ts";

/** What one call has set aside for launches that it has decided on and not made yet. */
export class Holds {
  readonly #pools: Map<string, number>;
  readonly #vCpus: Map<string, number>;
  readonly #addresses: Map<string, number>;
  #interfaces: number;

  constructor(base?: Holds) {
    this.#pools = new Map(base === undefined ? [] : base.#pools);
    this.#vCpus = new Map(base === undefined ? [] : base.#vCpus);
    this.#addresses = new Map(base === undefined ? [] : base.#addresses);
    this.#interfaces = base?.interfaces ?? 0;
  }

  /** The same, to try something on. */
  copy(): Holds {
    return new Holds(this);
  }

  hold(plan: LaunchPlan, count: number): void {
    add(this.#pools, poolOf(plan), count);
    add(this.#vCpus, quotaOf(plan), count * plan.type.vCpus);
    for (const [subnetId, addresses] of addressesPerInstance(plan)) add(this.#addresses, subnetId, addresses * count);
    this.#interfaces += plan.interfaces.length * count;
  }

  inPool(plan: LaunchPlan): number {
    return this.#pools.get(poolOf(plan)) ?? 0;
  }

  vCpus(plan: LaunchPlan): number {
    return this.#vCpus.get(quotaOf(plan)) ?? 0;
  }

  addresses(subnetId: string): number {
    return this.#addresses.get(subnetId) ?? 0;
  }

  get interfaces(): number {
    return this.#interfaces;
  }
}

/** Addresses that each instance takes, by subnet. */
export function addressesPerInstance(plan: LaunchPlan): ReadonlyMap<string, number> {
  const needed = new Map<string, number>();
  for (const face of plan.interfaces) {
    add(needed, face.subnet.definition.subnetId, face.pickedAddresses + face.givenAddresses.length);
  }
  return needed;
}

function poolOf(plan: LaunchPlan): string {
  return poolKey({ instanceType: plan.type.name, zone: plan.zone, market: plan.market });
}

function quotaOf(plan: LaunchPlan): string {
  return vCpuQuota(plan.type, plan.market) ?? "";
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}
