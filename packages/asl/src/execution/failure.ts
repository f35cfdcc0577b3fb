import type { JsonObject } from "../json.ts";

/** The error names of the language that the interpreter itself raises or treats on its own. */
export const StatesError = {
  all: "States.ALL",
  dataLimitExceeded: "States.DataLimitExceeded",
  exceedToleratedFailureThreshold: "States.ExceedToleratedFailureThreshold",
  heartbeatTimeout: "States.HeartbeatTimeout",
  queryEvaluationError: "States.QueryEvaluationError",
  runtime: "States.Runtime",
  taskFailed: "States.TaskFailed",
  timeout: "States.Timeout",
} as const;

/** A state failed in a way that Retry and Catch may handle. */
export class StateFailure extends Error {
  override readonly name = "StateFailure";
  /** Absent when SendTaskFailure or a Fail state gave none. */
  readonly errorName: string | undefined;
  readonly causeText: string | undefined;
  /** A timeout has no cause in history, and an empty one in `$states.errorOutput` (recorded on AWS). */
  readonly isTimeout: boolean;
  /** What ran out was the time between two heartbeats. */
  readonly isHeartbeat: boolean;

  constructor(options: { error?: string | undefined; cause?: string | undefined; heartbeat?: boolean }) {
    super(`${options.error ?? "no error name"}: ${options.cause ?? ""}`);
    this.errorName = options.error;
    this.causeText = options.cause;
    this.isHeartbeat = options.heartbeat ?? false;
    this.isTimeout = this.isHeartbeat || (options.error === StatesError.timeout && options.cause === undefined);
  }

  /** `$states.errorOutput`. */
  get output(): JsonObject {
    return { Error: this.errorName ?? null, Cause: this.causeText ?? (this.isTimeout ? "" : null) };
  }

  /** `error` and `cause` as events and DescribeExecution carry them: absent when there is none. */
  get details(): FailureDetails {
    return failureDetails(this.errorName, this.causeText);
  }
}

/** A fault of the machine itself (States.Runtime): it ends the execution, and nothing may retry or catch it. */
export class RuntimeFailure extends Error {
  override readonly name = "RuntimeFailure";

  get details(): FailureDetails {
    return failureDetails(StatesError.runtime, this.message);
  }
}

/** Thrown inside a branch that is no longer wanted: its siblings failed, or the execution ended. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

export interface FailureDetails {
  readonly error?: string;
  readonly cause?: string;
}

export function failureDetails(error: string | undefined, cause: string | undefined): FailureDetails {
  return { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
}

/** AWS's words before what went wrong in a state. */
export function inState(stateName: string, enteredEventId: number, what: string): string {
  return `An error occurred while executing the state '${stateName}' (entered at the event id #${enteredEventId}). ${what}`;
}

/** States.DataLimitExceeded in AWS's words; `source` is the state's name, or the resource whose result is too large. */
export function dataLimitExceeded(source: string): StateFailure {
  return new StateFailure({
    error: StatesError.dataLimitExceeded,
    cause: `The state/task '${source}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  });
}
