/** The right to change one cluster: one operation at a time. */
export interface Lease {
  readonly operationId: string;
  /** ARN of the Step Functions execution that holds it. */
  readonly executionArn: string;
  /** Epoch ms. A sign of life, renewed by every look; past it, reconcile asks whether the execution still runs. */
  readonly expiresAt: number;
}

/** How long a lease lives without a sign of life. Longer than the longest heartbeat of any wait, several times over. */
export const LEASE_MS = 15 * 60_000;

/** What an operation shows with every write: the cluster, who it is, and the fence it was given. */
export interface OperationRef {
  readonly cluster: string;
  readonly operationId: string;
  readonly fence: number;
}
