import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { unsupportedConfiguration } from "../errors/launch.ts";
import { instanceTypes } from "../instance-types/instance-type.ts";
import { admitLaunch, capacityFor, placesIn } from "../launch/admit.ts";
import type { Holds } from "../launch/holds.ts";
import { isOffered, planLaunch, type LaunchPlan } from "../launch/plan.ts";
import type { FleetPool } from "./fleet-request.ts";
import type { FleetSide } from "./fleet-side.ts";

/** So many instances of one pool. */
interface Allotment {
  readonly pool: FleetPool;
  readonly plan: LaunchPlan;
  readonly count: number;
}

interface PoolError {
  readonly pool: FleetPool;
  readonly code: string;
  readonly message: string;
}

/** What one half of a fleet comes to. Decided as a whole before anything is launched. */
export interface Allocation {
  readonly allotments: readonly Allotment[];
  readonly errors: readonly PoolError[];
}

/** Tries the pools in the order of the strategy; each that fails, or gives less than wanted, leaves an error behind. */
export function allocate(
  core: Ec2Core,
  options: { pools: readonly FleetPool[]; side: FleetSide; holds: Holds },
): Allocation {
  const { side } = options;
  const ordered = orderPools(core, options.pools, side);
  if (!side.singleInstanceType && !side.singleZone) return fill(core, ordered, options);
  // Those that must be of one kind are tried kind by kind: the first that gives everything, else the one that gives most.
  const kinds = Map.groupBy(ordered, (pool) => kindOf(pool, side));
  const tries: Allocation[] = [];
  for (const pools of kinds.values()) {
    const tried = fill(core, pools, options);
    tries.push(tried);
    if (unitsOf(tried) >= side.target) break;
  }
  const best = tries.toSorted((a, b) => unitsOf(b) - unitsOf(a))[0];
  const errors = tries.flatMap((tried) => tried.errors);
  if (best === undefined || unitsOf(best) < Math.max(1, side.minimum)) return { allotments: [], errors };
  return { allotments: best.allotments, errors };
}

function unitsOf(allocation: Allocation): number {
  return allocation.allotments.reduce((sum, { pool, count }) => sum + pool.weight * count, 0);
}

function kindOf(pool: FleetPool, side: FleetSide): string {
  return `${side.singleInstanceType ? pool.instanceType : ""} ${side.singleZone ? (pool.place.zone ?? "") : ""}`;
}

function fill(core: Ec2Core, pools: readonly FleetPool[], options: { side: FleetSide; holds: Holds }): Allocation {
  const { side } = options;
  const holds = options.holds.copy();
  const allotments: Allotment[] = [];
  const errors: PoolError[] = [];
  let missing = side.target;
  for (const [index, pool] of pools.entries()) {
    if (missing <= 0) break;
    const share = side.strategy === "diversified" ? missing / (pools.length - index) : missing;
    const wanted = Math.ceil(share / pool.weight);
    try {
      const plan = planPool(core, pool, side);
      const count = admitLaunch(core, plan, { min: 1, max: wanted, zoneNamed: pool.place.zone !== undefined }, holds);
      holds.hold(plan, count);
      allotments.push({ pool, plan, count });
      missing -= count * pool.weight;
      if (count < wanted) errors.push({ pool, ...shortOf(side.market, plan) });
    } catch (error) {
      errors.push({ pool, ...fleetError(error, { pool, market: side.market }) });
    }
  }
  return { allotments, errors };
}

function planPool(core: Ec2Core, pool: FleetPool, side: FleetSide): LaunchPlan {
  const request = {
    ...pool.request,
    ...(side.market === "spot" ? { InstanceMarketOptions: { MarketType: "spot" as const } } : {}),
    // More than one instance may come of it: addresses cannot be given.
    MaxCount: Math.max(2, Math.ceil(side.target / pool.weight)),
  };
  const zones = pool.place.candidates.filter(
    (zone) => pool.place.zone !== undefined || isOffered(core, pool.instanceType, zone),
  );
  const plans = zones.map((zone) => planLaunch(core, request, zone));
  const best = plans.toSorted((a, b) => capacityFor(core, b) - capacityFor(core, a))[0];
  if (best === undefined) throw unsupportedConfiguration();
  return best;
}

/**
 * Without list prices `lowest-price` takes the smaller type for the cheaper one: vCPUs, then memory, then the order given.
 * The strategies by capacity take the pool with most room first.
 */
function orderPools(core: Ec2Core, pools: readonly FleetPool[], side: FleetSide): FleetPool[] {
  switch (side.strategy) {
    case "prioritized":
    case "capacity-optimized-prioritized":
      return pools.toSorted((a, b) => compare(a.priority, b.priority));
    case "capacity-optimized":
    case "price-capacity-optimized":
      return pools.toSorted((a, b) => compare(roomOf(core, b, side), roomOf(core, a, side)));
    case "lowest-price":
    case "diversified":
      return pools.toSorted((a, b) => compare(sizeOf(a), sizeOf(b)) || compare(memoryOf(a), memoryOf(b)));
  }
}

function compare(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sizeOf(pool: FleetPool): number {
  return instanceTypes.get(pool.instanceType)?.vCpus ?? 0;
}

function memoryOf(pool: FleetPool): number {
  return instanceTypes.get(pool.instanceType)?.memoryMiB ?? 0;
}

function roomOf(core: Ec2Core, pool: FleetPool, side: FleetSide): number {
  const { market } = side;
  const rooms = pool.place.candidates.map((zone) => {
    const key = { instanceType: pool.instanceType, zone, market };
    return placesIn(core, key) - core.store.usage.inPool(key);
  });
  return Math.max(0, ...rooms);
}

function shortOf(market: FleetSide["market"], plan: LaunchPlan): { code: string; message: string } {
  if (market === "spot") return unfulfillable;
  return {
    code: "InsufficientInstanceCapacity",
    message: `We currently do not have sufficient ${plan.type.name} capacity in the Availability Zone you requested (${plan.zone}). Our system will be working on provisioning additional capacity.`,
  };
}

const unfulfillable = {
  code: "UnfulfillableCapacity",
  message: "Unable to fulfill capacity due to your request configuration. Please adjust your request and try again.",
};

/** The error of a launch as a fleet reports it; what the embedded cloud does not have fails the call. */
function fleetError(
  error: unknown,
  tried: { pool: FleetPool; market: FleetSide["market"] },
): { code: string; message: string } {
  if (!(error instanceof AwsError) || error.code === "NotImplemented") throw error;
  if (error.code === "InsufficientInstanceCapacity" && tried.market === "spot") return unfulfillable;
  const notInZone = /^Your requested instance type .*? is not supported in your requested Availability Zone \(.*?\)\./;
  if (error.code === "Unsupported") {
    const short = notInZone.exec(error.message)?.[0];
    return { code: "InvalidFleetConfiguration", message: short ?? error.message };
  }
  return { code: error.code, message: error.message };
}
