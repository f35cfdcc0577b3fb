import type { Cluster } from "../cluster/cluster.ts";
import type { Failure } from "../errors/failure.ts";
import type { Operation } from "../operation/operation.ts";

/** What becomes of an operation whose workflow can no longer act. */
export interface Recovery {
  readonly failure: Failure;
  /** Put back what it launched: its cluster is destroyed. */
  readonly mustDestroy: boolean;
}

/** An execution that nobody started within this time never will be. */
export const START_WITHIN_MS = 10 * 60_000;

/**
 * Decides about an open operation. Undefined: leave it alone. Executions end without a last step when someone stops them
 * in the console, or when Step Functions itself gives them up; then nobody is left to put things back but the sweep.
 */
export function decideRecovery(
  operation: Operation,
  cluster: Cluster | undefined,
  isRunning: boolean,
  now: number,
): Recovery | undefined {
  if (isRunning) return undefined;
  if (operation.status === "requested")
    return now - operation.requestedAt > START_WITHIN_MS
      ? { failure: neverStarted(operation), mustDestroy: false }
      : undefined;
  const holds = cluster?.lease?.operationId === operation.id;
  const keeps = operation.kind === "deploy" && cluster?.spec.keepOnFailure === true;
  return { failure: abortedFailure(operation, keeps), mustDestroy: holds && !keeps };
}

function neverStarted(operation: Operation): Failure {
  return {
    code: "OperationAborted",
    what: `Operation ${operation.id} never started.`,
    why: "It was accepted, and no workflow began within ten minutes (OperationAborted).",
    remedy: "Start it again.",
  };
}

/** What is said of an operation whose workflow ended without its last step. */
export function abortedFailure(operation: Pick<Operation, "id" | "cluster">, keeps: boolean): Failure {
  return {
    code: "OperationAborted",
    what: `Operation ${operation.id} was aborted.`,
    why: "Its workflow ended without its last step: someone stopped it in the console, or Step Functions gave it up (OperationAborted).",
    remedy: keeps
      ? `What it launched is kept (keepOnFailure). When you have looked at it: muster cluster destroy ${operation.cluster}.`
      : `What it launched is being put back: muster cluster watch ${operation.cluster}. Then start it again.`,
  };
}
