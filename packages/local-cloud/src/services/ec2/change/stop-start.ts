import type {
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { findSeen } from "../describe/describe-instances.ts";
import { missingParameter } from "../errors/general.ts";
import { insufficientInstanceCapacity, notPermitted } from "../errors/launch.ts";
import { endDryRun, refuseOthers, refuseUnless } from "../input.ts";
import { checkVCpuQuota, placesIn } from "../launch/admit.ts";
import { zonesOffering } from "../launch/plan.ts";
import { marketOf } from "../lifecycle/lifecycle.ts";
import { whys } from "../lifecycle/reasons.ts";
import type { InstanceRecord, InstanceStateName } from "../state/records.ts";
import { changeState } from "./state-change.ts";

/**
 * Stops instances; what is on their instance store is lost. Nothing happens when one of them cannot be stopped.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html
 */
export function stopInstances(core: Ec2Core, input: StopInstancesRequest): StopInstancesResult {
  refuseOthers("StopInstances", input, ["InstanceIds", "DryRun", "Force", "Hibernate", "SkipOsShutdown"]);
  refuseUnless("StopInstances Hibernate", input.Hibernate, [false]);
  const instances = find(core, input.InstanceIds);
  endDryRun(input);
  core.throttle.checkInstances("StopInstances", instances.length);
  for (const instance of instances) checkStop(core, instance);
  core.throttle.takeInstances("StopInstances", instances.length);
  return {
    StoppingInstances: instances.map((instance) =>
      changeState(instance, () => core.lifecycle.stop(instance, whys.user)),
    ),
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export function startInstances(core: Ec2Core, input: StartInstancesRequest): StartInstancesResult {
  refuseOthers("StartInstances", input, ["InstanceIds", "DryRun"]);
  const instances = find(core, input.InstanceIds);
  endDryRun(input);
  core.throttle.checkInstances("StartInstances", instances.length);
  for (const instance of instances) checkState(instance, ["stopped", "pending", "running"], "started");
  const stopped = instances.filter((instance) => instance.state.actual.name === "stopped");
  checkRoom(core, stopped);
  core.throttle.takeInstances("StartInstances", stopped.length);
  return {
    StartingInstances: instances.map((instance) =>
      changeState(instance, () => {
        if (instance.state.actual.name === "stopped") core.lifecycle.start(instance);
      }),
    ),
  };
}

function find(core: Ec2Core, ids: readonly string[] | undefined): InstanceRecord[] {
  if (ids === undefined || ids.length === 0) throw missingParameter("InstanceId");
  return findSeen(core, ids);
}

function checkStop(core: Ec2Core, instance: InstanceRecord): void {
  checkState(instance, ["running", "stopping", "stopped"], "stopped");
  if (marketOf(instance) === "spot") {
    throw new AwsError(
      "UnsupportedOperation",
      `You can't stop the Spot Instance '${instance.instanceId}' because it is associated with a one-time Spot ` +
        "Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.",
    );
  }
  if (instance.protection.stop.seen(core.clock.now()) === true) {
    throw notPermitted(instance.instanceId, "stopped", "disableApiStop");
  }
}

function checkState(
  instance: InstanceRecord,
  allowed: readonly InstanceStateName[],
  verb: "started" | "stopped",
): void {
  if (allowed.includes(instance.state.actual.name)) return;
  throw new AwsError(
    "IncorrectInstanceState",
    `The instance '${instance.instanceId}' is not in a state from which it can be ${verb}.`,
  );
}

/** A stopped instance has no claim on capacity or quota: it asks again. */
function checkRoom(core: Ec2Core, instances: readonly InstanceRecord[]): void {
  const pools = Map.groupBy(instances, (instance) => `${instance.type.name} ${instance.zone} ${marketOf(instance)}`);
  for (const [first, ...others] of pools.values()) {
    if (first === undefined) continue;
    const count = others.length + 1;
    const market = marketOf(first);
    checkVCpuQuota(core, first.type, { market, count });
    const pool = { instanceType: first.type.name, zone: first.zone, market };
    if (placesIn(core, pool) - core.store.usage.inPool(pool) < count) {
      throw insufficientInstanceCapacity({
        instanceType: first.type.name,
        zone: first.zone,
        otherZones: zonesOffering(core, first.type.name, first.zone),
      });
    }
  }
}
