import type { TerminateInstancesRequest, TerminateInstancesResult } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { findSeen } from "../describe/describe-instances.ts";
import { invalidParameterValue, missingParameter } from "../errors/general.ts";
import { notPermitted } from "../errors/launch.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import { whys } from "../lifecycle/reasons.ts";
import type { InstanceRecord } from "../state/records.ts";
import { changeState } from "./state-change.ts";

/** Ids in one call. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html */
const TERMINATE_IDS_MAX = 1_000;

/**
 * Terminates instances. One unknown id fails the call and terminates nothing; a protected instance saves all others of
 * its zone, while those of other zones are terminated although the call fails.
 * @throws InvalidInstanceID.NotFound, OperationNotPermitted, RequestLimitExceeded
 */
export function terminateInstances(core: Ec2Core, input: TerminateInstancesRequest): TerminateInstancesResult {
  refuseOthers("TerminateInstances", input, ["InstanceIds", "DryRun", "Force", "SkipOsShutdown"]);
  const instances = findSeen(core, checkIds(input.InstanceIds));
  endDryRun(input);
  core.throttle.checkInstances("TerminateInstances", instances.length);
  const protectedOnes = instances.flatMap((instance) => {
    const attribute = protectionAgainstTermination(core, instance);
    return attribute === undefined ? [] : [{ instance, attribute }];
  });
  const safeZones = new Set(protectedOnes.map(({ instance }) => instance.zone));
  const doomed = instances.filter((instance) => !safeZones.has(instance.zone));
  core.throttle.takeInstances("TerminateInstances", doomed.length);
  // Without its operating system's own shutdown an instance is gone sooner.
  const fast = input.SkipOsShutdown === true || input.Force === true;
  const changes = doomed.map((instance) =>
    changeState(instance, () => core.lifecycle.terminate(instance, whys.user, { fast })),
  );
  const [refused] = protectedOnes;
  if (refused !== undefined) throw notPermitted(refused.instance.instanceId, "terminated", refused.attribute);
  return { TerminatingInstances: changes };
}

/** The attribute that keeps the instance from being terminated through the API; stop protection does too. */
function protectionAgainstTermination(core: Ec2Core, instance: InstanceRecord): string | undefined {
  const { name } = instance.state.actual;
  if (name === "shutting-down" || name === "terminated") return undefined;
  const now = core.clock.now();
  if (instance.protection.termination.seen(now) === true) return "disableApiTermination";
  return instance.protection.stop.seen(now) === true ? "disableApiStop" : undefined;
}

function checkIds(ids: readonly string[] | undefined): readonly string[] {
  if (ids === undefined || ids.length === 0) throw missingParameter("InstanceId");
  if (ids.length > TERMINATE_IDS_MAX) {
    throw invalidParameterValue(`A request may name at most ${TERMINATE_IDS_MAX} instances, not ${ids.length}.`);
  }
  return ids;
}
