import type { CreateFleetRequest, CreateFleetResult } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { maxFleetCountExceeded } from "../errors/launch.ts";
import { endDryRun } from "../input.ts";
import { executeLaunch } from "../launch/execute.ts";
import { Holds } from "../launch/holds.ts";
import { fingerprintOf, findReplay, rememberToken } from "../launch/idempotency.ts";
import { tagsFor } from "../launch/tag-specifications.ts";
import { isAlive } from "../state/records.ts";
import { allocate, type Allocation } from "./allocate.ts";
import { parseFleet, type FleetRequest } from "./fleet-request.ts";
import type { FleetSide } from "./fleet-side.ts";

/**
 * A fleet of type instant: one attempt, at once. Fewer instances than wanted, even none, is a success with errors in it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html
 */
export function createFleet(core: Ec2Core, input: CreateFleetRequest): CreateFleetResult {
  const fleet = parseFleet(core, input);
  endDryRun(input);
  const use = {
    token: fleet.token,
    zone: commonZone(fleet),
    // With the launch templates' versions by number: a moved $Latest is another request.
    fingerprint: fingerprintOf(
      { ...input, LaunchTemplateConfigs: fleet.pools.map(({ request, origin }) => ({ request, origin })) },
      ["ClientToken", "DryRun"],
    ),
  };
  const replay = use.token === "" ? undefined : findReplay(core, use);
  if (replay?.fleet !== undefined) return replay.fleet;
  if (activeFleets(core) >= core.dials.fleetsMax) throw maxFleetCountExceeded();
  const target = fleet.sides.reduce((sum, side) => sum + side.target, 0);
  core.throttle.checkInstances("RunInstances", Math.ceil(target / smallestWeight(fleet)));
  const result = launchFleet(core, fleet, decide(core, fleet));
  if (use.token !== "") {
    const instanceIds = (result.Instances ?? []).flatMap((launched) => launched.InstanceIds ?? []);
    rememberToken(core, use, { instanceIds, fleet: result });
  }
  return result;
}

interface Decision {
  readonly side: FleetSide;
  readonly allocation: Allocation;
}

function decide(core: Ec2Core, fleet: FleetRequest): Decision[] {
  const holds = new Holds();
  return fleet.sides.map((side) => {
    const allocation = allocate(core, { pools: fleet.pools, side, holds });
    for (const { plan, count } of allocation.allotments) holds.hold(plan, count);
    return { side, allocation };
  });
}

function launchFleet(core: Ec2Core, fleet: FleetRequest, decisions: readonly Decision[]): CreateFleetResult {
  const fleetId = `fleet-${core.ids.uuid()}`;
  core.store.tags.add(fleetId, "fleet", tagsFor(fleet.tags, "fleet"));
  const launched = decisions.flatMap(({ side, allocation }) =>
    allocation.allotments.map(({ pool, plan, count }) => {
      const instances = executeLaunch(core, plan, { count, origin: { ...pool.origin, fleetId } });
      return {
        LaunchTemplateAndOverrides: pool.described,
        Lifecycle: side.market,
        InstanceIds: instances.map((instance) => instance.instanceId),
        InstanceType: pool.request.InstanceType,
        ...(plan.image.platform === "windows" ? { Platform: "Windows" as const } : {}),
      };
    }),
  );
  core.store.fleets.set(fleetId, {
    fleetId,
    createdAt: core.clock.now(),
    instanceIds: launched.flatMap((one) => one.InstanceIds),
  });
  return {
    FleetId: fleetId,
    Errors: decisions.flatMap(({ side, allocation }) =>
      allocation.errors.map(({ pool, code, message }) => ({
        LaunchTemplateAndOverrides: pool.described,
        Lifecycle: side.market,
        ErrorCode: code,
        ErrorMessage: message,
      })),
    ),
    Instances: launched,
  };
}

/** Client tokens are zonal when every pool names the same zone. */
function commonZone(fleet: FleetRequest): string | undefined {
  const zones = new Set(fleet.pools.map((pool) => pool.place.zone));
  const [zone] = zones;
  return zones.size === 1 ? zone : undefined;
}

function smallestWeight(fleet: FleetRequest): number {
  return Math.min(...fleet.pools.map((pool) => pool.weight));
}

/** An instant fleet is active while one of its instances lives; the others are forgotten here. */
function activeFleets(core: Ec2Core): number {
  const { fleets, instances } = core.store;
  for (const { fleetId, instanceIds } of fleets.values()) {
    const lives = instanceIds.some((id) => {
      const instance = instances.get(id);
      return instance !== undefined && isAlive(instance);
    });
    if (!lives) fleets.delete(fleetId);
  }
  return fleets.size;
}
