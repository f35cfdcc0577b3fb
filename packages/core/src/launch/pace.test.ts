import { aLaunch, NOW } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Launch } from "./launch.ts";
import { launchDelayMs, RUN_INSTANCES_BUCKETS } from "./pace.ts";

const indexes = (count: number) => Array.from({ length: count }, (_, i) => i);
const launches = (count: number, size: number, at = NOW) =>
  Array.from({ length: count }, () => aLaunch({ indexes: indexes(size), requestedAt: at }));

describe("the pace of launches", () => {
  it.each([
    { why: "a fresh bucket takes five requests at once", past: launches(4, 1), count: 1, now: NOW, delay: 0 },
    { why: "the sixth waits for half a second's refill", past: launches(5, 1), count: 1, now: NOW, delay: 500 },
    { why: "requests come back at two a second", past: launches(5, 1), count: 1, now: NOW + 500, delay: 0 },
    { why: "a thousand instances are in the bucket", past: launches(4, 225), count: 100, now: NOW, delay: 0 },
    { why: "the next hundred take fifty seconds", past: launches(4, 250), count: 100, now: NOW, delay: 50_000 },
    {
      why: "a bucket never holds more than its capacity",
      past: launches(5, 1, NOW - 3_600_000),
      count: 1_000,
      now: NOW,
      delay: 0,
    },
    { why: "more than a bucket holds is let go when it is full", past: [], count: 5_000, now: NOW, delay: 0 },
  ])("$why", ({ past, count, now, delay }) => {
    expect(launchDelayMs(past, count, now)).toBe(delay);
  });
});

describe("whoever waits as told", () => {
  const plans = fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 96 }), pauseMs: fc.integer({ min: 0, max: 20_000 }) }),
    { minLength: 1, maxLength: 60 },
  );

  it("never takes more from EC2's buckets than is in them, and never waits longer than that needs", () => {
    fc.assert(
      fc.property(plans, (plan) => {
        const past: Launch[] = [];
        let now = NOW;
        const levels = { requests: 5, instances: 1_000 };
        let at = NOW;
        for (const { count, pauseMs } of plan) {
          now += pauseMs;
          const delay = launchDelayMs(past, count, now);
          const before = levelsAt(levels, at, now + delay - 2);
          now += delay;
          const then = levelsAt(levels, at, now);
          // A rounding of the last digit, no more.
          expect(Math.min(then.requests - 1, then.instances - count)).toBeGreaterThanOrEqual(-1e-6);
          expect(delay > 2 ? Math.min(before.requests - 1, before.instances - count) : -1).toBeLessThan(1e-6);
          Object.assign(levels, { requests: then.requests - 1, instances: then.instances - count });
          at = now;
          past.push(aLaunch({ indexes: indexes(count), requestedAt: now }));
        }
      }),
    );
  });

  it("is told the same whatever the order of the ledger", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 8 }), (times) => {
        const past = times.map((ms, i) => aLaunch({ launchId: `L${i}`, indexes: indexes(90), requestedAt: NOW + ms }));
        const later = NOW + 5_000;
        expect(launchDelayMs(past.toReversed(), 96, later)).toBe(launchDelayMs(past, 96, later));
      }),
    );
  });
});

/** What is in the buckets after that time. */
function levelsAt(levels: { readonly requests: number; readonly instances: number }, from: number, to: number) {
  const seconds = Math.max(0, to - from) / 1000;
  const { requests, instances } = RUN_INSTANCES_BUCKETS;
  return {
    requests: Math.min(requests.capacity, levels.requests + seconds * requests.refillPerSecond),
    instances: Math.min(instances.capacity, levels.instances + seconds * instances.refillPerSecond),
  };
}
