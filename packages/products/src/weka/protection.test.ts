import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BACKENDS_MIN, PARITY_LEVELS, STRIPE_WIDTH_MAX, STRIPE_WIDTH_MIN } from "./limits.ts";
import {
  bucketRaftSize,
  completeProtection,
  healthyServersMin,
  netBytes,
  serversFloor,
  simultaneousFailures,
} from "./protection.ts";

const sizes = fc.integer({ min: BACKENDS_MIN, max: 1_000 });
const parities = fc.constantFrom(...PARITY_LEVELS);

describe("completeProtection", () => {
  it.each([
    [6, {}, { data: 3, parity: 2, hotSpares: 1 }],
    [7, {}, { data: 3, parity: 2, hotSpares: 2 }],
    [8, {}, { data: 4, parity: 2, hotSpares: 2 }],
    [20, {}, { data: 16, parity: 2, hotSpares: 2 }],
    [100, {}, { data: 16, parity: 2, hotSpares: 2 }],
    [8, { parity: 4 }, { data: 3, parity: 4, hotSpares: 1 }],
    [9, { parity: 4 }, { data: 3, parity: 4, hotSpares: 2 }],
    [10, { data: 7 }, { data: 7, parity: 2, hotSpares: 1 }],
    [10, { hotSpares: 3 }, { data: 5, parity: 2, hotSpares: 3 }],
  ])("with %i backends completes %o to %o", (backends, asked, expected) => {
    expect(completeProtection(backends, asked)).toEqual(expected);
  });

  it("leaves a layout that fits the backends it was made for, whenever one exists", () => {
    fc.assert(
      fc.property(sizes, parities, (backends, parity) => {
        fc.pre(backends >= parity + STRIPE_WIDTH_MIN + 1);
        const protection = completeProtection(backends, { parity });
        expect(protection.data).toBeGreaterThanOrEqual(STRIPE_WIDTH_MIN);
        expect(protection.data).toBeLessThanOrEqual(STRIPE_WIDTH_MAX);
        expect(serversFloor(protection)).toBeLessThanOrEqual(backends);
      }),
    );
  });

  it("keeps whatever was asked", () => {
    fc.assert(
      fc.property(
        sizes,
        fc.record({ data: fc.integer(), parity: fc.integer(), hotSpares: fc.integer() }),
        (n, asked) => {
          expect(completeProtection(n, asked)).toEqual(asked);
        },
      ),
    );
  });
});

describe("what a layout survives", () => {
  it.each([
    [{ data: 5, parity: 2 }, 4],
    [{ data: 16, parity: 2 }, 9],
    [{ data: 16, parity: 4 }, 5],
    [{ data: 3, parity: 2 }, 3],
  ])("%o needs %i healthy servers", (protection, expected) => {
    expect(healthyServersMin(protection)).toBe(expected);
  });

  it("is never more than leaves it serving: the failures at one moment leave the servers that it needs", () => {
    fc.assert(
      fc.property(sizes, parities, (backends, parity) => {
        fc.pre(backends >= parity + STRIPE_WIDTH_MIN + 1);
        const protection = completeProtection(backends, { parity });
        expect(backends - simultaneousFailures(protection)).toBeGreaterThanOrEqual(healthyServersMin(protection));
      }),
    );
  });

  it.each([
    [2, undefined],
    [4, 9],
  ])("with parity %i asks for a raft council of %s", (parity, expected) => {
    expect(bucketRaftSize(parity)).toBe(expected);
  });
});

describe("netBytes", () => {
  it("is the documented formula: 12 drives of 2.5 TB on six servers give 13.5 TB", () => {
    expect(netBytes(30e12, 6, { data: 3, parity: 2, hotSpares: 1 })).toBe(13.5e12);
  });

  it("never gives more than there is, and less with each spare", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 2 ** 50 }), (backends, raw) => {
        const protection = completeProtection(backends, {});
        const net = netBytes(raw, backends, protection);
        expect(net).toBeLessThan(raw);
        expect(netBytes(raw, backends, { ...protection, hotSpares: protection.hotSpares + 1 })).toBeLessThanOrEqual(
          net,
        );
      }),
    );
  });
});
