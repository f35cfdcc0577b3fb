import { aHook, anInstance, nodes, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Node } from "../node/node.ts";
import type { Invocation } from "../ports/commands.ts";
import type { Instance } from "../ports/compute.ts";
import type { HookRun } from "./hook-run.ts";
import { judgeHook, namesOf } from "./judge-hook.ts";

const hook = aHook();
const run: HookRun = {
  cluster: "demo",
  tier: "backend",
  hook: "prepare",
  operationId: "demo.op",
  attempt: 1,
  state: "sent",
  commandIds: ["c1"],
  sentAt: NOW,
};
const three = nodes(3);
const success = (node: Node): Invocation => ({
  instanceId: node.instanceId ?? "",
  status: "success",
  detail: "Success",
  output: "{}",
});

function judge(seen: { invocations: Invocation[]; hasEnded?: boolean; after?: number; dead?: Partial<Instance> }) {
  const instances = three.map((node, i) => anInstance(node, i === 2 ? (seen.dead ?? {}) : {}));
  return judgeHook(run, hook, three, {
    progress: [{ commandId: "c1", progress: { hasEnded: seen.hasEnded ?? false, invocations: seen.invocations } }],
    instances,
    parse: (output) => hook.parse(output, undefined as never),
    now: NOW + (seen.after ?? 10_000),
  });
}

describe("how a hook went", () => {
  it("is waited for while one node runs", () => {
    const invocations = [success(three[0]!), success(three[1]!), { ...success(three[2]!), status: "running" as const }];
    expect(judge({ invocations })).toEqual({ kind: "waiting", running: 1, ended: 2 });
  });

  it("is waited for while SSM knows no invocation yet: an empty list is not done", () => {
    expect(judge({ invocations: [], hasEnded: true })).toMatchObject({ kind: "waiting", running: 3 });
  });

  it("has ended when every node has succeeded", () => {
    const verdict = judge({ invocations: three.map(success), hasEnded: true });
    expect(verdict).toMatchObject({ kind: "ended", failed: [], lost: [] });
    expect(verdict.kind === "ended" && verdict.succeeded).toHaveLength(3);
  });

  it.each([
    ["Failed", "exited with an error"],
    ["ExecutionTimedOut", "took longer than it may"],
    ["DeliveryTimedOut", "was not reached (DeliveryTimedOut)"],
    ["Undeliverable", "was not reached (Undeliverable)"],
    ["Terminated", "ended as Terminated"],
  ])("says how a node failed: %s", (detail, how) => {
    const invocations = [
      success(three[0]!),
      success(three[1]!),
      { ...success(three[2]!), status: "failed" as const, detail },
    ];
    const verdict = judge({ invocations, hasEnded: true });
    expect(verdict.kind === "ended" && verdict.failed[0]?.how).toContain(how);
  });

  it("does not take a command's end for success of a node that it never reached", () => {
    const verdict = judge({ invocations: [success(three[0]!), success(three[1]!)], hasEnded: true, after: 61_000 });
    expect(verdict).toMatchObject({ kind: "ended", failed: [{ node: { index: 2 } }] });
  });

  it("does not wait for the invocation of a node that is dead", () => {
    const invocations = [success(three[0]!), success(three[1]!), { ...success(three[2]!), status: "running" as const }];
    expect(judge({ invocations, dead: { state: "terminated" } })).toMatchObject({
      kind: "ended",
      lost: [{ index: 2, state: "lost" }],
    });
  });

  it("gives a node up that says nothing past every deadline of SSM", () => {
    const invocations = three.map((node) => ({ ...success(node), status: "running" as const }));
    const verdict = judge({ invocations, after: (120 + 600 + 60) * 1000 + 1 });
    expect(verdict.kind === "ended" && verdict.failed.map((f) => f.how)).toEqual(Array(3).fill("did not end in time"));
  });

  it("takes a result that says no for a failure, with its blockers", () => {
    const unhappy = aHook({ parse: () => ({ ok: false, blockers: ["io is not started"], facts: {} }) });
    const verdict = judgeHook(run, unhappy, three.slice(0, 1), {
      progress: [{ commandId: "c1", progress: { hasEnded: true, invocations: [success(three[0]!)] } }],
      instances: [anInstance(three[0]!)],
      parse: (output) => unhappy.parse(output, undefined as never),
      now: NOW + 1,
    });
    expect(verdict).toMatchObject({ kind: "ended", succeeded: [], failed: [{ how: "says: io is not started" }] });
  });
});

it("names a few nodes, and counts the rest", () => {
  expect(namesOf(nodes(7))).toContain("and 2 more");
});
