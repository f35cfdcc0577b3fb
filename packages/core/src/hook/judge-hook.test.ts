import { aHook, anInstance, nodes, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Node } from "../node/node.ts";
import type { Agent, Invocation } from "../ports/commands.ts";
import type { Instance } from "../ports/compute.ts";
import type { HookRun } from "./hook-run.ts";
import { hookDeadlineMs, judgeHook, namesOf } from "./judge-hook.ts";
import { suspectsOf } from "./silence.ts";

const hook = aHook({ timeoutSeconds: 3_600 });
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

function judge(seen: {
  invocations: Invocation[];
  hasEnded?: boolean;
  after?: number;
  dead?: Partial<Instance>;
  agents?: Agent[];
}) {
  const instances = three.map((node, i) => anInstance(node, i === 2 ? (seen.dead ?? {}) : {}));
  const progress = [{ commandId: "c1", progress: { hasEnded: seen.hasEnded ?? false, invocations: seen.invocations } }];
  const now = NOW + (seen.after ?? 10_000);
  return judgeHook(run, hook, three, {
    progress,
    suspects: suspectsOf(run, three, { progress, now }),
    instances,
    agents: seen.agents ?? [],
    parse: (output) => hook.parse(output, undefined as never),
    now,
  });
}

describe("a node whose agent has fallen silent", () => {
  const running = (node: Node): Invocation => ({ ...success(node), status: "running", detail: "InProgress" });
  const unreached = (node: Node): Invocation => ({ ...success(node), status: "failed", detail: "Undeliverable" });
  const agentOf = (node: Node, silentMs: number, isOnline = false): Agent => ({
    instanceId: node.instanceId ?? "",
    isOnline,
    lastSeenAt: NOW + after - silentMs,
    version: "3.3.3000.0",
  });
  const after = 20 * 60_000;
  const [first, second, third] = [three[0]!, three[1]!, three[2]!];

  it("for a quarter of an hour, in the middle of the hook, is lost; the others go on", () => {
    const agents = [agentOf(first, 0, true), agentOf(second, 0, true), agentOf(third, 16 * 60_000)];
    const invocations = [success(first), success(second), running(third)];
    expect(judge({ invocations, agents, after })).toMatchObject({
      kind: "ended",
      failed: [],
      lost: [
        {
          index: 2,
          state: "lost",
          note: "its SSM agent has been silent for 16 minutes, while prepare was due or ran",
        },
      ],
    });
    expect(judge({ invocations: [success(first), running(second), running(third)], agents, after })).toEqual({
      kind: "waiting",
      running: 1,
      ended: 2,
    });
  });

  it.each([
    { why: "only for some minutes", agent: agentOf(third, 14 * 60_000) },
    { why: "and SSM still calls it online", agent: agentOf(third, 16 * 60_000, true) },
  ])("is waited for $why", ({ agent }) => {
    const invocations = [success(first), success(second), running(third)];
    const agents = [agentOf(first, 0, true), agentOf(second, 0, true), agent];
    expect(judge({ invocations, agents, after })).toMatchObject({ kind: "waiting", running: 1 });
  });

  it("is lost at once when the command did not reach it either", () => {
    const invocations = [success(first), success(second), unreached(third)];
    const agents = [agentOf(first, 0, true), agentOf(second, 0, true), agentOf(third, 6 * 60_000)];
    expect(judge({ invocations, agents, after })).toMatchObject({
      kind: "ended",
      failed: [],
      lost: [{ index: 2 }],
    });
  });

  it("is waited for when most are silent: the way to them is gone, and no node", () => {
    const agents = [agentOf(first, 0, true), agentOf(second, 16 * 60_000), agentOf(third, 16 * 60_000)];
    const invocations = [success(first), running(second), running(third)];
    expect(judge({ invocations, agents, after })).toMatchObject({ kind: "waiting", running: 2 });
  });

  it("has done its work when it had said so before", () => {
    const verdict = judge({ invocations: three.map(success), agents: [agentOf(third, 16 * 60_000)], after });
    expect(verdict).toMatchObject({ kind: "ended", lost: [] });
  });

  it("may be dead when its hook is old, or did not reach it, and never when it is a member", () => {
    const ask = (invocations: Invocation[], now: number, nodes = three) =>
      suspectsOf(run, nodes, { progress: [{ commandId: "c1", progress: { hasEnded: false, invocations } }], now });
    const ids = three.map((node) => node.instanceId);
    expect(ask([success(first), running(second)], NOW + after)).toEqual([ids[1], ids[2]]);
    expect(ask([success(first), running(second)], NOW + 60_000)).toEqual([]);
    expect(ask([success(first), running(second), unreached(third)], NOW + 60_000)).toEqual([ids[2]]);
    const active = three.map((node) => ({ ...node, state: "active" as const }));
    expect(ask([running(first)], NOW + after, active)).toEqual([]);
    const members = three.map((node) => ({ ...node, isMember: true }));
    expect(ask([running(first)], NOW + after, members)).toEqual([]);
  });
});

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
    const verdict = judge({ invocations, after: hookDeadlineMs(hook) + 1 });
    expect(verdict.kind === "ended" && verdict.failed.map((f) => f.how)).toEqual(Array(3).fill("did not end in time"));
  });

  it("takes a result that says no for a failure, with its blockers", () => {
    const unhappy = aHook({ parse: () => ({ ok: false, blockers: ["io is not started"], facts: {} }) });
    const verdict = judgeHook(run, unhappy, three.slice(0, 1), {
      progress: [{ commandId: "c1", progress: { hasEnded: true, invocations: [success(three[0]!)] } }],
      instances: [anInstance(three[0]!)],
      suspects: [],
      agents: [],
      parse: (output) => unhappy.parse(output, undefined as never),
      now: NOW + 1,
    });
    expect(verdict).toMatchObject({ kind: "ended", succeeded: [], failed: [{ how: "says: io is not started" }] });
  });
});

it("names a few nodes, and counts the rest", () => {
  expect(namesOf(nodes(7))).toContain("and 2 more");
});
