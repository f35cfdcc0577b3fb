import type {
  CreatePlacementGroupRequest,
  CreatePlacementGroupResult,
  DeletePlacementGroupRequest,
  DescribePlacementGroupsRequest,
  DescribePlacementGroupsResult,
  PlacementGroup,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { compileFilters, type FilterTable } from "../describe/filters.ts";
import { renderTags } from "../describe/render-tags.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "../errors/general.ts";
import { endDryRun, notImplemented, refuseOthers, refuseUnless, required } from "../input.ts";
import { placementGroupUnknown } from "../launch/placement.ts";
import { parseTagSpecifications, tagsFor } from "../launch/tag-specifications.ts";
import type { PlacementGroupRecord } from "../state/records.ts";

/** Groups of an account in a region, and partitions of a group. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html */
const GROUPS_MAX = 500;
const PARTITIONS_MAX = 7;
const PARTITIONS_DEFAULT = 2;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html */
export function createPlacementGroup(core: Ec2Core, input: CreatePlacementGroupRequest): CreatePlacementGroupResult {
  refuseOthers("CreatePlacementGroup", input, [
    "GroupName",
    "Strategy",
    "PartitionCount",
    "SpreadLevel",
    "TagSpecifications",
    "DryRun",
  ]);
  const { GroupName: groupName, Strategy: strategy = "cluster", PartitionCount: partitions } = input;
  if (groupName === undefined || groupName === "") throw missingParameter("groupName");
  if (strategy !== "cluster" && strategy !== "partition" && strategy !== "spread") {
    throw notImplemented(`CreatePlacementGroup Strategy ${strategy}`);
  }
  if (partitions !== undefined && strategy !== "partition") {
    throw invalidParameterCombination("A partition count needs the partition strategy.");
  }
  if (partitions !== undefined && (partitions < 1 || partitions > PARTITIONS_MAX)) {
    throw invalidParameterValue(`Value (${partitions}) for parameter partitionCount is invalid.`);
  }
  refuseUnless("CreatePlacementGroup SpreadLevel", input.SpreadLevel, ["rack"]);
  const tags = parseTagSpecifications(input.TagSpecifications, ["placement-group"]);
  const { placementGroups } = core.store;
  if (placementGroups.has(groupName)) {
    throw new AwsError("InvalidPlacementGroup.Duplicate", `The Placement Group '${groupName}' already exists.`);
  }
  endDryRun(input);
  if (placementGroups.size >= GROUPS_MAX) {
    throw new AwsError("PlacementGroupLimitExceeded", "You have reached the limit on the number of placement groups.");
  }
  const group: PlacementGroupRecord = {
    groupId: core.ids.next("pg"),
    groupName,
    strategy,
    partitions: strategy === "partition" ? (partitions ?? PARTITIONS_DEFAULT) : undefined,
    spreadLevel: strategy === "spread" ? "rack" : undefined,
    members: new Set(),
  };
  placementGroups.set(groupName, group);
  core.store.tags.add(group.groupId, "placement-group", tagsFor(tags, "placement-group"));
  return { PlacementGroup: render(core, group) };
}

/** Refuses a group that still has instances. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html */
export function deletePlacementGroup(core: Ec2Core, input: DeletePlacementGroupRequest): object {
  refuseOthers("DeletePlacementGroup", input, ["GroupName", "DryRun"]);
  const group = find(core, required(input.GroupName, "groupName"));
  endDryRun(input);
  if (group.members.size > 0) {
    throw new AwsError(
      "InvalidPlacementGroup.InUse",
      `The placement group '${group.groupName}' is in use and may not be deleted.`,
    );
  }
  core.store.placementGroups.delete(group.groupName);
  core.store.tags.remove(group.groupId);
  return {};
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html */
export function describePlacementGroups(
  core: Ec2Core,
  input: DescribePlacementGroupsRequest,
): DescribePlacementGroupsResult {
  refuseOthers("DescribePlacementGroups", input, ["GroupNames", "GroupIds", "Filters", "DryRun"]);
  const table: FilterTable<PlacementGroupRecord> = {
    tags: (group) => core.store.tags.of(group.groupId),
    fields: {
      "group-name": (group) => group.groupName,
      "group-id": (group) => group.groupId,
      state: () => "available",
      strategy: (group) => group.strategy,
      "spread-level": (group) => group.spreadLevel,
    },
  };
  const matches = compileFilters(input.Filters, table);
  const wanted = [...(input.GroupNames ?? []), ...(input.GroupIds ?? [])];
  const groups =
    wanted.length === 0 ? [...core.store.placementGroups.values()] : wanted.map((name) => find(core, name));
  endDryRun(input);
  return { PlacementGroups: groups.filter(matches).map((group) => render(core, group)) };
}

function find(core: Ec2Core, name: string): PlacementGroupRecord {
  const group = core.store.placementGroup(name);
  if (group === undefined) throw placementGroupUnknown(name);
  return group;
}

function render(core: Ec2Core, group: PlacementGroupRecord): PlacementGroup {
  return {
    GroupName: group.groupName,
    GroupId: group.groupId,
    GroupArn: `arn:aws:ec2:${core.context.region}:${core.context.account}:placement-group/${group.groupName}`,
    State: "available",
    Strategy: group.strategy,
    ...(group.partitions === undefined ? {} : { PartitionCount: group.partitions }),
    ...(group.spreadLevel === undefined ? {} : { SpreadLevel: group.spreadLevel }),
    Tags: renderTags(core.store.tags.of(group.groupId)),
  };
}
