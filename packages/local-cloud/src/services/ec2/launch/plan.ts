import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterValue, missingParameter } from "../errors/general.ts";
import { typeNotInZone, volumeLimitExceeded } from "../errors/launch.ts";
import { checkId, notFound } from "../errors/resource-ids.ts";
import { instanceTypes, type InstanceTypeFacts } from "../instance-types/instance-type.ts";
import type { MetadataOptions, PlacementGroupRecord } from "../state/records.ts";
import type { ImageDefinition, InstanceProfileDefinition } from "../world/world.ts";
import { notImplemented, required } from "../input.ts";
import { planVolumes, type VolumePlan } from "./block-devices.ts";
import { planInterfaces, type InterfacePlan } from "./interfaces.ts";
import { planMarket } from "./market.ts";
import { planMetadata } from "./metadata.ts";
import { planPlacement } from "./placement.ts";
import { checkProfile, checkUserData, refuseUnknownOptions } from "./options.ts";
import { parseTagSpecifications, type TagsByType } from "./tag-specifications.ts";

/** What each instance of a launch will be: a request that EC2 has found nothing wrong with. */
export interface LaunchPlan {
  readonly image: ImageDefinition;
  readonly type: InstanceTypeFacts;
  readonly zone: string;
  readonly interfaces: readonly InterfacePlan[];
  readonly volumes: readonly VolumePlan[];
  readonly tags: TagsByType;
  readonly market: "on-demand" | "spot";
  readonly placementGroup: PlacementGroupRecord | undefined;
  readonly partition: number | undefined;
  readonly profile: InstanceProfileDefinition | undefined;
  readonly keyName: string | undefined;
  readonly userData: string | undefined;
  readonly metadata: MetadataOptions;
  readonly shutdownBehavior: "stop" | "terminate";
  readonly protectTermination: boolean;
  readonly protectStop: boolean;
  readonly ebsOptimized: boolean;
  readonly monitored: boolean;
  readonly clientToken: string;
}

/** Resource types that RunInstances tags at birth. */
const taggableAtLaunch = ["instance", "volume", "network-interface", "spot-instances-request"] as const;

/**
 * Checks a launch into `zone`, without side effect: everything but quotas, capacity and free addresses.
 * @throws whatever EC2 finds wrong with the request
 */
export function planLaunch(core: Ec2Core, request: RunInstancesRequest, zone: string): LaunchPlan {
  refuseUnknownOptions(request);
  const { world } = core.store;
  const image = findImage(core, request.ImageId);
  const type = findType(request.InstanceType, image);
  if (!isOffered(core, type.name, zone)) {
    throw typeNotInZone({ instanceType: type.name, zone, otherZones: zonesOffering(core, type.name, zone) });
  }
  const market = planMarket(request, type);
  const tags = parseTagSpecifications(request.TagSpecifications, taggableAtLaunch);
  if (tags.has("spot-instances-request") && market !== "spot") {
    throw invalidParameterValue(
      "You cannot specify tags for Spot instances requests if there are no Spot instances requests being created by the request.",
    );
  }
  const interfaces = planInterfaces(core, { request, type, zone, count: request.MaxCount ?? 1 });
  const volumes = planVolumes(image, request.BlockDeviceMappings);
  checkAttachments(type, interfaces.length, volumes.length);
  const { group, partition } = planPlacement(core, { placement: request.Placement, type, zone });
  if (request.KeyName !== undefined && !world.keyPairs.includes(request.KeyName)) {
    throw keyPairNotFound(request.KeyName);
  }
  checkUserData(request.UserData);
  return {
    image,
    type,
    zone,
    interfaces,
    volumes,
    tags,
    market,
    placementGroup: group,
    partition,
    profile: checkProfile(core, request.IamInstanceProfile),
    keyName: request.KeyName,
    userData: request.UserData,
    metadata: planMetadata(request.MetadataOptions, { image, tags }),
    shutdownBehavior: request.InstanceInitiatedShutdownBehavior === "terminate" ? "terminate" : "stop",
    protectTermination: request.DisableApiTermination ?? false,
    protectStop: request.DisableApiStop ?? false,
    ebsOptimized: request.EbsOptimized ?? false,
    monitored: request.Monitoring?.Enabled ?? false,
    clientToken: request.ClientToken ?? "",
  };
}

/** The zone offers the type at all; whether it has capacity is another question. */
export function isOffered(core: Ec2Core, instanceType: string, zone: string): boolean {
  return !core.store.world.notOffered.some((gap) => gap.instanceType === instanceType && gap.zones.includes(zone));
}

/** Zones that offer the type, besides that one. */
export function zonesOffering(core: Ec2Core, instanceType: string, besides: string): string[] {
  return core.store.world.zones
    .map((zone) => zone.name)
    .filter((zone) => zone !== besides && isOffered(core, instanceType, zone));
}

/** MinCount and MaxCount. Texts are in AWS's manner; only the code is public. */
export function parseCounts(request: RunInstancesRequest): { min: number; max: number } {
  const min = required(request.MinCount, "MinCount");
  const max = required(request.MaxCount, "MaxCount");
  if (!Number.isInteger(min) || min < 1) {
    throw invalidParameterValue(`Value (${min}) for parameter minCount is invalid. Minimum count must be at least 1.`);
  }
  if (!Number.isInteger(max) || max < min) {
    throw invalidParameterValue(
      `Value (${max}) for parameter maxCount is invalid. Maximum count must not be below the minimum count of ${min}.`,
    );
  }
  return { min, max };
}

function findImage(core: Ec2Core, imageId: string | undefined): ImageDefinition {
  if (imageId === undefined) throw missingParameter("ImageId");
  if (imageId.startsWith("resolve:ssm:")) throw notImplemented("RunInstances ImageId resolve:ssm");
  checkId("image", imageId);
  const image = core.store.world.images.find((found) => found.imageId === imageId);
  if (image === undefined) throw notFound("image", imageId);
  return image;
}

function findType(name: string | undefined, image: ImageDefinition): InstanceTypeFacts {
  if (name === undefined) throw notImplemented("RunInstances without InstanceType (AWS would take m1.small)");
  const type = instanceTypes.get(name);
  if (type === undefined) throw invalidParameterValue(`Invalid value '${name}' for InstanceType.`);
  if (type.architecture !== image.architecture) {
    throw invalidParameterValue(
      `The architecture '${type.architecture}' of the specified instance type does not match the architecture ` +
        `'${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching ` +
        "architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the " +
        "architecture of the instance type or AMI.",
    );
  }
  return type;
}

// On shared limits the recorded maximum is already less the primary interface and the instance-store disks.
function checkAttachments(type: InstanceTypeFacts, interfaces: number, volumes: number): void {
  const { limit, max } = type.ebsAttachments;
  const places = limit === "shared" ? max - (interfaces - 1) : max;
  if (volumes > places) throw volumeLimitExceeded(volumes, type.name);
}

function keyPairNotFound(name: string): AwsError {
  return new AwsError("InvalidKeyPair.NotFound", `The key pair '${name}' does not exist`);
}
