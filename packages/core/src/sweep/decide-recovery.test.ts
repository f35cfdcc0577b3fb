import { aCluster, aSpec, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Operation } from "../operation/operation.ts";
import { abortedFailure, decideRecovery, START_WITHIN_MS } from "./decide-recovery.ts";

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
    expect(decideRecovery(operation, aCluster(), isRunning, NOW + after)).toBeUndefined();
  });

  it("ends when no workflow began in time, and nothing is destroyed for it: it has touched nothing", () => {
    const requested = { ...operation, status: "requested" } as const;
    const recovery = decideRecovery(requested, aCluster(), false, NOW + START_WITHIN_MS + 1);
    expect(recovery).toMatchObject({ mustDestroy: false, failure: { code: "OperationAborted" } });
    expect(recovery?.failure.what).toContain("never started");
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
      const recovery = decideRecovery({ ...operation, kind }, cluster, false, NOW);
      expect(recovery).toMatchObject({ mustDestroy, failure: { code: "OperationAborted" } });
    },
  );
});

describe("what is said of an aborted operation", () => {
  it.each([
    { keeps: true, next: "muster cluster destroy demo" },
    { keeps: false, next: "muster cluster watch demo" },
  ])("names the next command (kept: $keeps)", ({ keeps, next }) => {
    expect(abortedFailure(operation, keeps).remedy).toContain(next);
  });

  it("says that things are kept only where they are", () => {
    const said = (cluster: typeof kept) => decideRecovery(operation, cluster, false, NOW)?.failure.remedy;
    expect(said(kept)).toContain("keepOnFailure");
    expect(said(aCluster())).not.toContain("keepOnFailure");
  });
});
