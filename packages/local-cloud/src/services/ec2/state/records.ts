import type { InstanceTypeFacts } from "../instance-types/instance-type.ts";
import type { Delayed } from "../../../mechanisms/delayed.ts";
import type { ImageDefinition, InstanceProfileDefinition, PlacementStrategy } from "../world/world.ts";

/** State names and codes of the EC2 API, type InstanceState. */
export const instanceStateCodes = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
} as const;

export type InstanceStateName = keyof typeof instanceStateCodes;

/** A state together with why it was entered; the reasons of a state show and vanish with it. */
export interface StateView {
  readonly name: InstanceStateName;
  readonly reason?: { readonly code: string; readonly message: string };
  /** Such as `User initiated (2026-11-20 14:00:00 GMT)`; empty when nobody did it. */
  readonly transitionReason: string;
}

export interface MetadataOptions {
  readonly httpTokens: "required" | "optional";
  readonly hopLimit: number;
  readonly httpEndpoint: "enabled" | "disabled";
  readonly instanceTags: "enabled" | "disabled";
}

export interface InstanceRecord {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly type: InstanceTypeFacts;
  readonly image: ImageDefinition;
  readonly zone: string;
  readonly subnetId: string;
  readonly vpcId: string;
  /** Of a spot instance. */
  readonly spotRequestId: string | undefined;
  readonly clientToken: string;
  readonly profile: InstanceProfileDefinition | undefined;
  readonly keyName: string | undefined;
  readonly userData: string | undefined;
  readonly metadata: MetadataOptions;
  readonly ebsOptimized: boolean;
  readonly monitored: boolean;
  readonly placementGroup: PlacementGroupRecord | undefined;
  readonly partition: number | undefined;
  /** First launch; starting it again does not change it. */
  readonly bornAt: number;
  /** LaunchTime: the last time it was launched or started. */
  launchedAt: number;
  readonly state: Delayed<StateView>;
  /** Grows with each change of state: what was scheduled for an earlier state is void. */
  epoch: number;
  readonly protection: { readonly termination: Delayed<boolean>; readonly stop: Delayed<boolean> };
  shutdownBehavior: "stop" | "terminate";
  sourceDestCheck: boolean;
  /** Attached ones, by device index of card 0 first. */
  interfaces: InterfaceRecord[];
  volumes: VolumeRecord[];
  /** It counts in its capacity pool and against its vCPU quota. */
  holdsPlace: boolean;
  /** The guest's operating system runs. */
  guestUp: boolean;
  /** When the status checks turn to ok, epoch ms; while it runs. */
  checksOkAt: number;
  /** When the status checks turn to impaired: its hardware has died and nobody has said so. */
  impairedAt: number | undefined;
  terminatedAt: number | undefined;
}

export interface InterfaceRecord {
  readonly interfaceId: string;
  readonly subnetId: string;
  readonly vpcId: string;
  readonly zone: string;
  /** The first is the primary. */
  readonly addresses: readonly string[];
  readonly mac: string;
  readonly description: string;
  readonly kind: "interface" | "efa" | "efa-only";
  groupIds: readonly string[];
  publicIp: string | undefined;
  sourceDestCheck: boolean;
  attachment: InterfaceAttachment | undefined;
}

interface InterfaceAttachment {
  readonly attachmentId: string;
  readonly instanceId: string;
  readonly deviceIndex: number;
  readonly cardIndex: number;
  readonly attachedAt: number;
  deleteOnTermination: boolean;
}

export interface VolumeRecord {
  readonly volumeId: string;
  readonly zone: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly iops: number | undefined;
  readonly throughput: number | undefined;
  readonly encrypted: boolean;
  readonly kmsKeyId: string | undefined;
  readonly snapshotId: string | undefined;
  readonly createdAt: number;
  attachment: VolumeAttachmentRecord | undefined;
}

interface VolumeAttachmentRecord {
  readonly instanceId: string;
  readonly deviceName: string;
  readonly attachedAt: number;
  deleteOnTermination: boolean;
}

export interface PlacementGroupRecord {
  readonly groupId: string;
  readonly groupName: string;
  readonly strategy: PlacementStrategy;
  readonly partitions: number | undefined;
  readonly spreadLevel: "rack" | "host" | undefined;
  /** Members that are not terminated. */
  readonly members: Set<InstanceRecord>;
}

/** Anything that is not gone: `terminated` is the only end. */
export function isAlive(instance: InstanceRecord): boolean {
  return instance.state.actual.name !== "terminated";
}
