import { aBlueprint, aTier } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { launchMinutes, operationCost } from "./operation-cost.ts";

const cost = (...counts: readonly number[]) =>
  operationCost(aBlueprint({ tiers: counts.map((count, i) => aTier({ name: `tier-${i}`, count })) }));

describe("what a deployment asks of AWS", () => {
  it("is nothing more for a tier without nodes", () => {
    expect(cost(6, 0)).toEqual(cost(6));
  });

  it("is more where the cluster is verified once more at the end", () => {
    const tiers = [aTier(), aTier({ name: "client" })];
    const [once, never] = [aBlueprint({ tiers }), aBlueprint({ tiers, verifications: [] })].map(operationCost);
    expect((once?.transitions ?? 0) - (never?.transitions ?? 0)).toBe(6);
    expect(once?.calls).toBeGreaterThan(never?.calls ?? 0);
    expect(once?.dollars).toBeGreaterThan(never?.dollars ?? 0);
  });

  it("hardly grows in transitions, and in calls by a fraction of one a node", () => {
    const [small, large] = [cost(6), cost(1_006)];
    expect(large.transitions - small.transitions).toBeLessThanOrEqual(10);
    expect(large.calls - small.calls).toBeLessThanOrEqual(300);
  });

  it("is cents, also for the largest cluster", () => {
    expect(cost(6).dollars).toBeLessThan(0.01);
    expect(cost(4_000).dollars).toBeLessThan(0.25);
  });

  it("is never less for more", () => {
    const counts = fc.integer({ min: 1, max: 4_000 });
    fc.assert(
      fc.property(counts, counts, counts, (first, second, more) => {
        const [base, grown] = [cost(first, second), cost(first + more, second)];
        for (const what of ["calls", "transitions", "dollars"] as const)
          expect(grown[what]).toBeGreaterThanOrEqual(base[what]);
        expect(cost(first, second).calls).toBeGreaterThan(cost(first).calls);
      }),
    );
  });
});

describe("how long nodes take until they are online", () => {
  it.each([
    { count: 1, least: 2, most: 3 },
    { count: 100, least: 3, most: 5 },
    // EC2's bucket of 1,000 instances is empty: the rest comes at two a second, 25 minutes for 3,000.
    { count: 4_000, least: 27, most: 45 },
  ])("is minutes for $count", ({ count, least, most }) => {
    expect(launchMinutes(count)).toBeGreaterThan(least);
    expect(launchMinutes(count)).toBeLessThan(most);
  });
});
