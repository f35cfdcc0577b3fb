/** What an operation waits for. */
export type WaitKind = "nodes-online" | "hook" | "nodes-gone";

/** Which instances a removal is about: all of the cluster, or those that the operation launched. */
export type RemovalScope = "cluster" | "operation";

/**
 * What the operation of a cluster waits for now: at most one thing at a time. An event wakes it, a heartbeat makes it
 * look anyway; both only look, and the reads decide.
 */
export interface Wait {
  readonly cluster: string;
  readonly operationId: string;
  readonly fence: number;
  readonly kind: WaitKind;
  readonly tier?: string | undefined;
  readonly hook?: string | undefined;
  readonly scope?: RemovalScope | undefined;
  /** Step Functions task token: whoever finds the wait over answers it, once. */
  readonly token: string;
  /** Epoch ms of the first look of this wait; a new heartbeat does not move it. */
  readonly since: number;
  /** Id of the SSM command that it waits for, by which its event finds it. */
  readonly commandId?: string | undefined;
}
