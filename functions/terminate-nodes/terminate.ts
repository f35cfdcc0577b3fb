import {
  clusterTags,
  decideRemoval,
  endInstances,
  LEASE_MS,
  requireLease,
  stepChange,
  TAG,
  type Change,
  type ClusterStore,
  type InstanceEnder,
  type InstanceReader,
  type RemovalScope,
  type OperationRef,
} from "@muster/core";
import type { Context } from "@muster/lambda";

interface Ports {
  readonly store: ClusterStore;
  readonly compute: InstanceReader & InstanceEnder;
  readonly stage: string;
}

/** One round. `hasMore`: there are instances that this round did not take, or that EC2 refused. */
export async function terminate(
  { operation, scope }: { operation: OperationRef; scope: RemovalScope },
  { store, compute, stage }: Ports,
  { clock, remainingMs }: Context,
): Promise<{ terminated: number; hasMore: boolean }> {
  const snapshot = await store.snapshot(operation.cluster);
  requireLease(snapshot?.cluster, operation, { isUndoing: true });
  await store.write(operation, [{ renew: "lease", expiresAt: clock.now() + LEASE_MS, isUndoing: true }]);

  const own = scope === "operation" ? { [TAG.operation]: operation.operationId } : {};
  const instances = await compute.instances({ ...clusterTags(stage, operation.cluster), ...own });
  const round = decideRemoval(snapshot?.nodes ?? [], instances);
  const ids = new Set(round.terminate.map((instance) => instance.instanceId));
  const leaving: Change[] = (snapshot?.nodes ?? [])
    .filter((node) => node.instanceId !== undefined && ids.has(node.instanceId) && node.state !== "leaving")
    .map((node) => ({ put: "node", node: { ...node, state: "leaving" } }));
  // Written first: the events of their end are then expected, and wake nobody.
  await store.write(operation, [stepChange(`Terminating ${round.terminate.length} instances`), ...leaving]);

  const isProtected = new Set(round.unprotect.map((instance) => instance.instanceId));
  const ending = round.terminate.map((instance) => ({
    ...instance,
    isProtected: isProtected.has(instance.instanceId),
  }));
  const { refused } = await endInstances({ compute, clock }, ending, clock.now() + remainingMs() - RESERVE_MS);
  return { terminated: ending.length - refused.length, hasMore: round.hasMore || refused.length > 0 };
}

/** What answering may take. */
const RESERVE_MS = 30_000;
