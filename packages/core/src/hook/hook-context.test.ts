import { aBlueprint, aCluster, aLaunch, aNode, aShape, aSnapshot, aTier, nodes, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { byShape, hookContext } from "./hook-context.ts";
import { hookComment } from "./hook-run.ts";

const place = { shape: aShape(), region: "us-east-1", stage: "test" };

describe("what a hook is told", () => {
  it("is the cluster, the shape, and where its secrets are: their names, never a value", () => {
    const context = hookContext(aSnapshot({ cluster: aCluster({ name: "demo" }) }), aBlueprint(), aTier(), place);
    expect(context).toMatchObject({ cluster: "demo", region: "us-east-1", shape: place.shape });
    expect(context.secretNames).toEqual({ admin: "muster/test/demo/admin" });
  });

  it.each([
    { why: "it has not come online", change: { state: "booting" } },
    { why: "it was lost", change: { state: "lost" } },
    { why: "it is leaving", change: { state: "leaving" } },
    { why: "it has no instance", change: { instanceId: undefined } },
    { why: "its address is not known", change: { privateIp: undefined } },
  ] as const)("leaves a node out when $why", ({ change }) => {
    const snapshot = aSnapshot({
      nodes: [aNode({ index: 0, ...change }), aNode({ index: 1, state: "active", isMember: true })],
    });
    const { members } = hookContext(snapshot, aBlueprint(), aTier(), place);
    expect(members).toEqual([
      { tier: "backend", instanceId: aNode({ index: 1 }).instanceId, privateIp: "10.0.0.11", isMember: true },
    ]);
  });

  it("names members in the order of the snapshot, so that everyone is told the same", () => {
    const { members } = hookContext(aSnapshot({ nodes: nodes(12) }), aBlueprint(), aTier(), place);
    expect(members.map((member) => member.privateIp)).toEqual(nodes(12).map((node) => node.privateIp));
  });
});

describe("nodes by shape", () => {
  const [small, large] = [aShape(), aShape({ instanceType: "i3en.3xlarge", vCpus: 12 })];
  const tier = aTier({ shapes: [small, large] });
  const launches = [aLaunch({ launchId: "L1" }), aLaunch({ launchId: "L2", instanceType: "i3en.3xlarge" })];

  it("are in as many groups as there are types among them, each node once", () => {
    const mixed = nodes(6).map((node) => ({ ...node, launchId: node.index % 2 === 0 ? "L1" : "L2" }));
    const groups = byShape(mixed, tier, launches);
    expect(groups.map(({ shape, nodes }) => [shape, nodes.map((node) => node.index)])).toEqual([
      [small, [0, 2, 4]],
      [large, [1, 3, 5]],
    ]);
  });

  it("are one group where two launches had one type, and none where there is nobody", () => {
    const again = [...launches, aLaunch({ launchId: "L3" })];
    const two = nodes(2).map((node) => ({ ...node, launchId: node.index === 0 ? "L1" : "L3" }));
    expect(byShape(two, tier, again)).toEqual([{ shape: small, nodes: two }]);
    expect(byShape([], tier, launches)).toEqual([]);
  });

  it("is a mistake of ours when a node is of no launch, or of a type that its tier does not have", () => {
    expect(() => byShape([aNode({ launchId: "L9" })], tier, launches)).toThrow("no launch of the ledger");
    expect(() => byShape([aNode({ launchId: "L2" })], aTier(), launches)).toThrow("no shape for i3en.3xlarge");
  });
});

describe("the comment by which a command is recognised", () => {
  const run = {
    operationId: `${"c".repeat(32)}.${"0".repeat(39)}`,
    tier: "converged",
    hook: "prepare",
    attempt: 12,
    sentAt: NOW,
  };

  it("fits into SSM's 100 characters with the longest names", () => {
    expect(hookComment(run).length).toBeLessThanOrEqual(100);
  });

  it.each([
    { attempt: 1 },
    { hook: "form" },
    { tier: "client" },
    { operationId: "demo.other" },
    // Of two runs in one operation: the first attempt while the tier grew, and the first attempt after that.
    { sentAt: NOW + 1_000 },
  ])("is another for another run: %j", (change) => {
    expect(hookComment({ ...run, ...change })).not.toBe(hookComment(run));
  });
});
