import type { Placement } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination, invalidParameterValue } from "../errors/general.ts";
import { refuseOthers, refuseUnless } from "../input.ts";
import type { InstanceTypeFacts } from "../instance-types/instance-type.ts";
import type { PlacementGroupRecord } from "../state/records.ts";

/** Running instances of a rack-level spread group per zone. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html */
const SPREAD_GROUP_ZONE_MAX = 7;

/** The placement group of a launch, and the partition in it. */
export function planPlacement(
  core: Ec2Core,
  options: { placement: Placement | undefined; type: InstanceTypeFacts; zone: string },
): { group: PlacementGroupRecord | undefined; partition: number | undefined } {
  const { placement, type, zone } = options;
  refuseOthers("RunInstances Placement", placement, [
    "AvailabilityZone",
    "AvailabilityZoneId",
    "GroupId",
    "GroupName",
    "PartitionNumber",
    "Tenancy",
  ]);
  refuseUnless("RunInstances Placement.Tenancy", placement?.Tenancy, ["default"]);
  const named = [placement?.GroupName, placement?.GroupId].find((name) => name !== undefined && name !== "");
  const partition = placement?.PartitionNumber;
  if (named === undefined) {
    if (partition !== undefined)
      throw invalidParameterCombination("A partition number needs a partition placement group.");
    return { group: undefined, partition: undefined };
  }
  const group = core.store.placementGroup(named);
  if (group === undefined) throw placementGroupUnknown(named);
  if (!type.placementStrategies.includes(group.strategy)) {
    throw invalidParameterCombination(`Placement groups may not be used with instances of type '${type.name}'.`);
  }
  if (partition !== undefined && (group.partitions === undefined || partition < 1 || partition > group.partitions)) {
    throw invalidParameterValue(`Value (${partition}) for parameter partitionNumber is invalid.`);
  }
  if (group.strategy === "cluster") checkZone(group, zone);
  return { group, partition };
}

/** Places left for one more launch; Infinity where the strategy has no such limit. */
export function placesLeft(group: PlacementGroupRecord | undefined, zone: string): number {
  if (group?.strategy !== "spread" || group.spreadLevel !== "rack") return Number.POSITIVE_INFINITY;
  const inZone = [...group.members].filter((member) => member.zone === zone && member.holdsPlace).length;
  return SPREAD_GROUP_ZONE_MAX - inZone;
}

export function placementGroupUnknown(name: string): AwsError {
  return new AwsError("InvalidPlacementGroup.Unknown", `The Placement Group '${name}' is unknown.`);
}

// A cluster group lives in one zone, which its first instance settles. The text is ours.
function checkZone(group: PlacementGroupRecord, zone: string): void {
  const [member] = group.members;
  if (member === undefined || member.zone === zone) return;
  throw invalidParameterValue(
    `Instances in the Placement Group '${group.groupName}' must be launched in the '${member.zone}' Availability Zone. ` +
      `Specify the '${member.zone}' Availability Zone and try again.`,
  );
}
