import { clusterStore, compute } from "@muster/aws";
import { decideRemoval, endInstances, LEASE_MS, requireLease, stepChange, TAG, type Change } from "@muster/core";
import { defineTask } from "@muster/lambda";
import { terminateNodesInput } from "./event.ts";

/**
 * Ends one round of a cluster's instances: lifts their protection, then asks EC2 to terminate them. Whether they are gone
 * is for a look to find out. From here on the operation cannot be cancelled.
 */
export const terminateNodes = defineTask({
  name: "terminate-nodes",
  environment: ["TABLE_NAME", "STAGE"],
  input: terminateNodesInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: compute(aws),
    stage: environment.STAGE,
  }),
  run: async ({ operation, scope }, { store, compute, stage }, { clock, remainingMs }) => {
    const snapshot = await store.snapshot(operation.cluster);
    // Cancelled or not: what was begun is put back.
    const lease = requireLease(
      snapshot?.cluster && { ...snapshot.cluster, lease: undoing(snapshot.cluster.lease) },
      operation,
    );
    await store.write(operation, [
      { update: "cluster", set: { lease: { ...lease, isUndoing: true, expiresAt: clock.now() + LEASE_MS } } },
    ]);

    const tags = {
      [TAG.stage]: stage,
      [TAG.cluster]: operation.cluster,
      ...(scope === "operation" ? { [TAG.operation]: operation.operationId } : {}),
    };
    const round = decideRemoval(snapshot?.nodes ?? [], await compute.instances(tags));
    const ids = new Set(round.terminate.map((instance) => instance.instanceId));
    const leaving: Change[] = (snapshot?.nodes ?? [])
      .filter((node) => node.instanceId !== undefined && ids.has(node.instanceId) && node.state !== "leaving")
      .map((node) => ({ put: "node", node: { ...node, state: "leaving" } }));
    // Written first: the events of their end are then expected, and wake nobody.
    await store.write(operation, [stepChange(`Terminating ${round.terminate.length} instances`), ...leaving]);

    const unprotect = new Set(round.unprotect.map((instance) => instance.instanceId));
    const ending = round.terminate.map((instance) => ({
      ...instance,
      isProtected: unprotect.has(instance.instanceId),
    }));
    const { refused } = await endInstances({ compute, clock }, ending, clock.now() + remainingMs() - RESERVE_MS);
    return { terminated: ending.length - refused.length, hasMore: round.hasMore || refused.length > 0 };
  },
});

/** What answering may take. */
const RESERVE_MS = 30_000;

function undoing<L extends object>(lease: L | undefined): (L & { isUndoing: true }) | undefined {
  return lease === undefined ? undefined : { ...lease, isUndoing: true };
}

export const { handler } = terminateNodes;
