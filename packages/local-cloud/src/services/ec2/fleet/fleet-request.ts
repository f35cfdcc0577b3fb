import type {
  CreateFleetRequest,
  FleetLaunchTemplateConfigRequest,
  FleetLaunchTemplateOverridesRequest,
  LaunchTemplateAndOverridesResponse,
  RunInstancesRequest,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "../errors/general.ts";
import { notImplemented, refuseOthers, required } from "../input.ts";
import { checkClientToken } from "../launch/idempotency.ts";
import type { LaunchOrigin } from "../launch/execute.ts";
import { resolvePlace, type Place } from "../launch/place.ts";
import { parseTagSpecifications, type TagsByType } from "../launch/tag-specifications.ts";
import { definedOnly, mergeTags, mergeTemplate } from "../launch/template-merge.ts";
import { parseSide, type FleetSide } from "./fleet-side.ts";

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFleet.html and the user guide's "EC2 Fleet quotas"
const CONFIGS_MAX = 50;
const TARGET_MAX = 10_000;
/** Resource types that a fleet of type instant tags; the rest belongs into the launch template. */
const taggable = ["fleet", "instance", "volume"];

/** One place where a fleet may launch: an override of a launch template. */
export interface FleetPool {
  readonly request: RunInstancesRequest;
  readonly origin: LaunchOrigin;
  readonly place: Place;
  readonly instanceType: string;
  /** Units of the target that one instance is worth. */
  readonly weight: number;
  /** Lower goes first; those without go last. */
  readonly priority: number;
  /** How the answer names it. */
  readonly described: LaunchTemplateAndOverridesResponse;
}

export interface FleetRequest {
  readonly pools: readonly FleetPool[];
  readonly sides: readonly FleetSide[];
  readonly tags: TagsByType;
  readonly token: string;
}

/** @throws for everything that fails the call as a whole; what is wrong with one pool shows when it is tried */
export function parseFleet(core: Ec2Core, input: CreateFleetRequest): FleetRequest {
  refuseOthers("CreateFleet", input, [
    "ClientToken",
    "DryRun",
    "LaunchTemplateConfigs",
    "OnDemandOptions",
    "SpotOptions",
    "TagSpecifications",
    "TargetCapacitySpecification",
    "Type",
  ]);
  if (input.Type !== "instant") throw notImplemented(`CreateFleet Type ${input.Type ?? "maintain"}`);
  checkClientToken(input.ClientToken);
  const configs = required(input.LaunchTemplateConfigs, "LaunchTemplateConfigs");
  if (configs.length === 0) throw missingParameter("LaunchTemplateConfigs");
  if (configs.length > CONFIGS_MAX) {
    throw invalidParameterValue(`A fleet may have at most ${CONFIGS_MAX} launch template configurations.`);
  }
  const tags = parseTagSpecifications(input.TagSpecifications, taggable);
  const pools = configs.flatMap((config) => poolsOf(core, config, input));
  checkSubnets(pools);
  return { pools, sides: parseSides(input), tags, token: input.ClientToken ?? "" };
}

function parseSides(input: CreateFleetRequest): FleetSide[] {
  const target = required(input.TargetCapacitySpecification, "TargetCapacitySpecification");
  refuseOthers("CreateFleet TargetCapacitySpecification", target, [
    "DefaultTargetCapacityType",
    "OnDemandTargetCapacity",
    "SpotTargetCapacity",
    "TotalTargetCapacity",
  ]);
  const total = required(target.TotalTargetCapacity, "TotalTargetCapacity");
  const kind = target.DefaultTargetCapacityType ?? "on-demand";
  if (kind !== "on-demand" && kind !== "spot") throw notImplemented(`CreateFleet DefaultTargetCapacityType ${kind}`);
  if (!Number.isInteger(total) || total < 1) {
    throw invalidParameterValue(`Value (${total}) for parameter TotalTargetCapacity is invalid.`);
  }
  if (total > TARGET_MAX) throw invalidParameterValue(`The target capacity of a fleet is at most ${TARGET_MAX}.`);
  const rest = total - (target.OnDemandTargetCapacity ?? 0) - (target.SpotTargetCapacity ?? 0);
  if (rest < 0) {
    throw invalidParameterCombination("OnDemandTargetCapacity and SpotTargetCapacity exceed TotalTargetCapacity.");
  }
  const onDemand = (target.OnDemandTargetCapacity ?? 0) + (kind === "on-demand" ? rest : 0);
  const spot = (target.SpotTargetCapacity ?? 0) + (kind === "spot" ? rest : 0);
  return [parseSide("on-demand", onDemand, input.OnDemandOptions), parseSide("spot", spot, input.SpotOptions)].filter(
    (side) => side.target > 0,
  );
}

function poolsOf(core: Ec2Core, config: FleetLaunchTemplateConfigRequest, input: CreateFleetRequest): FleetPool[] {
  refuseOthers("CreateFleet LaunchTemplateConfigs.LaunchTemplateSpecification", config.LaunchTemplateSpecification, [
    "LaunchTemplateId",
    "LaunchTemplateName",
    "Version",
  ]);
  const reference = required(config.LaunchTemplateSpecification, "LaunchTemplateSpecification");
  const { request: base, origin } = mergeTemplate(core, { LaunchTemplate: reference, MinCount: 1, MaxCount: 1 });
  if (base.InstanceMarketOptions !== undefined) {
    throw invalidParameterCombination("The launch template of a fleet may not have InstanceMarketOptions.");
  }
  const overrides = (config.Overrides ?? []).length > 0 ? (config.Overrides ?? []) : [{}];
  return overrides.map((override) => {
    const request = {
      ...applyOverride(base, override),
      TagSpecifications: mergeTags(
        base.TagSpecifications,
        (input.TagSpecifications ?? []).filter((specification) => specification.ResourceType !== "fleet"),
      ),
    };
    const place = resolvePlace(core, request);
    return {
      request,
      origin,
      place,
      instanceType: request.InstanceType ?? "",
      weight: override.WeightedCapacity ?? 1,
      priority: override.Priority ?? Number.POSITIVE_INFINITY,
      described: {
        LaunchTemplateSpecification: {
          LaunchTemplateId: origin.launchTemplate?.id,
          Version: String(origin.launchTemplate?.version),
        },
        Overrides: {
          ...definedOnly({
            InstanceType: request.InstanceType,
            SubnetId: override.SubnetId,
            AvailabilityZone: place.zone,
            WeightedCapacity: override.WeightedCapacity,
            Priority: override.Priority,
            ImageId: override.ImageId,
          }),
        },
      },
    };
  });
}

/** What an override says goes before the template; a subnet goes into the template's interfaces when it has any. */
function applyOverride(base: RunInstancesRequest, override: FleetLaunchTemplateOverridesRequest): RunInstancesRequest {
  refuseOthers("CreateFleet LaunchTemplateConfigs.Overrides", override, [
    "AvailabilityZone",
    "ImageId",
    "InstanceType",
    "Placement",
    "Priority",
    "SubnetId",
    "WeightedCapacity",
  ]);
  const { SubnetId: subnetId, AvailabilityZone: zone } = override;
  const placement = {
    ...base.Placement,
    ...override.Placement,
    ...(zone === undefined ? {} : { AvailabilityZone: zone }),
  };
  const faces = base.NetworkInterfaces ?? [];
  return {
    ...base,
    ...(override.InstanceType === undefined ? {} : { InstanceType: override.InstanceType }),
    ...(override.ImageId === undefined ? {} : { ImageId: override.ImageId }),
    ...(Object.keys(placement).length === 0 ? {} : { Placement: placement }),
    ...(subnetId === undefined
      ? {}
      : faces.length === 0
        ? { SubnetId: subnetId }
        : { NetworkInterfaces: faces.map((face) => ({ ...face, SubnetId: subnetId })) }),
  };
}

/** A fleet takes one subnet of each zone. The text is ours. */
function checkSubnets(pools: readonly FleetPool[]): void {
  const byZone = new Map<string, string>();
  for (const { request, place } of pools) {
    const subnetId = request.SubnetId ?? request.NetworkInterfaces?.[0]?.SubnetId;
    if (place.zone === undefined || subnetId === undefined) continue;
    if ((byZone.get(place.zone) ?? subnetId) !== subnetId) {
      throw new AwsError(
        "InvalidFleetConfig",
        `The fleet configuration contains more than one subnet of the Availability Zone ${place.zone}.`,
      );
    }
    byZone.set(place.zone, subnetId);
  }
}
