import { aCluster, aLaunch, aNode, aShape, aSnapshot, aTier, nodes } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { decideLaunches } from "./decide-launches.ts";

const OP = "demo.op";
const SECOND_ZONE = { subnetId: "subnet-0bbbbbbbbbbbbbbbb", availabilityZone: "us-east-1b" };

/** A cluster that may live in two zones, with two instance types. */
function wide() {
  const [first] = aCluster().resolved?.placements ?? [];
  if (first === undefined) throw new Error("the factory's cluster has a placement");
  const types = ["i3en.2xlarge", "i3en.3xlarge"];
  const resolved = {
    placements: [first, SECOND_ZONE],
    images: { x86_64: "ami-0aaaaaaaaaaaaaaaa" },
    instanceTypes: { [`backend/${first.subnetId}`]: types, [`backend/${SECOND_ZONE.subnetId}`]: types },
  };
  return {
    cluster: aCluster({ resolved }),
    first,
    tier: aTier({ shapes: [aShape(), aShape({ instanceType: "i3en.3xlarge" })] }),
  };
}

const noCapacity = {
  state: "failed",
  reason: { kind: "capacity", code: "InsufficientInstanceCapacity", message: "" },
} as const;

describe("what to launch next", () => {
  it("launches every missing place with the first candidate", () => {
    expect(decideLaunches(aSnapshot(), aTier(), OP)).toMatchObject({
      kind: "launch",
      candidate: { availabilityZone: "us-east-1a", shape: { instanceType: "i3en.2xlarge" } },
      batches: [[0, 1, 2, 3, 4, 5]],
    });
  });

  it("cuts a large tier into batches that fit one DynamoDB transaction", () => {
    const plan = decideLaunches(aSnapshot(), aTier({ count: 1000 }), OP);
    const batches = plan.kind === "launch" ? plan.batches : [];
    expect(batches.map((batch) => batch.length)).toEqual([96, 96, 96, 96, 96, 96, 96, 96, 96, 96, 40]);
    expect(new Set(batches.flat()).size).toBe(1000);
  });

  it("is content when every place is held", () => {
    expect(decideLaunches(aSnapshot({ nodes: nodes(6), launches: [aLaunch()] }), aTier(), OP)).toEqual({
      kind: "filled",
    });
  });

  it("asks EC2 again, before anything else, for a launch whose outcome is not known", () => {
    const launch = aLaunch({ state: "requested" });
    const snapshot = aSnapshot({ launches: [launch], nodes: nodes(6, { state: "lost" }) });
    expect(decideLaunches(snapshot, aTier(), OP)).toEqual({ kind: "repeat", launches: [launch] });
  });

  it("leaves launches of other operations and other tiers alone", () => {
    const launches = [
      aLaunch({ state: "requested", operationId: "demo.other" }),
      aLaunch({ state: "requested", tier: "client" }),
    ];
    expect(decideLaunches(aSnapshot({ launches, nodes: nodes(6) }), aTier(), OP)).toEqual({ kind: "filled" });
  });

  it("tries the same type in another zone before another type", () => {
    const { cluster, tier } = wide();
    const plan = decideLaunches(aSnapshot({ cluster, launches: [aLaunch(noCapacity)] }), tier, OP);
    expect(plan).toMatchObject({
      kind: "launch",
      candidate: { shape: { instanceType: "i3en.2xlarge" }, availabilityZone: "us-east-1b" },
    });
  });

  it("names everything that it tried when no candidate is left", () => {
    const { cluster, tier, first } = wide();
    const launches = ["i3en.2xlarge", "i3en.3xlarge"].flatMap((instanceType) =>
      [first, SECOND_ZONE].map((place) =>
        aLaunch({ ...noCapacity, launchId: `${instanceType}${place.subnetId}`, instanceType, ...place }),
      ),
    );
    const plan = decideLaunches(aSnapshot({ cluster, launches }), tier, OP);
    expect(plan.kind === "exhausted" && plan.tried).toHaveLength(4);
  });

  it("tries the same candidate again when a launch had worked and vanished", () => {
    const launch = aLaunch({
      state: "failed",
      reason: { kind: "vanished", code: "IdempotentInstanceTerminated", message: "" },
    });
    expect(decideLaunches(aSnapshot({ launches: [launch] }), aTier(), OP)).toMatchObject({
      kind: "launch",
      candidate: { availabilityZone: "us-east-1a" },
    });
  });

  it("stops at a refusal that no candidate would change", () => {
    const reason = { kind: "refused", code: "UnauthorizedOperation", message: "no" } as const;
    expect(decideLaunches(aSnapshot({ launches: [aLaunch({ state: "failed", reason })] }), aTier(), OP)).toEqual({
      kind: "refused",
      reason,
    });
  });

  it("clears lost nodes before it fills their places", () => {
    const lost = aNode({ index: 3, state: "lost" });
    const snapshot = aSnapshot({ launches: [aLaunch()], nodes: [...nodes(3), lost] });
    expect(decideLaunches(snapshot, aTier(), OP)).toMatchObject({ kind: "clear", nodes: [lost], launches: [] });
  });

  it("takes a whole tier from one candidate: what a short one had launched goes before the next is tried", () => {
    const { cluster, tier } = wide();
    const live = aLaunch({ launchId: "L1", indexes: [0, 1, 2] });
    const failed = aLaunch({ launchId: "L2", indexes: [3, 4, 5], ...noCapacity });
    const plan = decideLaunches(
      aSnapshot({ cluster, launches: [live, failed], nodes: nodes(3, { state: "booting" }) }),
      tier,
      OP,
    );
    expect(plan).toMatchObject({ kind: "clear", launches: [live] });
    expect(plan.kind === "clear" && plan.nodes.map((node) => node.index)).toEqual([0, 1, 2]);
  });

  it("replaces a lost node with the candidate that its tier has, and no other", () => {
    const { cluster, tier } = wide();
    const place = { instanceType: "i3en.3xlarge", ...SECOND_ZONE };
    const plan = decideLaunches(
      aSnapshot({ cluster, launches: [aLaunch(place)], nodes: nodes(5, { hooksDone: ["prepare"] }) }),
      tier,
      OP,
    );
    expect(plan).toMatchObject({
      kind: "launch",
      candidate: { availabilityZone: "us-east-1b", shape: { instanceType: "i3en.3xlarge" } },
      batches: [[5]],
    });
  });

  it("does not throw away nodes that were worked on when their candidate comes short", () => {
    const { cluster, tier } = wide();
    const launches = [aLaunch(), aLaunch({ launchId: "L2", indexes: [5], ...noCapacity })];
    expect(
      decideLaunches(aSnapshot({ cluster, launches, nodes: nodes(5, { hooksDone: ["prepare"] }) }), tier, OP).kind,
    ).toBe("exhausted");
  });

  it("mixes candidates where the product does not mind", () => {
    const { cluster, tier } = wide();
    const clients = { ...tier, allOrNothing: false };
    const short = aLaunch({ indexes: [0, 1], cameShort: true, isPartialFine: true });
    const plan = decideLaunches(aSnapshot({ cluster, launches: [short], nodes: nodes(2) }), clients, OP);
    expect(plan).toMatchObject({
      kind: "launch",
      candidate: { availabilityZone: "us-east-1b" },
      batches: [[2, 3, 4, 5]],
    });
  });

  it("stays in the zone where the cluster lives", () => {
    const { cluster, tier } = wide();
    const placed = { ...cluster, placement: SECOND_ZONE };
    expect(decideLaunches(aSnapshot({ cluster: placed }), tier, OP)).toMatchObject({
      candidate: { availabilityZone: "us-east-1b" },
    });
  });
});
