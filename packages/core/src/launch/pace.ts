import type { Launch } from "./launch.ts";

/**
 * EC2's token buckets for RunInstances, per account and region, by default: 5 requests refilled at 2 a second, and 1,000
 * instances refilled at 2 a second. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export const RUN_INSTANCES_BUCKETS = {
  requests: { capacity: 5, refillPerSecond: 2 },
  instances: { capacity: 1_000, refillPerSecond: 2 },
} as const;

/**
 * How long to wait before another launch of `count` instances, ms, so that AWS's buckets are not run dry: a throttled
 * call is answered late and counts all the same. Only launches of this ledger are known; others in the account show as
 * throttling, which is retried.
 */
export function launchDelayMs(launches: readonly Launch[], count: number, now: number): number {
  const past = launches.map((launch) => ({ at: launch.requestedAt, count: launch.indexes.length }));
  past.sort((a, b) => a.at - b.at);
  const requests = waitFor(
    RUN_INSTANCES_BUCKETS.requests,
    past.map(({ at }) => ({ at, cost: 1 })),
    1,
    now,
  );
  const instances = waitFor(
    RUN_INSTANCES_BUCKETS.instances,
    past.map((p) => ({ at: p.at, cost: p.count })),
    count,
    now,
  );
  return Math.ceil(Math.max(requests, instances));
}

function waitFor(
  bucket: { capacity: number; refillPerSecond: number },
  spent: readonly { at: number; cost: number }[],
  cost: number,
  now: number,
): number {
  let level: number = bucket.capacity;
  let at = spent[0]?.at ?? now;
  const refill = (until: number) => {
    level = Math.min(bucket.capacity, level + ((until - at) / 1000) * bucket.refillPerSecond);
    at = until;
  };
  for (const spend of spent) {
    refill(Math.max(at, spend.at));
    level -= spend.cost;
  }
  refill(Math.max(at, now));
  const needed = Math.min(cost, bucket.capacity);
  return level >= needed ? 0 : ((needed - level) / bucket.refillPerSecond) * 1000;
}
