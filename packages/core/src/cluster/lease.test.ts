import { aCluster } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Lease } from "./lease.ts";
import { requireLease } from "./lease.ts";

const ref = { cluster: "demo", operationId: "demo.op", fence: 1 };
const held = aCluster();
const withLease = (change: Partial<Lease>) =>
  aCluster({ lease: { operationId: "demo.op", executionArn: "arn:execution", expiresAt: 0, ...change } });

describe("an operation", () => {
  it("goes on with the lease that it holds, expired or not: only a takeover ends it", () => {
    expect(requireLease(held, ref)).toBe(held.lease);
    expect(requireLease(withLease({ expiresAt: 0 }), ref)).toMatchObject({ operationId: "demo.op" });
  });

  it.each([
    { why: "the cluster is gone", cluster: undefined },
    { why: "nobody holds the cluster", cluster: aCluster({ lease: undefined }) },
    { why: "another operation holds it", cluster: withLease({ operationId: "demo.next" }) },
    { why: "its fence has grown", cluster: aCluster({ fence: 2 }) },
    { why: "its fence is older than ours, as after a restore", cluster: aCluster({ fence: 0 }) },
  ])("may not write any more when $why", ({ cluster }) => {
    expect(() => requireLease(cluster, ref)).toThrow(expect.objectContaining({ code: "LeaseLost" }));
    expect(() => requireLease(cluster, ref, { isUndoing: true })).toThrow(
      expect.objectContaining({ code: "LeaseLost" }),
    );
  });

  it("stops when it was cancelled", () => {
    expect(() => requireLease(withLease({ isCancelled: true }), ref)).toThrow(
      expect.objectContaining({ code: "OperationCancelled" }),
    );
  });

  it("stops when what it did is being put back", () => {
    expect(() => requireLease(withLease({ isUndoing: true }), ref)).toThrow(
      expect.objectContaining({ code: "LeaseLost" }),
    );
  });

  it.each([
    { why: "nobody asked to stop", lease: { isCancelled: false }, options: undefined },
    { why: "it is putting things back already", lease: { isUndoing: true }, options: { isUndoing: true } },
    { why: "this step puts things back", lease: { isCancelled: true }, options: { isUndoing: true } },
  ])("goes on when $why", ({ lease, options }) => {
    expect(requireLease(withLease(lease), ref, options)).toMatchObject(lease);
  });
});
