import { aLaunch, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { launchDelayMs } from "./pace.ts";

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
