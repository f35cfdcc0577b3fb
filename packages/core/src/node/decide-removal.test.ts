import { aLaunch, anInstance, nodes, NOW } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideRemoval, FOLLOW_WITHIN_MS, judgeRemoval, REMOVAL_ROUND_NODES, unseenUntil } from "./decide-removal.ts";
import { VISIBLE_WITHIN_MS } from "./observe-nodes.ts";

const none = { interfaces: [], volumes: [] };

describe("a round of removal", () => {
  it("lifts the protection of protected nodes only, and of instances that no row knows and that may have some", () => {
    const [safe, plain] = [nodes(1)[0]!, { ...nodes(2)[1]!, isProtected: false }];
    const stray = anInstance(safe, { instanceId: "i-stray" });
    const spot = anInstance(safe, { instanceId: "i-spot", isSpot: true });
    const round = decideRemoval([safe, plain], [anInstance(safe), anInstance(plain), stray, spot]);
    expect(round.unprotect.map((i) => i.instanceId)).toEqual([safe.instanceId, "i-stray"]);
    expect(round.terminate).toHaveLength(4);
  });

  it("leaves alone what ends already", () => {
    const [a, b] = nodes(2);
    expect(
      decideRemoval([a!, b!], [anInstance(a!, { state: "terminated" }), anInstance(b!, { state: "shutting-down" })])
        .terminate,
    ).toEqual([]);
  });

  it("is bounded, and says that there is more", () => {
    const many = nodes(REMOVAL_ROUND_NODES + 1);
    const round = decideRemoval(
      many,
      many.map((node) => anInstance(node)),
    );
    expect([round.terminate.length, round.hasMore]).toEqual([REMOVAL_ROUND_NODES, true]);
  });
});

describe("whether everything is gone", () => {
  const [node] = nodes(1);
  const base = { instances: [], leftovers: none, unseenUntil: 0, since: NOW, now: NOW + 1000 };

  it.each([
    { why: "an instance is shutting down", seen: { instances: [anInstance(node!, { state: "shutting-down" })] } },
    {
      why: "an interface is still there",
      seen: { leftovers: { ...none, interfaces: [{ id: "eni-1", inUse: true }] } },
    },
    { why: "a volume is still there", seen: { leftovers: { ...none, volumes: [{ id: "vol-1", inUse: false }] } } },
    { why: "EC2 may still come up with an instance", seen: { unseenUntil: NOW + 2000 } },
  ])("is not over while $why", ({ seen }) => {
    expect(judgeRemoval({ ...base, ...seen }).isOver).toBe(false);
  });

  it("is over when nothing is left; a terminated instance is nothing", () => {
    expect(judgeRemoval({ ...base, instances: [anInstance(node!, { state: "terminated" })] }).isOver).toBe(true);
  });

  it("must be repeated when an instance lives", () => {
    expect(judgeRemoval({ ...base, instances: [anInstance(node!)] }).mustRepeat).toBe(true);
  });

  it("deletes what was left behind, but only what nobody uses, and not before it had time to go by itself", () => {
    const leftovers = {
      interfaces: [
        { id: "eni-free", inUse: false },
        { id: "eni-used", inUse: true },
      ],
      volumes: [{ id: "vol-free", inUse: false }],
    };
    expect(judgeRemoval({ ...base, leftovers }).orphans).toEqual(none);
    const late = judgeRemoval({ ...base, leftovers, now: NOW + FOLLOW_WITHIN_MS });
    expect(late.orphans).toEqual({
      interfaces: [{ id: "eni-free", inUse: false }],
      volumes: [{ id: "vol-free", inUse: false }],
    });
  });
});

describe("until when EC2 may surprise", () => {
  it("waits for the instances of a launch whose answer never came", () => {
    expect(unseenUntil({ launches: [aLaunch({ state: "requested", requestedAt: NOW })], nodes: [] }, [])).toBe(
      NOW + VISIBLE_WITHIN_MS,
    );
  });

  it("waits for an instance that EC2 has answered for and does not list", () => {
    const [node] = nodes(1);
    expect(unseenUntil({ launches: [], nodes: [node!] }, [])).toBe(NOW + VISIBLE_WITHIN_MS);
    expect(unseenUntil({ launches: [], nodes: [node!] }, [anInstance(node!, { state: "terminated" })])).toBe(0);
  });
});

describe("whatever EC2 shows", () => {
  const seen = fc.array(
    fc.record({
      state: fc.constantFrom("pending", "running", "shutting-down", "terminated", "stopping", "stopped"),
      isSpot: fc.boolean(),
      isProtected: fc.boolean(),
      hasRow: fc.boolean(),
    }),
    { maxLength: 2 * REMOVAL_ROUND_NODES },
  );

  it("a round terminates nothing that may still be protected: it lifts what is known to be, and what nobody knows", () => {
    fc.assert(
      fc.property(seen, (ones) => {
        const all = nodes(ones.length).map((node, i) => ({
          ...ones[i]!,
          node: { ...node, isProtected: ones[i]!.isProtected },
        }));
        const instances = all.map(({ node, state, isSpot }) => anInstance(node, { state, isSpot }));
        const known = all.filter(({ hasRow }) => hasRow).map(({ node }) => node);
        const round = decideRemoval(known, instances);
        const lifted = new Set(round.unprotect.map(({ instanceId }) => instanceId));
        const terminated = new Set(round.terminate.map(({ instanceId }) => instanceId));
        const needsLifting = all.filter(({ isSpot, isProtected, hasRow }) => !isSpot && (isProtected || !hasRow));
        expect(
          needsLifting.filter(({ node: { instanceId = "" } }) => terminated.has(instanceId) && !lifted.has(instanceId)),
        ).toEqual([]);
        expect([...lifted].filter((id) => !terminated.has(id))).toEqual([]);
        const alive = instances.filter(({ state }) => state !== "terminated" && state !== "shutting-down");
        expect(round.terminate.length).toBe(Math.min(alive.length, REMOVAL_ROUND_NODES));
        expect(round.hasMore).toBe(alive.length > REMOVAL_ROUND_NODES);
      }),
      { numRuns: 40 },
    );
  });

  it("a removal is over only when nothing is left, and deletes only what nobody uses", () => {
    const things = fc.array(fc.boolean(), { maxLength: 5 });
    fc.assert(
      fc.property(
        seen,
        things,
        things,
        fc.integer({ min: 0, max: 2 * FOLLOW_WITHIN_MS }),
        (ones, faces, volumes, waited) => {
          const instances = nodes(ones.length).map((node, i) => anInstance(node, { state: ones[i]!.state }));
          const leftovers = {
            interfaces: faces.map((inUse, i) => ({ id: `eni-${i}`, inUse })),
            volumes: volumes.map((inUse, i) => ({ id: `vol-${i}`, inUse })),
          };
          const state = judgeRemoval({ instances, leftovers, unseenUntil: 0, since: NOW, now: NOW + waited });
          const left =
            instances.filter((instance) => instance.state !== "terminated").length + faces.length + volumes.length;
          expect(state.isOver).toBe(left === 0);
          expect([...state.orphans.interfaces, ...state.orphans.volumes].filter(({ inUse }) => inUse)).toEqual([]);
          const hasOrphans = state.orphans.interfaces.length + state.orphans.volumes.length > 0;
          expect(hasOrphans && (waited < FOLLOW_WITHIN_MS || instances.some((i) => i.state !== "terminated"))).toBe(
            false,
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
