import type { BlockDeviceMapping } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import { invalidParameterCombination, invalidParameterValue, missingParameter } from "../errors/general.ts";
import { notFound } from "../errors/resource-ids.ts";
import { notImplemented, refuseOthers } from "../input.ts";
import type { ImageDefinition } from "../world/world.ts";

/** One volume that a launch makes. */
export interface VolumePlan {
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly snapshotId: string | undefined;
  readonly deleteOnTermination: boolean;
}

// Sizes in GiB and baseline performance, from "Amazon EBS volume types":
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
const volumeTypes: Readonly<Record<string, { min: number; max: number; iops: "given" | "may" | "no" }>> = {
  gp3: { min: 1, max: 65_536, iops: "may" },
  gp2: { min: 1, max: 16_384, iops: "no" },
  io1: { min: 4, max: 16_384, iops: "given" },
  io2: { min: 4, max: 65_536, iops: "given" },
  st1: { min: 125, max: 16_384, iops: "no" },
  sc1: { min: 125, max: 16_384, iops: "no" },
  standard: { min: 1, max: 1_024, iops: "no" },
};
const GP3_IOPS = 3_000;
const GP3_MIBPS = 125;
/** What EC2 takes when a mapping names no type. */
const DEFAULT_TYPE = "gp2";

/** The image's root volume and the mappings of the request: one volume for each device name. */
export function planVolumes(image: ImageDefinition, mappings: readonly BlockDeviceMapping[] | undefined): VolumePlan[] {
  const root: BlockDeviceMapping = {
    DeviceName: image.rootDeviceName,
    Ebs: { SnapshotId: image.rootSnapshotId, VolumeSize: image.rootVolumeGiB, VolumeType: image.rootVolumeType },
  };
  const byName = new Map<string, BlockDeviceMapping>([[image.rootDeviceName, root]]);
  const seen = new Set<string>();
  for (const mapping of mappings ?? []) {
    const name = checkMapping(mapping);
    if (seen.has(name)) {
      throw new AwsError(
        "InvalidBlockDeviceMapping",
        `The device '${name}' is used in more than one block-device mapping`,
      );
    }
    seen.add(name);
    const base = name === image.rootDeviceName ? root.Ebs : undefined;
    byName.set(name, { DeviceName: name, Ebs: { ...base, ...mapping.Ebs } });
  }
  return [...byName.values()].map((mapping) => planVolume(image, mapping));
}

function checkMapping(mapping: BlockDeviceMapping): string {
  refuseOthers("RunInstances BlockDeviceMappings", mapping, ["DeviceName", "Ebs"]);
  refuseOthers("RunInstances BlockDeviceMappings.Ebs", mapping.Ebs, [
    "DeleteOnTermination",
    "Iops",
    "SnapshotId",
    "VolumeSize",
    "VolumeType",
    "KmsKeyId",
    "Throughput",
    "Encrypted",
  ]);
  if (mapping.DeviceName === undefined) throw missingParameter("deviceName");
  if (mapping.Ebs === undefined) throw notImplemented("RunInstances BlockDeviceMappings without Ebs");
  return mapping.DeviceName;
}

function planVolume(image: ImageDefinition, mapping: BlockDeviceMapping): VolumePlan {
  const ebs = mapping.Ebs ?? {};
  const type = ebs.VolumeType ?? DEFAULT_TYPE;
  const limits = volumeTypes[type];
  if (limits === undefined) throw invalidParameterValue(`Invalid volume type: ${type}`);
  const sizeGiB = planSize(image, ebs);
  if (sizeGiB < limits.min) {
    throw invalidParameterValue(
      `Volume of ${sizeGiB}GiB is too small for volume type ${type}; minimum is ${limits.min}GiB.`,
    );
  }
  if (sizeGiB > limits.max) {
    throw invalidParameterValue(
      `Volume of ${sizeGiB}GiB is too large for volume type ${type}; maximum is ${limits.max}GiB.`,
    );
  }
  if (limits.iops === "given" && ebs.Iops === undefined) throw missingParameter("iops");
  if (limits.iops === "no" && ebs.Iops !== undefined) {
    throw invalidParameterCombination(`The parameter iops is not supported for ${type} volumes.`);
  }
  if (type !== "gp3" && ebs.Throughput !== undefined) {
    throw invalidParameterCombination(`The parameter throughput is not supported for ${type} volumes.`);
  }
  return {
    deviceName: mapping.DeviceName ?? "",
    sizeGiB,
    type,
    iops: ebs.Iops ?? baselineIops(type, sizeGiB),
    throughput: type === "gp3" ? (ebs.Throughput ?? GP3_MIBPS) : undefined,
    encrypted: ebs.Encrypted ?? ebs.KmsKeyId !== undefined,
    kmsKeyId: ebs.KmsKeyId,
    snapshotId: ebs.SnapshotId,
    // Volumes that a launch through the API makes go with their instance unless it says otherwise.
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
  };
}

function planSize(image: ImageDefinition, ebs: NonNullable<BlockDeviceMapping["Ebs"]>): number {
  const { SnapshotId: snapshotId, VolumeSize: sizeGiB } = ebs;
  if (snapshotId === undefined) {
    if (sizeGiB === undefined) throw missingParameter("size or snapshotId");
    return sizeGiB;
  }
  // The only snapshots of the embedded cloud are those behind its images.
  if (snapshotId !== image.rootSnapshotId) throw notFound("snapshot", snapshotId);
  if (sizeGiB !== undefined && sizeGiB < image.rootVolumeGiB) {
    throw new AwsError(
      "InvalidBlockDeviceMapping",
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${snapshotId}', expect size>= ${image.rootVolumeGiB}GB`,
    );
  }
  return sizeGiB ?? image.rootVolumeGiB;
}

function baselineIops(type: string, sizeGiB: number): number | undefined {
  if (type === "gp3") return GP3_IOPS;
  // gp2: 3 IOPS for each GiB, from 100 to 16,000.
  return type === "gp2" ? Math.min(16_000, Math.max(100, sizeGiB * 3)) : undefined;
}
