import type { Reservation, RunInstancesRequest } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { renderReservation } from "../describe/render-instance.ts";
import { unsupportedConfiguration } from "../errors/launch.ts";
import { endDryRun } from "../input.ts";
import type { InstanceRecord } from "../state/records.ts";
import { admitLaunch, capacityFor } from "./admit.ts";
import { executeLaunch } from "./execute.ts";
import { checkClientToken, fingerprintOf, findReplay, rememberToken } from "./idempotency.ts";
import { resolvePlace, type Place } from "./place.ts";
import { parseCounts, isOffered, planLaunch, type LaunchPlan } from "./plan.ts";
import { mergeTemplate } from "./template-merge.ts";

/**
 * Launches instances into one zone: the largest number from MinCount to MaxCount that it has capacity for.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
export function runInstances(core: Ec2Core, input: RunInstancesRequest): Reservation {
  const { min, max } = parseCounts(input);
  checkClientToken(input.ClientToken);
  const { request, origin } = mergeTemplate(core, input);
  const place = resolvePlace(core, request);
  const plan = planFor(core, request, place);
  endDryRun(request);
  const use = {
    token: request.ClientToken ?? "",
    zone: place.zone,
    fingerprint: fingerprintOf({ ...request, LaunchTemplate: origin.launchTemplate }, ["ClientToken", "DryRun"]),
  };
  const replay = use.token === "" ? undefined : findReplay(core, use);
  if (replay !== undefined) return reservationOf(core, replay.instances);
  core.throttle.checkInstances("RunInstances", max);
  const count = admitLaunch(core, plan, {
    min,
    max,
    zoneNamed: place.zone !== undefined,
  });
  const instances = executeLaunch(core, plan, { count, origin });
  if (use.token !== "") {
    rememberToken(core, use, { instanceIds: instances.map((instance) => instance.instanceId), fleet: undefined });
  }
  return reservationOf(core, instances);
}

/** In the zone that is named; otherwise in the one, of those that offer the type, that has most room for it. */
function planFor(core: Ec2Core, request: RunInstancesRequest, place: Place): LaunchPlan {
  if (place.zone !== undefined) return planLaunch(core, request, place.zone);
  const plans = place.candidates
    .filter((zone) => request.InstanceType === undefined || isOffered(core, request.InstanceType, zone))
    .map((zone) => planLaunch(core, request, zone));
  const rooms = plans.map((plan) => ({ plan, room: Math.min(request.MaxCount ?? 1, capacityFor(core, plan)) }));
  const best = rooms.toSorted((a, b) => b.room - a.room)[0];
  if (best === undefined) throw unsupportedConfiguration();
  return best.plan;
}

function reservationOf(core: Ec2Core, instances: readonly InstanceRecord[]): Reservation {
  return renderReservation(core, instances, { seen: "actual" });
}
