import { notImplemented } from "../../../mechanisms/not-implemented.ts";

/** What is kept of the values of one stretch of time. */
export interface StatisticBucket {
  /** Epoch ms. */
  readonly startAt: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How often each value came; undefined once a ready-made statistic set is in it, as its values are not known. */
  values: Map<number, number> | undefined;
}

export function emptyBucket(startAt: number): StatisticBucket {
  return {
    startAt,
    count: 0,
    sum: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

/** Adds what `from` holds. */
export function mergeBucket(into: StatisticBucket, from: Omit<StatisticBucket, "startAt">): void {
  into.count += from.count;
  into.sum += from.sum;
  into.min = Math.min(into.min, from.min);
  into.max = Math.max(into.max, from.max);
  if (from.values === undefined) into.values = undefined;
  for (const [value, count] of from.values ?? []) into.values?.set(value, (into.values.get(value) ?? 0) + count);
}

/** One number out of a bucket; undefined when the values for it are not known. */
export type ReadStatistic = (bucket: StatisticBucket) => number | undefined;

/**
 * The statistic of that name: the five plain ones and percentiles such as `p99.9`.
 * @returns undefined for what is no statistic
 * @throws {AwsError} NotImplemented for trimmed means and their like
 */
export function statisticOf(name: string): ReadStatistic | undefined {
  const plain = plainStatistics[name];
  if (plain !== undefined) return plain;
  const percentile = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(name)?.[1];
  if (percentile !== undefined) return (bucket) => percentileOf(bucket, Number(percentile));
  if (/^(TM|tm|WM|wm|TC|tc|TS|ts|PR|IQM)/.test(name)) throw notImplemented(`the statistic ${name}`);
  return undefined;
}

const plainStatistics: Readonly<Record<string, ReadStatistic | undefined>> = {
  SampleCount: (bucket) => bucket.count,
  Sum: (bucket) => bucket.sum,
  Average: (bucket) => bucket.sum / bucket.count,
  Minimum: (bucket) => bucket.min,
  Maximum: (bucket) => bucket.max,
};

function percentileOf({ values }: StatisticBucket, percentile: number): number | undefined {
  if (values === undefined) return undefined;
  const sorted = [...values].toSorted(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const rank = (percentile / 100) * total;
  let seen = 0;
  for (const [value, count] of sorted) {
    seen += count;
    if (seen >= rank) return value;
  }
  return sorted.at(-1)?.[0];
}
