import type { BucketSize } from "../../../mechanisms/token-bucket.ts";

// Request and resource buckets of EC2 per account and region, as in the EC2 developer guide, "Request throttling for the
// Amazon EC2 API": https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html

/** Actions with a bucket of their own. */
export const actionBuckets: Readonly<Record<string, BucketSize>> = {
  RunInstances: { capacity: 5, refillPerSecond: 2 },
  StartInstances: { capacity: 5, refillPerSecond: 2 },
  TerminateInstances: { capacity: 100, refillPerSecond: 5 },
  CreateTags: { capacity: 100, refillPerSecond: 10 },
  DeleteTags: { capacity: 100, refillPerSecond: 10 },
  CreateNetworkInterface: { capacity: 100, refillPerSecond: 5 },
  CreateLaunchTemplateVersion: { capacity: 100, refillPerSecond: 5 },
};

/** Describe and Get actions that are filtered, paged, or name what they want, together. */
export const READ_BUCKET: BucketSize = { capacity: 100, refillPerSecond: 20 };

/** The actions of `unfilteredReads` when they are neither filtered nor paged, together. */
export const UNFILTERED_READ_BUCKET: BucketSize = { capacity: 50, refillPerSecond: 10 };

/** Actions that have the worse bucket when they ask for everything. */
export const unfilteredReads: ReadonlySet<string> = new Set([
  "DescribeInstances",
  "DescribeInstanceStatus",
  "DescribeNetworkInterfaces",
  "DescribeSecurityGroups",
  "DescribeVolumes",
]);

/** All other actions, together; CreateFleet, StopInstances and ModifyInstanceAttribute are among them. */
export const MUTATING_BUCKET: BucketSize = { capacity: 50, refillPerSecond: 5 };

/** Instances that may be launched, started, terminated or stopped: one token for each instance. */
export const instanceBuckets = {
  RunInstances: { capacity: 1_000, refillPerSecond: 2 },
  StartInstances: { capacity: 1_000, refillPerSecond: 2 },
  TerminateInstances: { capacity: 1_000, refillPerSecond: 20 },
  StopInstances: { capacity: 1_000, refillPerSecond: 20 },
} as const satisfies Record<string, BucketSize>;

export type InstanceBucket = keyof typeof instanceBuckets;
