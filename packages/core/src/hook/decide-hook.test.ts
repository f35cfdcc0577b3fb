import { aHook, aSnapshot, nodes } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { nodeName } from "../node/node.ts";
import { decideHook } from "./decide-hook.ts";
import { hookComment, type HookRun } from "./hook-run.ts";

const OP = "demo.op";
const run: HookRun = {
  cluster: "demo",
  tier: "backend",
  hook: "prepare",
  operationId: OP,
  attempt: 1,
  state: "sent",
  commandIds: ["c1"],
  sentAt: 0,
};
const prepare = aHook();
const form = aHook({ name: "form", targets: "one", admits: true });

describe("what to send for a hook", () => {
  it("sends to the whole tier when all of it needs the hook", () => {
    const plan = decideHook(aSnapshot({ nodes: nodes(6) }), prepare, "backend", OP);
    expect(plan).toMatchObject({ kind: "send", attempt: 1, isWholeTier: true });
    expect(plan.kind === "send" && plan.nodes).toHaveLength(6);
  });

  it("sends only to nodes that have not been through it", () => {
    const [done, ...rest] = nodes(3);
    const plan = decideHook(
      aSnapshot({ nodes: [{ ...done!, hooksDone: ["prepare"] }, ...rest] }),
      prepare,
      "backend",
      OP,
    );
    expect(plan).toMatchObject({ kind: "send", isWholeTier: false });
    expect(plan.kind === "send" && plan.nodes.map(nodeName)).toEqual(rest.map(nodeName));
  });

  it("does not make members of members again", () => {
    const join = aHook({ name: "join", admits: true });
    expect(decideHook(aSnapshot({ nodes: nodes(3, { isMember: true }) }), join, "backend", OP)).toEqual({
      kind: "done",
    });
  });

  it("sends members what only members can do", () => {
    const mounted = nodes(3, { isMember: true, state: "active", hooksDone: ["mount"] });
    const plan = decideHook(aSnapshot({ nodes: mounted }), aHook({ name: "unmount" }), "backend", OP);
    expect(plan).toMatchObject({ kind: "send", isWholeTier: true });
  });

  it("never sends to nodes that are not there", () => {
    const snapshot = aSnapshot({
      nodes: [...nodes(2, { state: "booting" }), ...nodes(2, { state: "lost" }), ...nodes(2, { state: "leaving" })],
    });
    expect(decideHook(snapshot, prepare, "backend", OP)).toEqual({ kind: "done" });
  });

  it("waits for a run that is on its way", () => {
    expect(decideHook(aSnapshot({ nodes: nodes(6), hookRuns: [run] }), prepare, "backend", OP)).toEqual({
      kind: "sent",
      run,
    });
  });

  it("settles a run of which nobody knows whether SSM was asked", () => {
    const sending: HookRun = { ...run, state: "sending", commandIds: [], nodes: ["backend-00001"] };
    const plan = decideHook(aSnapshot({ nodes: nodes(6), hookRuns: [sending] }), prepare, "backend", OP);
    expect(plan).toMatchObject({ kind: "settle", run: sending, nodes: [{ index: 1 }] });
  });

  it("starts anew in another operation", () => {
    expect(decideHook(aSnapshot({ nodes: nodes(6), hookRuns: [run] }), prepare, "backend", "demo.next")).toMatchObject({
      kind: "send",
      attempt: 1,
    });
  });

  it("counts attempts", () => {
    const plan = decideHook(
      aSnapshot({ nodes: nodes(6), hookRuns: [{ ...run, state: "failed" }] }),
      prepare,
      "backend",
      OP,
    );
    expect(plan).toMatchObject({ kind: "send", attempt: 2 });
  });

  it("sends what one node does for all to one node, and to another one the next time", () => {
    const first = decideHook(aSnapshot({ nodes: nodes(3) }), form, "backend", OP);
    const failed: HookRun = { ...run, hook: "form", state: "failed" };
    const second = decideHook(aSnapshot({ nodes: nodes(3), hookRuns: [failed] }), form, "backend", OP);
    expect([first, second].map((plan) => (plan.kind === "send" ? plan.nodes.map((n) => n.index) : plan.kind))).toEqual([
      [0],
      [1],
    ]);
  });

  it("does once what one node does for all, as long as its run is kept", () => {
    expect(
      decideHook(
        aSnapshot({ nodes: nodes(3), hookRuns: [{ ...run, hook: "form", state: "done" }] }),
        form,
        "backend",
        OP,
      ),
    ).toEqual({ kind: "done" });
  });
});

it("fits the longest operation id into SSM's comment", () => {
  const comment = hookComment({ ...run, operationId: "x".repeat(72), tier: "converged", hook: "prepare", attempt: 99 });
  expect(comment.length).toBeLessThanOrEqual(100);
});
