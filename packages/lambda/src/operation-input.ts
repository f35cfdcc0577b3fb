import { requireLease, type Cluster, type ClusterSnapshot, type ClusterStore, type OperationRef } from "@muster/core";
import * as z from "zod/mini";

/** What every step of a workflow is handed: which cluster, which operation, and the fence that it shows. */
export const operationRef = z.strictObject({
  cluster: z.string(),
  operationId: z.string(),
  fence: z.int(),
});

/**
 * Put into the input of a workflow by the one that starts it, so that the console links the two. Whoever reads a workflow's
 * whole input has to know it. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-nested-workflows.html
 */
export const startedBy = { AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: z.optional(z.string()) };

/**
 * Everything kept of the operation's cluster, read once.
 * @throws {MusterError} LeaseLost or OperationCancelled
 */
export async function readOperation(
  store: ClusterStore,
  ref: OperationRef,
  step?: { readonly isUndoing: boolean },
): Promise<ClusterSnapshot> {
  const snapshot = await store.snapshot(ref.cluster);
  requireLease(snapshot?.cluster, ref, step);
  return snapshot as ClusterSnapshot & { cluster: Cluster };
}
