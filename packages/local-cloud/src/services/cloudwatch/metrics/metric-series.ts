import { RETENTION_MS } from "../limits.ts";
import { emptyBucket, mergeBucket, type StatisticBucket } from "./statistics.ts";

/** One metric: a name in a namespace with its dimensions. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  /** By name. */
  readonly dimensions: ReadonlyMap<string, string>;
}

/** The same metric always has the same key. */
export function metricKey({ namespace, name, dimensions }: MetricId): string {
  const sorted = [...dimensions].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
}

/** Something that knows the points of a metric. */
export interface PointSource {
  /** What was measured from `from` (inclusive) to `to` (exclusive); undefined when nothing was. */
  readonly between: (from: number, to: number, unit?: string) => StatisticBucket | undefined;
  /** The start of the newest point; undefined without any, or when that cannot be known. */
  readonly newestAt: () => number | undefined;
}

/** The points of one metric, sorted by time, by the minute or, where that was asked for, by the second. */
export class MetricSeries implements PointSource {
  readonly id: MetricId;
  readonly firstSeenAt: number;
  lastSeenAt: number;
  /** A list for each unit. */
  readonly #units = new Map<string, StatisticBucket[]>();

  constructor(id: MetricId, seenAt: number) {
    this.id = id;
    this.firstSeenAt = seenAt;
    this.lastSeenAt = seenAt;
  }

  get units(): IterableIterator<string> {
    return this.#units.keys();
  }

  add(point: { at: number; resolutionMs: number; unit: string; bucket: Omit<StatisticBucket, "startAt"> }): void {
    const buckets = this.#units.get(point.unit) ?? [];
    this.#units.set(point.unit, buckets);
    const startAt = Math.floor(point.at / point.resolutionMs) * point.resolutionMs;
    const index = firstAtOrAfter(buckets, startAt);
    let bucket = buckets[index];
    if (bucket?.startAt !== startAt) {
      bucket = emptyBucket(startAt);
      buckets.splice(index, 0, bucket);
    }
    mergeBucket(bucket, point.bucket);
    forgetOld(buckets);
  }

  between(from: number, to: number, unit?: string): StatisticBucket | undefined {
    const merged = emptyBucket(from);
    for (const [name, buckets] of this.#units) {
      if (unit !== undefined && unit !== name) continue;
      for (let index = firstAtOrAfter(buckets, from); index < buckets.length; index++) {
        const bucket = buckets[index];
        if (bucket === undefined || bucket.startAt >= to) break;
        mergeBucket(merged, bucket);
      }
    }
    return merged.count === 0 ? undefined : merged;
  }

  newestAt(): number | undefined {
    const newest = [...this.#units.values()].map((buckets) => buckets.at(-1)?.startAt ?? Number.NEGATIVE_INFINITY);
    const at = Math.max(...newest);
    return Number.isFinite(at) ? at : undefined;
  }
}

/** Points are forgotten in bunches, so that adding one stays cheap. */
const FORGET_AT_ONCE = 1_000;

function forgetOld(buckets: StatisticBucket[]): void {
  const oldest = (buckets.at(-1)?.startAt ?? 0) - RETENTION_MS;
  const isDue = (buckets[FORGET_AT_ONCE]?.startAt ?? Number.POSITIVE_INFINITY) < oldest;
  if (isDue) buckets.splice(0, FORGET_AT_ONCE);
}

function firstAtOrAfter(buckets: readonly StatisticBucket[], at: number): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.startAt ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
