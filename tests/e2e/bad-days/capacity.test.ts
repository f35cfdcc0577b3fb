import { aWorld, exampleSpec } from "@muster/testing/world";
import type { CapacityPool } from "@muster/local-cloud";
import { describe, expect, it } from "vitest";
import { expectPutBack, expectReady } from "./expect-settled.ts";

const zoneA = "us-east-1a";

function dry(isDry: (pool: CapacityPool) => boolean) {
  return { ec2: { capacity: (pool: CapacityPool) => (isDry(pool) ? 0 : Number.POSITIVE_INFINITY) } };
}

describe("when AWS has no capacity", () => {
  it("for the first candidate, the cluster goes to the next zone, all of it", async () => {
    const world = await aWorld({ cloud: dry((pool) => pool.zone === zoneA && pool.instanceType === "i3en.2xlarge") });
    expectReady(world, await world.deploy(exampleSpec()));
    expect(new Set(world.rows().nodes.map((node) => node.availabilityZone))).toEqual(new Set(["us-east-1b"]));
  });

  it("for the first type anywhere, it takes the next type, for all backends", async () => {
    const world = await aWorld({ cloud: dry((pool) => pool.instanceType === "i3en.2xlarge") });
    const spec = exampleSpec();
    const tiers = { ...spec.tiers, backend: { count: 6, instanceTypes: ["i3en.2xlarge", "i3en.3xlarge"] } };
    expectReady(world, await world.deploy({ ...spec, tiers }));
    expect(
      new Set(
        world
          .rows()
          .launches.filter((l) => l.tier === "backend")
          .map((l) => l.instanceType),
      ),
    ).toEqual(new Set(["i3en.3xlarge"]));
  });

  it("for all candidates, it says which it tried, and puts everything back", async () => {
    const world = await aWorld({ cloud: dry((pool) => pool.instanceType === "i3en.2xlarge") });
    const operation = await world.deploy(exampleSpec());
    expectPutBack(world, operation, "CapacityUnavailable");
    expect(operation.failure?.why).toContain(
      "i3en.2xlarge in us-east-1a (InsufficientInstanceCapacity), i3en.2xlarge in us-east-1b (InsufficientInstanceCapacity)",
    );
  });

  it("for the clients only, the backends go too: a failed deployment leaves nothing", async () => {
    const world = await aWorld({ cloud: dry((pool) => pool.instanceType === "c5.2xlarge") });
    expectPutBack(world, await world.deploy(exampleSpec()), "CapacityUnavailable");
  });

  it("what it launched stays when the spec says so, and the error says how to remove it", async () => {
    const world = await aWorld({ cloud: dry((pool) => pool.instanceType === "c5.2xlarge") });
    const operation = await world.deploy(exampleSpec({ keepOnFailure: true }));
    expect(operation).toMatchObject({ status: "failed", failure: { code: "CapacityUnavailable" } });
    expect(operation.failure?.remedy).toContain("muster cluster destroy demo");
    expect(world.rows().nodes.filter((node) => node.state === "active")).toHaveLength(6);
    expect((await world.destroy("demo")).status).toBe("succeeded");
    expect(world.muster.cloud.ec2.admin.leftovers({ key: "muster:cluster" })).toEqual([]);
  });

  it("for some of a large tier, what was launched of that candidate goes before the next is tried", async () => {
    const world = await aWorld({
      cloud: { ec2: { capacity: (pool: CapacityPool) => (pool.zone === zoneA ? 100 : 1000) } },
    });
    // The example's placement group, too: it stays in its zone until the last of its instances is terminated.
    const tiers = { backend: { count: 150, instanceTypes: ["i3en.2xlarge"] } };
    expectReady(world, await world.deploy(exampleSpec({ tiers })));
    expect(new Set(world.rows().nodes.map((node) => node.availabilityZone))).toEqual(new Set(["us-east-1b"]));
  });
});
