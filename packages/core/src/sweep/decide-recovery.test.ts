import { aBlueprint, aCluster, aSpec, aTier, nodes, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../cluster/cluster.ts";
import type { Lease } from "../cluster/lease.ts";
import type { HookRun } from "../hook/hook-run.ts";
import type { Operation } from "../operation/operation.ts";
import {
  abortedFailure,
  decideRecovery,
  isRecovery,
  type Kept,
  mustPutBack,
  RECOVERIES_MAX,
  recoveryId,
  START_WITHIN_MS,
} from "./decide-recovery.ts";

const ended = { isRunning: false } as const;

const operation: Operation = {
  id: "demo.op",
  cluster: "demo",
  kind: "deploy",
  status: "running",
  executionArn: "arn:execution",
  step: "Launching",
  cancelRequested: false,
  findings: [],
  requestedAt: NOW,
};
const kept = aCluster({ spec: aSpec({ keepOnFailure: true }) });
const ofAnother = aCluster({ lease: { operationId: "demo.next", executionArn: "arn:next", expiresAt: NOW } });
const { lease: _, ...free } = aCluster();

/** What is kept of a cluster: nothing but its row, unless said. */
const keeping = (cluster: Cluster, rest: Partial<Omit<Kept, "cluster">> = {}): Kept => ({
  cluster,
  nodes: [],
  hookRuns: [],
  blueprint: aBlueprint(),
  ...rest,
});

describe("an open operation", () => {
  it.each([
    { why: "it runs", operation, isRunning: true, after: 30 * 86_400_000 },
    {
      why: "it was asked for a moment ago",
      operation: { ...operation, status: "requested" as const },
      isRunning: false,
      after: 0,
    },
    {
      why: "its workflow may still begin",
      operation: { ...operation, status: "requested" as const },
      isRunning: false,
      after: START_WITHIN_MS,
    },
  ])("is left alone while $why", ({ operation, isRunning, after }) => {
    expect(decideRecovery(operation, keeping(aCluster()), { isRunning }, NOW + after)).toBeUndefined();
  });

  it("ends when no workflow began in time, and nothing is destroyed for it: it has touched nothing", () => {
    const requested = { ...operation, status: "requested" } as const;
    expect(decideRecovery(requested, keeping(aCluster()), ended, NOW + START_WITHIN_MS + 1)).toMatchObject({
      mustDestroy: false,
      failure: { code: "OperationAborted", what: expect.stringContaining("never started") },
    });
  });

  it.each([
    { why: "holds its cluster", cluster: aCluster(), kind: "deploy", mustDestroy: true },
    { why: "was destroying it", cluster: aCluster(), kind: "destroy", mustDestroy: true },
    { why: "was told to keep what it launched", cluster: kept, kind: "deploy", mustDestroy: false },
    { why: "destroyed what was to be kept on failure", cluster: kept, kind: "destroy", mustDestroy: true },
    { why: "was taken over", cluster: ofAnother, kind: "deploy", mustDestroy: false },
    { why: "had given its cluster back", cluster: free, kind: "deploy", mustDestroy: false },
    { why: "left no cluster", cluster: undefined, kind: "deploy", mustDestroy: false },
  ] as const)(
    "whose workflow died and that $why: its cluster is destroyed: $mustDestroy",
    ({ cluster, kind, mustDestroy }) => {
      const recovery = decideRecovery({ ...operation, kind }, cluster && keeping(cluster), ended, NOW);
      expect(recovery).toMatchObject({ mustDestroy, failure: { code: "OperationAborted" } });
    },
  );
});

describe("what is said of an aborted operation", () => {
  it.each([
    { keeps: true, next: "muster cluster destroy demo" },
    { keeps: false, next: "muster cluster watch demo" },
  ])("names the next command (kept: $keeps)", ({ keeps, next }) => {
    expect(abortedFailure(operation, { keeps }).remedy).toContain(next);
  });

  it("says that things are kept only where they are", () => {
    const said = (cluster: typeof kept) => JSON.stringify(decideRecovery(operation, keeping(cluster), ended, NOW));
    expect(said(kept)).toContain("keepOnFailure");
    expect(said(aCluster())).not.toContain("keepOnFailure");
  });

  it("is what its execution ended with, where Step Functions tells it", () => {
    const cause = JSON.stringify({ errorType: "AwsAccessDenied", errorMessage: "No.\nIt may not delete.\nLet it." });
    const { why } = abortedFailure(operation, {
      keeps: false,
      standing: { ...ended, error: "AwsAccessDenied", cause },
    });
    expect(why).toContain("AwsAccessDenied: No. It may not delete.");
  });
});

describe("a deployment of which only the last step is missing", () => {
  const tiers = { backend: { desired: 6, active: 6 }, client: { desired: 0, active: 0 } };
  const members = nodes(6, { state: "active" });

  it("is completed, and nothing is destroyed", () => {
    expect(decideRecovery(operation, keeping(aCluster({ tiers }), { nodes: members }), ended, NOW)).toEqual({
      kind: "complete",
    });
  });

  it.each([
    { why: "it was cancelled", lease: { isCancelled: true } },
    { why: "it was being put back", lease: { isUndoing: true } },
  ])("is put back all the same when $why", ({ lease }) => {
    const cluster = aCluster({ tiers });
    const held = { ...cluster, lease: { ...(cluster.lease as Lease), ...lease } };
    expect(decideRecovery(operation, keeping(held, { nodes: members }), ended, NOW)).toMatchObject({
      kind: "abandon",
      mustDestroy: true,
    });
  });

  it("is none when a node is missing", () => {
    const missing = aCluster({ tiers: { ...tiers, backend: { desired: 6, active: 5 } } });
    const lost = members.map((node) => (node.index === 5 ? { ...node, state: "lost" as const } : node));
    for (const kept of [keeping(missing, { nodes: members }), keeping(aCluster({ tiers }), { nodes: lost })])
      expect(decideRecovery(operation, kept, ended, NOW)).toMatchObject({ kind: "abandon", mustDestroy: true });
  });

  const verify: HookRun = {
    cluster: "demo",
    tier: "backend",
    hook: "verify",
    operationId: operation.id,
    attempt: 1,
    state: "done",
    commandIds: [],
    sentAt: NOW,
  };

  it.each([
    { when: "has not been asked", hookRuns: [], kind: "abandon" },
    { when: "has been asked, and what it says is not known", hookRuns: [{ state: "sent" }], kind: "abandon" },
    { when: "has said that it is not", hookRuns: [{ state: "failed" }], kind: "abandon" },
    { when: "said so to another operation", hookRuns: [{ operationId: "demo.other" }], kind: "abandon" },
    { when: "has said so", hookRuns: [{}], kind: "complete" },
  ] as const)("whose cluster is to say at the end that it is well, and $when: $kind", ({ hookRuns, kind }) => {
    const whole = { backend: { desired: 6, active: 6 }, client: { desired: 1, active: 1 } };
    const kept = keeping(aCluster({ tiers: whole }), {
      nodes: [...members, ...nodes(1, { tier: "client", state: "active" })],
      hookRuns: hookRuns.map((change) => ({ ...verify, ...change })),
      blueprint: aBlueprint({ tiers: [aTier(), aTier({ name: "client", count: 1, formHooks: ["mount"] })] }),
    });
    expect(decideRecovery(operation, kept, ended, NOW)).toMatchObject({ kind });
  });
});

describe("what a failed operation left", () => {
  const failed = { ...free, status: "failed" } as const;
  const last = { ...operation, status: "failed", endedAt: NOW } as const;

  it.each([
    { of: "a deployment", cluster: failed, last, nodes: 6, must: true },
    { of: "a destruction", cluster: failed, last: { ...last, kind: "destroy" as const }, nodes: 1, must: true },
    { of: "nothing", cluster: failed, last, nodes: 0, must: false },
    { of: "a cluster that works", cluster: { ...failed, status: "ready" as const }, last, nodes: 6, must: false },
    { of: "a cluster that someone has", cluster: { ...failed, lease: aCluster().lease }, last, nodes: 6, must: false },
    { of: "what is to be kept", cluster: { ...failed, spec: kept.spec }, last, nodes: 6, must: false },
    { of: "what was tried often", cluster: { ...failed, recoveries: RECOVERIES_MAX }, last, nodes: 6, must: false },
    { of: "nobody knows whom", cluster: failed, last: undefined, nodes: 6, must: false },
  ])("of $of is put back: $must", ({ cluster, last, nodes, must }) => {
    expect(mustPutBack(cluster, last, nodes, NOW + 10 * 60_000)).toBe(must);
    expect(mustPutBack(cluster, last, nodes, NOW + 10 * 60_000 - 1)).toBe(false);
  });

  it("is named so that it can be told from what people ask for", () => {
    expect(isRecovery(recoveryId("demo", "abc"))).toBe(true);
    expect(isRecovery("demo.01KDVDNA6XCCB1FY078MBB7764")).toBe(false);
  });
});
