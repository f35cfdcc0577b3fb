import { MusterError } from "../errors/muster-error.ts";

/** The right to change one cluster: one operation at a time. */
export interface Lease {
  readonly operationId: string;
  /** ARN of the Step Functions execution that holds it. */
  readonly executionArn: string;
  /** Epoch ms. A sign of life, renewed by every look; past it, reconcile asks whether the execution still runs. */
  readonly expiresAt: number;
  /** Someone asked to cancel: the next step that looks gives up and puts things back. */
  readonly isCancelled?: boolean | undefined;
  /** The operation is putting things back; it can no longer be cancelled. */
  readonly isUndoing?: boolean | undefined;
}

/** How long a lease lives without a sign of life. Longer than the longest heartbeat of any wait, several times over. */
export const LEASE_MS = 15 * 60_000;

/** What an operation shows with every write: the cluster, who it is, and the fence it was given. */
export interface OperationRef {
  readonly cluster: string;
  readonly operationId: string;
  readonly fence: number;
}

/** What of a cluster says whose it is. */
export interface Leased {
  readonly name: string;
  readonly fence: number;
  readonly lease?: Lease | undefined;
}

/**
 * Whether this operation may go on.
 * @throws {MusterError} LeaseLost when another one has taken the cluster, or this one is being put back by a step beside;
 * OperationCancelled when someone asked to stop
 */
export function requireLease(
  cluster: Leased | undefined,
  ref: OperationRef,
  /** Whether this is a step that puts things back: that goes on, cancelled or not, and once it has begun, no other does. */
  step: { readonly isUndoing: boolean } = { isUndoing: false },
): Lease {
  const lease = cluster?.lease;
  if (
    cluster === undefined ||
    lease === undefined ||
    cluster.fence !== ref.fence ||
    lease.operationId !== ref.operationId
  ) {
    throw leaseLost(ref, `${whyLost(cluster, ref)} (LeaseLost)`);
  }
  if (step.isUndoing) return lease;
  if (lease.isCancelled === true) throw operationCancelled(ref.operationId);
  if (lease.isUndoing === true) throw leaseLost(ref, "What it did is being put back. (LeaseLost)");
  return lease;
}

/** `why`: a sentence; `cause`: the error that told it. */
export function leaseLost(ref: OperationRef, why: string, cause?: unknown): MusterError {
  return new MusterError("LeaseLost", {
    what: `Operation ${ref.operationId} may not change cluster ${ref.cluster} any more.`,
    why,
    remedy: `See what happened: muster cluster get ${ref.cluster}.`,
    cause,
  });
}

function whyLost(cluster: Leased | undefined, ref: OperationRef): string {
  if (cluster === undefined) return "There is no such cluster any more.";
  if (cluster.lease === undefined) return "It has ended: the cluster is nobody's now.";
  return `Operation ${cluster.lease.operationId} has taken it: its fence is ${cluster.fence}, and this one shows ${ref.fence}.`;
}

export function operationCancelled(operationId: string): MusterError {
  return new MusterError("OperationCancelled", {
    what: `Operation ${operationId} was cancelled.`,
    why: "Someone asked for it (OperationCancelled).",
    remedy: "Start it again when you want it.",
  });
}
