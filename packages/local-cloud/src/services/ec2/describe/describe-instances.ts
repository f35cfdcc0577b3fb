import type { DescribeInstancesRequest, DescribeInstancesResult, Filter } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { instanceNotFound, internalError, invalidParameterCombination } from "../errors/general.ts";
import { checkId } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import { privateDnsName } from "../lifecycle/node-machine.ts";
import { instanceStateCodes, type InstanceRecord } from "../state/records.ts";
import { compileFilters, exactValues, type FilterTable } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";
import { renderReservation, shownState } from "./render-instance.ts";

/**
 * Instances as they are seen: late, and in no order that means anything. A page may hold a part of a reservation.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html
 */
export function describeInstances(core: Ec2Core, input: DescribeInstancesRequest): DescribeInstancesResult {
  refuseOthers("DescribeInstances", input, ["InstanceIds", "Filters", "MaxResults", "NextToken", "DryRun"]);
  const ids = input.InstanceIds ?? [];
  if (ids.length > 0 && input.MaxResults !== undefined) {
    throw invalidParameterCombination("The parameter instancesSet cannot be used with the parameter maxResults");
  }
  const matches = compileFilters(input.Filters, instanceFilters(core));
  const candidates = ids.length > 0 ? findSeen(core, ids) : candidatesFor(core, input.Filters);
  endDryRun(input);
  const seen = candidates.filter((instance) => isSeen(core, instance) && matches(instance));
  const { page, NextToken } = takePage(seen, input, { key: (instance) => instance.instanceId, range: COMMON_PAGE });
  const byReservation = Map.groupBy(page, (instance) => instance.reservationId);
  return {
    Reservations: [...byReservation.values()].map((instances) => renderReservation(core, instances, { seen: "late" })),
    ...(NextToken === undefined ? {} : { NextToken }),
  };
}

/** The instance has shown up, and has not been dead for too long. */
export function isSeen(core: Ec2Core, instance: InstanceRecord): boolean {
  return core.store.describable.has(instance.instanceId) && instance.state.seen(core.clock.now()) !== undefined;
}

/**
 * The instances of those ids, each once.
 * @throws InvalidInstanceID.Malformed; InvalidInstanceID.NotFound, also for what was launched a moment ago
 */
export function findSeen(core: Ec2Core, ids: readonly string[]): InstanceRecord[] {
  for (const id of ids) checkId("instance", id);
  const wanted = [...new Set(ids)];
  const found = wanted.flatMap((id) => {
    const instance = core.store.describable.get(id);
    return instance !== undefined && isSeen(core, instance) ? instance : [];
  });
  if (found.length < wanted.length) {
    const known = new Set(found.map((instance) => instance.instanceId));
    throw instanceNotFound(wanted.filter((id) => !known.has(id)));
  }
  if (found.some((instance) => core.dials.unreachableZones.includes(instance.zone))) {
    throw internalError("An internal error has occurred");
  }
  return found;
}

/** With a tag or ids in the filters, an index spares the walk through all instances. */
export function candidatesFor(core: Ec2Core, filters: readonly Filter[] | undefined): InstanceRecord[] {
  const { describable, tags } = core.store;
  const ids = exactValues(filters, "instance-id");
  if (ids !== undefined) return [...new Set(ids)].flatMap((id) => describable.get(id) ?? []);
  const byTag = (filters ?? [])
    .filter((filter) => filter.Name?.startsWith("tag:") === true)
    .flatMap((filter) => {
      const values = exactValues([filter], filter.Name ?? "");
      return values === undefined ? [] : [tags.carriers((filter.Name ?? "").slice("tag:".length), values)];
    })
    .toSorted((a, b) => a.length - b.length)[0];
  if (byTag === undefined) return [...describable.values()];
  return byTag.flatMap((id) => describable.get(id) ?? []);
}

export function instanceFilters(core: Ec2Core): FilterTable<InstanceRecord> {
  const state = (instance: InstanceRecord) => shownState(core, instance, "late")?.name;
  const attached = (instance: InstanceRecord) => (state(instance) === "terminated" ? [] : instance.interfaces);
  return {
    tags: (instance) => core.store.tags.of(instance.instanceId),
    fields: {
      architecture: (instance) => instance.image.architecture,
      "availability-zone": (instance) => instance.zone,
      "client-token": (instance) => instance.clientToken,
      "image-id": (instance) => instance.image.imageId,
      "iam-instance-profile.arn": (instance) => instance.profile?.arn,
      "instance-id": (instance) => instance.instanceId,
      "instance-lifecycle": (instance) => (instance.spotRequestId === undefined ? undefined : "spot"),
      "instance-state-code": (instance) => {
        const name = state(instance);
        return name === undefined ? undefined : String(instanceStateCodes[name]);
      },
      "instance-state-name": state,
      "instance-type": (instance) => instance.type.name,
      "instance.group-id": (instance) => attached(instance)[0]?.groupIds,
      "key-name": (instance) => instance.keyName,
      "launch-index": (instance) => String(instance.launchIndex),
      "network-interface.network-interface-id": (instance) => attached(instance).map((face) => face.interfaceId),
      "network-interface.subnet-id": (instance) => attached(instance).map((face) => face.subnetId),
      "placement-group-name": (instance) => instance.placementGroup?.groupName,
      "private-dns-name": (instance) => {
        const address = attached(instance)[0]?.addresses[0];
        return address === undefined ? undefined : privateDnsName(address, core.context.region);
      },
      "private-ip-address": (instance) => attached(instance)[0]?.addresses[0],
      "reservation-id": (instance) => instance.reservationId,
      "spot-instance-request-id": (instance) => instance.spotRequestId,
      "state-reason-code": (instance) => shownState(core, instance, "late")?.reason?.code,
      // A terminated instance has left its subnet and its VPC.
      "subnet-id": (instance) => attached(instance)[0]?.subnetId,
      "vpc-id": (instance) => attached(instance)[0]?.vpcId,
    },
  };
}
