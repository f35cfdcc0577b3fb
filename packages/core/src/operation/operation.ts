import { MusterError } from "../errors/muster-error.ts";
import type { Failure } from "../errors/failure.ts";
import type { Finding } from "../preflight/finding.ts";

export type OperationKind = "deploy" | "destroy";

/** `requested`: accepted by the API, its execution has not said hello yet. */
export type OperationStatus = "requested" | "running" | "succeeded" | "failed" | "cancelled" | "refused";

/** One change of one cluster = one Step Functions execution. */
export interface Operation {
  /** `<cluster>.<ulid>`, and at the same time the execution's name when Muster started it. */
  readonly id: string;
  readonly cluster: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly executionArn?: string | undefined;
  /** What it does now, for a person; the last thing it did when it has ended. */
  readonly step: string;
  readonly cancelRequested: boolean;
  readonly findings: readonly Finding[];
  readonly failure?: Failure | undefined;
  /** Epoch ms. */
  readonly requestedAt: number;
  readonly endedAt?: number | undefined;
}

export function isEnded(operation: Pick<Operation, "status">): boolean {
  return operation.status !== "requested" && operation.status !== "running";
}

/**
 * The id of the operation that an execution performs. Executions that Muster starts are named like their operation; one
 * started by hand in the console has a name of its own, which becomes the part after the cluster's.
 */
export function operationIdOf(cluster: string, executionName: string): string {
  return executionName.startsWith(`${cluster}.`) ? executionName : `${cluster}.${executionName}`;
}

/** A cluster name (32), a dot and a UUID (36) fit; Step Functions allows names of 80, SSM comments of 100 with more in them. */
export const OPERATION_ID_CHARACTERS_MAX = 72;

/** The cluster that an operation id names; undefined when it is no operation id. */
export function clusterOfOperation(id: string): string | undefined {
  const dot = id.indexOf(".");
  return dot > 0 ? id.slice(0, dot) : undefined;
}

export function operationNotFound(id: string): MusterError {
  return new MusterError("OperationNotFound", {
    what: `There is no operation ${id}.`,
    why: "No operation of that id is known in this account and region (OperationNotFound).",
    remedy: "See a cluster's last operation: muster cluster get NAME.",
  });
}
