import { NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { ulid } from "../ids/ulid.ts";
import { fork, randomInt, seededRandom } from "./random.ts";

const draw = (seed: number, count = 1000) => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe("seeded chance", () => {
  it("repeats a seed, and differs between seeds, neighbours too", () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("is spread evenly over [0, 1)", () => {
    const values = draw(1, 20_000);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    const buckets = Array.from({ length: 10 }, (_, i) => values.filter((v) => Math.floor(v * 10) === i).length);
    // 2,000 expected in each, standard deviation 42: five of them either way.
    for (const bucket of buckets) expect(Math.abs(bucket - 2000)).toBeLessThan(212);
  });

  it("forks streams that do not follow each other", () => {
    const parent = seededRandom(3);
    const [a, b] = [fork(parent), fork(parent)];
    expect(a.next()).not.toBe(b.next());
  });

  it("reaches both ends of a whole-number range, and never leaves it", () => {
    const random = seededRandom(5);
    expect(new Set(Array.from({ length: 200 }, () => randomInt(random, 3, 5)))).toEqual(new Set([3, 4, 5]));
  });
});

it("makes ULIDs that sort by time", async () => {
  const clock = new VirtualClock({ startAt: NOW, drain: async () => undefined });
  const random = seededRandom(1);
  const ids: string[] = [];
  for (let i = 0; i < 50; i++) {
    ids.push(ulid(clock, random));
    await clock.advance(1);
  }
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(50);
  expect(ids[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
});
