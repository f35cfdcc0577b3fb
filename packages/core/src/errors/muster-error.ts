/**
 * Every error that Muster throws on purpose, by who has to act on it: `caller` (change the request), `operator` (change
 * the account or the product), `retry` (the same again, later), `bug` (us). Step Functions matches on these names, so a
 * name is wire format: never rename one, never let a minifier make one.
 */
export const errorCodes = {
  /** The spec breaks at least one rule; all broken rules are listed. */
  SpecInvalid: "caller",
  /** A request or an event does not have the shape that its function documents. */
  InputInvalid: "caller",
  /** A deploy names a cluster that exists. */
  ClusterExists: "caller",
  ClusterNotFound: "caller",
  OperationNotFound: "caller",
  /** Another operation holds the cluster's lease, and its execution runs. */
  ClusterBusy: "caller",
  /** A destructive request does not repeat the cluster's name. */
  ConfirmationMissing: "caller",
  /** The same Idempotency-Key came with another request. */
  IdempotencyConflict: "caller",
  /** Someone asked to cancel the operation. */
  OperationCancelled: "caller",
  /** The operation's workflow ended without its last step. */
  OperationAborted: "caller",
  /** The operation has ended, or cannot be cancelled any more. */
  NotCancellable: "caller",
  /** At least one limit of the account, network or product is in the way; nothing was launched. */
  PreflightFailed: "operator",
  /** No candidate of a tier has capacity. */
  CapacityUnavailable: "operator",
  /** EC2 refused a launch for a reason that another candidate would not change. */
  LaunchRefused: "operator",
  /** Nodes did not come online in time, or died, more often than the operation may replace them. */
  NodesLost: "operator",
  /** The SSM agent of a node's image is older than Muster's documents need. */
  AgentTooOld: "operator",
  /** A hook failed on a node as often as it may. */
  HookFailed: "operator",
  /** A hook did not end in time. */
  HookTimedOut: "operator",
  /** AWS says that Muster's own role may not do something. */
  AwsAccessDenied: "operator",
  /** IAM does not delete a role, because someone added something to it. */
  RoleInUse: "operator",
  /** Something could not be put back; the error says what is left and what to do. */
  RemovalIncomplete: "operator",
  /** AWS throttled or failed for longer than one invocation can wait. */
  AwsUnavailable: "retry",
  /** Another invocation of the same step is at the same work: look again when it has got further. */
  StepOvertaken: "retry",
  /** The operation's lease was taken over: this execution may not write any more. */
  LeaseLost: "bug",
  /** AWS answered with an error that Muster does not know. */
  AwsUnexpected: "bug",
} as const;

export type ErrorCode = keyof typeof errorCodes;
export type ErrorActor = (typeof errorCodes)[ErrorCode];

/** One clear error: what happened, why, and what to do. */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** Machine-readable facts: JSON, small, never a secret. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    text: { what: string; why: string; remedy: string; details?: Record<string, unknown>; cause?: unknown },
  ) {
    super([text.what, text.why, text.remedy].join("\n"), text.cause === undefined ? {} : { cause: text.cause });
    this.name = code;
    this.code = code;
    this.what = text.what;
    this.why = text.why;
    this.remedy = text.remedy;
    this.details = text.details ?? {};
  }

  get actor(): ErrorActor {
    return errorCodes[this.code];
  }
}

/** Whether it is that error (or any of ours, when no code is given). */
export function isMusterError(error: unknown, ...codes: readonly ErrorCode[]): error is MusterError {
  return error instanceof MusterError && (codes.length === 0 || codes.includes(error.code));
}
