import type { Clock } from "@muster/core";
import type { CloudWatchDials } from "../dials.ts";
import type { MetricId, PointSource } from "./metric-series.ts";
import { emptyBucket, mergeBucket } from "./statistics.ts";

/** How many vCPUs of a class (`Standard/OnDemand`, ...) ran at an instant that may be some minutes ago. */
export type VCpuUsage = (usageClass: string, at: number) => number;

/** The classes that Service Quotas names as usage metrics of vCPU quotas. */
export const usageClasses = [
  "Standard/OnDemand",
  "Standard/Spot",
  "G/OnDemand",
  "P/OnDemand",
  "X/OnDemand",
  "F/OnDemand",
  "Inf/OnDemand",
] as const;

export function usageMetric(usageClass: string): MetricId {
  const dimensions = { Class: usageClass, Resource: "vCPU", Service: "EC2", Type: "Resource" };
  return { namespace: "AWS/Usage", name: "ResourceCount", dimensions: new Map(Object.entries(dimensions)) };
}

const MINUTE_MS = 60_000;

/**
 * Usage as `AWS/Usage` shows it: a point a minute, some minutes late, and nothing at all while it is zero.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
 */
export function usagePoints(options: {
  usageClass: string;
  usage: VCpuUsage;
  clock: Clock;
  dials: CloudWatchDials;
}): PointSource {
  const { usageClass, usage, clock, dials } = options;
  return {
    between(from, to, unit) {
      if (unit !== undefined && unit !== "None") return undefined;
      const merged = emptyBucket(from);
      const end = Math.min(to, clock.now() - dials.usageLagMs);
      for (let at = Math.ceil(from / MINUTE_MS) * MINUTE_MS; at < end; at += MINUTE_MS) {
        const value = usage(usageClass, at);
        const bucket = { count: 1, sum: value, min: value, max: value, values: new Map([[value, 1]]) };
        if (value > 0) mergeBucket(merged, bucket);
      }
      return merged.count === 0 ? undefined : merged;
    },
    newestAt: () => undefined,
  };
}
