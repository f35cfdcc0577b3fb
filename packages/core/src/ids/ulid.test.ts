import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../random/random.ts";
import { ulid } from "./ulid.ts";

const at = (now: number) => ({ now: () => now, after: () => () => undefined });

describe("a ULID", () => {
  it("is 26 characters of Crockford's alphabet, the time first: the specification's own example", () => {
    expect(ulid(at(1_469_918_176_385), { next: () => 0 })).toBe("01ARYZ6S410000000000000000");
  });

  it("sorts by time, to the millisecond, until the year 10889", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), fc.integer(), (time, seed) => {
        const [earlier, later] = [ulid(at(time), seededRandom(seed)), ulid(at(time + 1), seededRandom(seed + 1))];
        expect(earlier < later).toBe(true);
        expect(earlier).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
      }),
    );
  });

  it("is another each time, and the same from the same seed", () => {
    const make = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 500 }, () => ulid(at(1_000), random));
    };
    expect(new Set(make(1)).size).toBe(500);
    expect(make(1)).toEqual(make(1));
  });

  it("takes a time with a fraction", () => {
    expect(ulid(at(1_469_918_176_385.9), { next: () => 0 })).toBe("01ARYZ6S410000000000000000");
  });
});
