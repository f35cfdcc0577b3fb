import { aCluster, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { OperationKind } from "../operation/operation.ts";
import type { ClusterStatus } from "./cluster.ts";
import { checkAdmission } from "./decide-admission.ts";

const mine = "arn:mine";
const lease = { operationId: "demo.other", executionArn: "arn:other", expiresAt: NOW };

interface Found {
  readonly status?: ClusterStatus;
  readonly hasNodes?: boolean;
  readonly lease?: typeof lease;
}

function admit(kind: OperationKind, found: Found | undefined, holderRuns = false): string {
  const { lease: held, hasNodes = true, status = "ready" } = found ?? {};
  const cluster = found && { ...aCluster({ status, lease: held }), hasNodes };
  try {
    checkAdmission(kind, "demo", cluster, { executionArn: mine, holderRuns });
    return "admitted";
  } catch (error) {
    return (error as Error).name;
  }
}

const statuses: readonly ClusterStatus[] = ["deploying", "ready", "changing", "destroying", "failed"];

describe("a deployment is admitted", () => {
  it("when there is no such cluster", () => {
    expect(admit("deploy", undefined)).toBe("admitted");
  });

  it.each(statuses)("when what is there (%s) has failed and left nothing, and not otherwise", (status) => {
    const isFree = status === "failed";
    expect(admit("deploy", { status, hasNodes: false })).toBe(isFree ? "admitted" : "ClusterExists");
    expect(admit("deploy", { status, hasNodes: true })).toBe("ClusterExists");
  });
});

describe("a destruction is admitted", () => {
  it("of whatever is there, however it stands, and not of nothing", () => {
    expect(statuses.map((status) => admit("destroy", { status }))).toEqual(statuses.map(() => "admitted"));
    expect(admit("destroy", undefined)).toBe("ClusterNotFound");
  });
});

describe("a cluster that an operation holds", () => {
  it.each(["deploy", "destroy"] as const)("is busy for a %s while its execution can act", (kind) => {
    expect(admit(kind, { lease, status: "failed", hasNodes: false }, true)).toBe("ClusterBusy");
  });

  it("may be taken over when its execution has ended, and not because its lease has expired", () => {
    const expired = { ...lease, expiresAt: 0 };
    expect(admit("destroy", { lease: expired }, false)).toBe("admitted");
    expect(admit("destroy", { lease: expired }, true)).toBe("ClusterBusy");
  });

  it("is not busy for the execution that holds it: the same step came again", () => {
    expect(admit("destroy", { lease: { ...lease, executionArn: mine } }, true)).toBe("admitted");
  });

  it("names its holder, so that a person can wait for it or cancel it", () => {
    const cluster = { ...aCluster({ lease }), hasNodes: true };
    const admission = () => checkAdmission("destroy", "demo", cluster, { executionArn: mine, holderRuns: true });
    expect(admission).toThrow("muster operation cancel demo.other");
    expect(admission).toThrow(expect.objectContaining({ details: { operationId: "demo.other" } }));
  });
});
