import type { Clock, Random } from "@muster/core";
import type { TaskResource } from "../definition/resource.ts";
import type { Json } from "../json.ts";
import type { TaskTokens } from "./tokens.ts";

/** What an execution takes from outside: time, chance, who it is, and someone who performs its tasks. */
export interface Host {
  readonly clock: Clock;
  /** A stream of the execution's own: jitter, `$random`, `$uuid`. */
  readonly random: Random;
  readonly identity: Identity;
  /** Issues and answers task tokens; executions of one service share it. */
  readonly tokens: TaskTokens;
  /**
   * Performs one attempt of a task.
   *
   * - request-response: resolves with the result.
   * - sync and sync:2: calls `task.submitted` with the first answer, and resolves with the result of the job.
   * - waitForTaskToken: resolves with the first answer; the result comes through the token.
   * - activity: resolves with `{ workerName }` when a worker has taken it; the result comes through the token.
   *
   * Results are JSON. Rejects with TaskFailedError for an error of the task, and with MachineFaultError for a fault of
   * the machine; any other rejection is a bug, and rejects the execution's `done`.
   */
  readonly perform: (task: TaskCall) => Promise<unknown>;
}

/** `$states.context.Execution` and `.StateMachine`, as far as they are known before the start. */
export interface Identity {
  readonly executionArn: string;
  readonly executionName: string;
  readonly roleArn: string;
  readonly stateMachineArn: string;
  readonly stateMachineName: string;
  /** ARN of the version that runs, when one was asked for. */
  readonly stateMachineVersionArn?: string | undefined;
}

/** One attempt of a task. */
export interface TaskCall {
  readonly stateName: string;
  readonly resource: TaskResource;
  readonly arguments: Json;
  /** For waitForTaskToken and activities. */
  readonly taskToken: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  /** The role of Credentials, when the state has them. */
  readonly credentialsRoleArn: string | undefined;
  /** The enclosing Map iterations, outermost first. */
  readonly iterations: readonly { readonly stateName: string; readonly index: number }[];
  /** The job was taken; its first answer is what history shows as TaskSubmitted. For sync and sync:2. */
  readonly submitted: (output: Json) => void;
  /** Calls `run` when the result is no longer wanted: stopped, timed out, or a sibling failed. */
  readonly onCancel: (run: () => void) => void;
}

/** The task's own failure, with AWS's error name and cause. */
export class TaskFailedError extends Error {
  override readonly name = "TaskFailedError";
  readonly error: string | undefined;
  readonly causeText: string | undefined;

  constructor(error: string | undefined, cause: string | undefined) {
    super(`${error ?? "no error name"}: ${cause ?? ""}`);
    this.error = error;
    this.causeText = cause;
  }
}

/** The task cannot be done at all, whoever tries again: the execution ends with States.Runtime, which nothing catches. */
export class MachineFaultError extends Error {
  override readonly name = "MachineFaultError";
}
