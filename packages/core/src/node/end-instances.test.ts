import { NOW } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { endInstances, type EndingInstance } from "./end-instances.ts";

/** EC2 as far as ending goes: protected instances are refused, as are those that it does not know yet. */
function ec2(protectedIds: readonly string[], knownFrom: (id: string) => number = () => 0) {
  const clock = new VirtualClock({ startAt: NOW, drain: () => new Promise((resolve) => setImmediate(resolve)) });
  const isProtected = new Set(protectedIds);
  const ended = new Set<string>();
  const lifts: number[] = [];
  const askedInVain: string[] = [];
  const isKnown = (id: string) => clock.now() - NOW >= knownFrom(id);
  const compute = {
    unprotect: async (id: string) => {
      lifts.push(clock.now());
      if (isKnown(id)) isProtected.delete(id);
    },
    terminate: async (instances: readonly { readonly instanceId: string }[]) => {
      const ids = instances.map(({ instanceId }) => instanceId);
      askedInVain.push(...ids.filter((id) => isProtected.has(id)));
      const refused = ids.filter((id) => isProtected.has(id) || !isKnown(id));
      for (const id of ids) if (!refused.includes(id)) ended.add(id);
      return { refused, ending: [] };
    },
  };
  const end = (instances: readonly EndingInstance[], withinMs: number) =>
    clock.run(endInstances({ compute, clock }, instances, NOW + withinMs));
  return { clock, ended, lifts, end, askedInVain };
}

const instance = (instanceId: string, isProtected = true): EndingInstance => ({
  instanceId,
  isProtected,
  availabilityZone: "us-east-1a",
});
const many = (count: number) => Array.from({ length: count }, (_, i) => instance(`i-${i}`));

describe("ending instances", () => {
  it("lifts protection where there is some, and then terminates", async () => {
    const world = ec2(["i-a"]);
    expect(await world.end([instance("i-a"), instance("i-b", false)], 60_000)).toEqual({ refused: [], ending: [] });
    expect([...world.ended].toSorted()).toEqual(["i-a", "i-b"]);
    expect(world.lifts).toHaveLength(1);
  });

  it("asks again while EC2 does not know an instance yet, and lifts its protection anew", async () => {
    const world = ec2(["i-new"], (id) => (id === "i-new" ? 8_000 : 0));
    expect(await world.end([instance("i-new"), instance("i-old")], 60_000)).toEqual({ refused: [], ending: [] });
    expect(world.ended).toEqual(new Set(["i-old", "i-new"]));
    expect(world.clock.now() - NOW).toBeLessThan(15_000);
  });

  it("gives up in time, and names those that EC2 refuses", async () => {
    const world = ec2(["i-kept"]);
    const refused = await world.end([instance("i-kept", false), instance("i-b", false)], 20_000);
    expect(refused).toEqual({ refused: ["i-kept"], ending: [] });
    expect(world.clock.now() - NOW).toBeLessThanOrEqual(20_000);
    expect(world.ended).toEqual(new Set(["i-b"]));
  });

  it("does nothing for nobody", async () => {
    expect(await ec2([]).end([], 60_000)).toEqual({ refused: [], ending: [] });
  });

  it("never asks EC2 to terminate an instance whose protection it has not lifted: the call would fail for others too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(true, true, true, false), { maxLength: 80, size: "max" }),
        fc.integer({ min: 0, max: 40_000 }),
        async (flags, withinMs) => {
          const instances = flags.map((isProtected, i) => instance(`i-${i}`, isProtected));
          const world = ec2(instances.filter((one) => one.isProtected).map(({ instanceId }) => instanceId));
          const { refused } = await world.end(instances, withinMs);
          const ids = instances.map(({ instanceId }) => instanceId);
          expect(world.askedInVain).toEqual([]);
          expect([...world.ended, ...refused].toSorted()).toEqual(ids.toSorted());
        },
      ),
      { numRuns: 50 },
    );
  });

  it("lifts no faster than EC2's bucket for mutating calls takes (50 calls, refilled at 5 a second)", async () => {
    const world = ec2([]);
    await world.end(many(200), 600_000);
    let level = 50;
    let at = NOW;
    let lowest = level;
    for (const time of world.lifts) {
      level = Math.min(50, level + ((time - at) / 1000) * 5) - 2;
      at = time;
      lowest = Math.min(lowest, level);
    }
    expect(lowest).toBeGreaterThanOrEqual(0);
  });
});
