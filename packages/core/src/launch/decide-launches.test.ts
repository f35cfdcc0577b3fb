import { aCluster, aLaunch, aNode, aShape, aSnapshot, aTier, nodes } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { TierBlueprint } from "../product/blueprint.ts";
import { decideLaunches, type LaunchPlan } from "./decide-launches.ts";
import { LAUNCH_NODES_MAX, type Launch } from "./launch.ts";

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

/** What EC2 makes of one launch, and what becomes of its nodes. */
const answers = fc.record({
  /** How many of those asked for it gives; none is no capacity. */
  share: fc.constantFrom(0, 0.5, 1, 1, 1),
  isLost: fc.constantFrom(false, false, false, true),
  isWorkedOn: fc.boolean(),
});

type Answer = typeof answers extends fc.Arbitrary<infer A> ? A : never;

describe("whatever EC2 answers, the ledger", () => {
  const worlds = fc.record({
    count: fc.integer({ min: 0, max: 300 }),
    allOrNothing: fc.boolean(),
    answers: fc.array(answers, { maxLength: 30 }),
  });

  it("asks for open places only, each once, and comes to an end", () => {
    fc.assert(
      fc.property(worlds, ({ count, allOrNothing, answers }) => {
        const { cluster, tier } = wide();
        const { plans, asked, snapshot } = play(cluster, { ...tier, count, allOrNothing }, answers);
        for (const { indexes, held } of asked) {
          expect(indexes.length).toBeLessThanOrEqual(LAUNCH_NODES_MAX);
          expect(new Set([...indexes, ...held]).size).toBe(indexes.length + held.length);
          expect(indexes.every((index) => index >= 0 && index < count)).toBe(true);
        }
        expect(snapshot.nodes.length).toBeLessThanOrEqual(count);
        expect(["filled", "exhausted"]).toContain(plans.at(-1)?.kind);
      }),
    );
  });

  it("keeps a tier that takes all or nothing on one candidate", () => {
    fc.assert(
      fc.property(worlds, ({ count, answers }) => {
        const { cluster, tier } = wide();
        const { plans, snapshot } = play(cluster, { ...tier, count, allOrNothing: true }, answers);
        const live = snapshot.launches.filter(({ launchId }) => snapshot.nodes.some((n) => n.launchId === launchId));
        const candidates = new Set(live.map(({ instanceType, subnetId }) => `${instanceType} ${subnetId}`));
        expect(candidates.size).toBeLessThanOrEqual(1);
        expect(plans.at(-1)?.kind === "filled" ? snapshot.nodes.length : count).toBe(count);
      }),
    );
  });
});

interface Asked {
  readonly indexes: readonly number[];
  /** Places that somebody had when it was asked. */
  readonly held: readonly number[];
}

/** Performs plan after plan as launch-nodes does, in a world that answers like that; calm when it has no more to say. */
function play(cluster: ClusterSnapshot["cluster"], tier: TierBlueprint, answers: readonly Answer[]) {
  let snapshot = aSnapshot({ cluster });
  const plans: LaunchPlan[] = [];
  const asked: Asked[] = [];
  let said = 0;
  const stepsMax = 10 + 5 * answers.length + tier.count;
  while (plans.length < stepsMax) {
    const plan = decideLaunches(snapshot, tier, OP);
    plans.push(plan);
    if (plan.kind === "clear") {
      const gone = new Set(plan.nodes);
      const given = new Set(plan.launches);
      snapshot = {
        ...snapshot,
        nodes: snapshot.nodes.filter((node) => !gone.has(node)),
        launches: snapshot.launches.map((launch) => (given.has(launch) ? { ...launch, state: "abandoned" } : launch)),
      };
    } else if (plan.kind === "launch") {
      for (const indexes of plan.batches) {
        asked.push({ indexes, held: snapshot.nodes.map((node) => node.index) });
        const answer = answers[said++] ?? { share: 1, isLost: false, isWorkedOn: false };
        const next = answered(snapshot, tier, { plan, indexes, answer, launchId: `L${said}` });
        snapshot = next.snapshot;
        if (!next.hasMore) break;
      }
    } else break;
  }
  return { plans, asked, snapshot };
}

function answered(
  snapshot: ClusterSnapshot,
  tier: TierBlueprint,
  launched: {
    readonly plan: Extract<LaunchPlan, { kind: "launch" }>;
    readonly indexes: readonly number[];
    readonly answer: Answer;
    readonly launchId: string;
  },
): { snapshot: ClusterSnapshot; hasMore: boolean } {
  const { plan, indexes, answer, launchId } = launched;
  const { shape, subnetId, availabilityZone } = plan.candidate;
  // All or none of one launch, unless fewer will do.
  const given = tier.allOrNothing && answer.share < 1 ? 0 : Math.floor(indexes.length * answer.share);
  const filled = indexes.slice(0, given);
  const base = { launchId, instanceType: shape.instanceType, subnetId, availabilityZone };
  const launch: Launch =
    given === 0
      ? aLaunch({ ...base, ...noCapacity, indexes })
      : aLaunch({ ...base, indexes: filled, cameShort: given < indexes.length });
  const born = filled.map((index) =>
    aNode({
      index,
      launchId,
      state: answer.isLost ? "lost" : "online",
      hooksDone: answer.isWorkedOn && !answer.isLost ? ["prepare"] : [],
    }),
  );
  return {
    snapshot: { ...snapshot, launches: [...snapshot.launches, launch], nodes: [...snapshot.nodes, ...born] },
    hasMore: given > 0,
  };
}
