import type { Range } from "@muster/core";

/** What the embedded EC2 does with time and with trouble. Fields may be changed while it runs; they are read when used. */
export interface Ec2Dials {
  /** From the launch to `running`, ms. */
  pendingMs: Range;
  /** The same for bare metal. */
  metalPendingMs: Range;
  /** From `stopping` to `stopped`, ms. */
  stoppingMs: Range;
  /** From `shutting-down` to `terminated`, ms. */
  shuttingDownMs: Range;
  /** From `terminated` until interfaces and volumes are gone and their addresses free, ms. */
  releaseMs: Range;
  /** How long after an instance is launched, or its state changes, DescribeInstances shows it, ms. */
  describeLagMs: Range;
  /** How long after ModifyInstanceAttribute the new value counts, ms. */
  attributeLagMs: Range;
  /** How long a terminated instance can still be described, ms. */
  terminatedVisibleMs: number;
  /** How long its tags can, ms; they go earlier. */
  terminatedTagsVisibleMs: number;
  /** From `running` until the status checks say ok, ms. */
  statusChecksMs: Range;
  /** From a silent death of the hardware until the status checks say impaired, ms. */
  impairedMs: Range;
  /** Probability, 0..1, that a launched instance goes from `pending` to `terminated` with `launchFailureReason`. */
  launchFailure: number;
  launchFailureReason: { code: string; message: string };
  /** How many instances a pool can hold at once; what runs already counts. Infinity unless a test says otherwise. */
  capacity: (pool: CapacityPool) => number;
  /** Probability that a launch into a cluster placement group that already holds instances finds no capacity there. */
  clusterGroupRefusal: number;
  /** How long vCPUs of terminated instances still count against the quota, ms. */
  vCpuReleaseMs: Range;
  /** How long after the death of its last instance a client token is remembered, ms. */
  clientTokenLifeMs: number;
  /** AWS's token buckets are in force. */
  throttling: boolean;
  /** Active fleets that the account may have. */
  fleetsMax: number;
  /** Zones that are out: a call that names an instance there by id fails as a whole. */
  unreachableZones: readonly string[];
}

/** One market of one instance type in one zone: what EC2 has capacity for, and runs out of. */
export interface CapacityPool {
  readonly instanceType: string;
  readonly zone: string;
  readonly market: "on-demand" | "spot";
}

/**
 * EC2 on a calm day: things take the time they usually take, reads lag a little, nothing fails that was not asked for.
 * Times are common experience, not AWS's promise; the hour and the order of tags are in the EC2 user guide.
 */
export const calmEc2: Readonly<Ec2Dials> = {
  pendingMs: { min: 5_000, max: 60_000 },
  metalPendingMs: { min: 300_000, max: 1_200_000 },
  stoppingMs: { min: 10_000, max: 120_000 },
  shuttingDownMs: { min: 15_000, max: 120_000 },
  releaseMs: { min: 5_000, max: 60_000 },
  describeLagMs: { min: 200, max: 3_000 },
  attributeLagMs: { min: 0, max: 1_000 },
  terminatedVisibleMs: 3_600_000,
  terminatedTagsVisibleMs: 1_800_000,
  statusChecksMs: { min: 120_000, max: 300_000 },
  impairedMs: { min: 60_000, max: 180_000 },
  launchFailure: 0,
  launchFailureReason: { code: "Server.InternalError", message: "Server.InternalError: Internal error on launch" },
  capacity: () => Number.POSITIVE_INFINITY,
  clusterGroupRefusal: 0,
  vCpuReleaseMs: { min: 0, max: 0 },
  clientTokenLifeMs: 86_400_000,
  throttling: true,
  fleetsMax: 1_000,
  unreachableZones: [],
};
