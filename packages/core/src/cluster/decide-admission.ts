import { MusterError } from "../errors/muster-error.ts";
import type { OperationKind } from "../operation/operation.ts";
import type { Cluster } from "./cluster.ts";

/**
 * Whether an operation may take the cluster, given what is there. `holderRuns` says whether the execution that holds
 * the lease can still act; a lease is never taken from one that can.
 * @throws {MusterError} ClusterExists, ClusterNotFound or ClusterBusy
 */
export function checkAdmission(
  kind: OperationKind,
  name: string,
  cluster: (Cluster & { readonly hasNodes: boolean }) | undefined,
  holder: { executionArn: string; holderRuns: boolean },
): void {
  if (cluster?.lease !== undefined && holder.holderRuns && cluster.lease.executionArn !== holder.executionArn) {
    throw new MusterError("ClusterBusy", {
      what: `Cluster ${name} is being changed by operation ${cluster.lease.operationId}.`,
      why: "One operation at a time may change a cluster (ClusterBusy).",
      remedy: `Wait for it (muster cluster watch ${name}), or cancel it (muster operation cancel ${cluster.lease.operationId}).`,
      details: { operationId: cluster.lease.operationId },
    });
  }
  switch (kind) {
    case "deploy":
      // A failed deployment left nothing but its record, unless it was told to keep what it launched.
      if (cluster !== undefined && (cluster.status !== "failed" || cluster.hasNodes)) throw clusterExists(cluster);
      return;
    case "destroy":
      if (cluster === undefined) throw clusterNotFound(name);
      return;
  }
}

export function clusterNotFound(name: string): MusterError {
  return new MusterError("ClusterNotFound", {
    what: `There is no cluster ${name}.`,
    why: "No cluster of that name is known in this account and region (ClusterNotFound).",
    remedy: "See the clusters there are: muster cluster list.",
  });
}

function clusterExists(cluster: Cluster): MusterError {
  return new MusterError("ClusterExists", {
    what: `Cluster ${cluster.name} exists already, and is ${cluster.status}.`,
    why: "A name stands for one cluster in an account and region (ClusterExists).",
    remedy: `Choose another name, or destroy this one first: muster cluster destroy ${cluster.name} --confirm ${cluster.name}.`,
  });
}
