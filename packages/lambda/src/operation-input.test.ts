import type { ClusterSnapshot, ClusterStore } from "@muster/core";
import { aCluster, aSnapshot } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { operationRef, readOperation } from "./operation-input.ts";

const ref = { cluster: "demo", operationId: "demo.op", fence: 1 };
const storeWith = (snapshot: ClusterSnapshot | undefined) =>
  ({
    snapshot: async (name: string) => (name === "demo" ? snapshot : undefined),
  }) as Partial<ClusterStore> as ClusterStore;

describe("what a step is handed", () => {
  it.each([
    { why: "the fence is missing", input: { cluster: "demo", operationId: "demo.op" } },
    { why: "the fence is no whole number", input: { ...ref, fence: 1.5 } },
    { why: "there is more", input: { ...ref, colour: "red" } },
  ])("is refused when $why", ({ input }) => {
    expect(operationRef.safeParse(input).success).toBe(false);
  });

  it("is read once, with everything that is kept of its cluster", async () => {
    const snapshot = aSnapshot();
    expect(await readOperation(storeWith(snapshot), ref)).toBe(snapshot);
  });

  it.each([
    { why: "the cluster is gone", snapshot: undefined, code: "LeaseLost" },
    { why: "another took it over", snapshot: aSnapshot({ cluster: aCluster({ fence: 2 }) }), code: "LeaseLost" },
    {
      why: "it was cancelled",
      snapshot: aSnapshot({
        cluster: aCluster({ lease: { operationId: "demo.op", executionArn: "a", expiresAt: 0, isCancelled: true } }),
      }),
      code: "OperationCancelled",
    },
  ])("is $code when $why", async ({ snapshot, code }) => {
    await expect(readOperation(storeWith(snapshot), ref)).rejects.toMatchObject({ code });
  });
});
