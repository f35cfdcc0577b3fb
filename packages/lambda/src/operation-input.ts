import { requireLease, type Cluster, type ClusterSnapshot, type ClusterStore, type OperationRef } from "@muster/core";
import * as z from "zod/mini";

/** What every step of a workflow is handed: which cluster, which operation, and the fence that it shows. */
export const operationRef = z.strictObject({
  cluster: z.string(),
  operationId: z.string(),
  fence: z.int(),
});

/**
 * Everything kept of the operation's cluster, read once.
 * @throws {MusterError} LeaseLost or OperationCancelled
 */
export async function readOperation(store: ClusterStore, ref: OperationRef): Promise<ClusterSnapshot> {
  const snapshot = await store.snapshot(ref.cluster);
  requireLease(snapshot?.cluster, ref);
  return snapshot as ClusterSnapshot & { cluster: Cluster };
}
