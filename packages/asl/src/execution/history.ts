import type { StateType } from "../definition/machine.ts";
import { MAX_HISTORY_EVENTS } from "../limits.ts";
import { RuntimeFailure, type FailureDetails } from "./failure.ts";

/** An event as GetExecutionHistory shows it; only its timestamp is a number, epoch ms. */
export interface HistoryEvent extends EventDetails {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: EventType;
}

export type EventType =
  | "ActivityFailed"
  | "ActivityScheduled"
  | "ActivityStarted"
  | "ActivitySucceeded"
  | "ActivityTimedOut"
  | "EvaluationFailed"
  | "ExecutionAborted"
  | "ExecutionFailed"
  | "ExecutionStarted"
  | "ExecutionSucceeded"
  | "ExecutionTimedOut"
  | "LambdaFunctionFailed"
  | "LambdaFunctionScheduled"
  | "LambdaFunctionStarted"
  | "LambdaFunctionSucceeded"
  | "LambdaFunctionTimedOut"
  | "MapIterationAborted"
  | "MapIterationFailed"
  | "MapIterationStarted"
  | "MapIterationSucceeded"
  | "TaskFailed"
  | "TaskScheduled"
  | "TaskStarted"
  | "TaskSubmitFailed"
  | "TaskSubmitted"
  | "TaskSucceeded"
  | "TaskTimedOut"
  | `${StateType}StateEntered`
  | `${Exclude<StateType, "Fail">}StateExited`
  | `${"Map" | "Parallel"}State${"Failed" | "Started" | "Succeeded"}`
  | `${"Map" | "Parallel" | "Task" | "Wait"}StateAborted`;

interface DataDetails {
  readonly truncated: boolean;
}

interface ServiceTaskDetails {
  readonly resourceType: string;
  readonly resource: string;
}

/** What an event carries, under AWS's own member names. */
export interface EventDetails {
  readonly activityFailedEventDetails?: FailureDetails;
  readonly activityScheduledEventDetails?: {
    readonly resource: string;
    readonly input: string;
    readonly inputDetails: DataDetails;
    readonly timeoutInSeconds?: number;
    readonly heartbeatInSeconds?: number;
  };
  readonly activityStartedEventDetails?: { readonly workerName?: string };
  readonly activitySucceededEventDetails?: OutputDetails;
  readonly activityTimedOutEventDetails?: FailureDetails;
  readonly evaluationFailedEventDetails?: FailureDetails & { readonly location?: string; readonly state: string };
  readonly executionAbortedEventDetails?: FailureDetails;
  readonly executionFailedEventDetails?: FailureDetails;
  readonly executionStartedEventDetails?: {
    readonly input: string;
    readonly inputDetails: DataDetails;
    readonly roleArn: string;
    readonly stateMachineVersionArn?: string;
  };
  readonly executionSucceededEventDetails?: OutputDetails;
  readonly executionTimedOutEventDetails?: FailureDetails;
  readonly lambdaFunctionFailedEventDetails?: FailureDetails;
  readonly lambdaFunctionScheduledEventDetails?: {
    readonly resource: string;
    readonly input: string;
    readonly inputDetails: DataDetails;
    readonly timeoutInSeconds?: number;
    readonly taskCredentials?: { readonly roleArn: string };
  };
  readonly lambdaFunctionSucceededEventDetails?: OutputDetails;
  readonly lambdaFunctionTimedOutEventDetails?: FailureDetails;
  readonly mapIterationAbortedEventDetails?: IterationDetails;
  readonly mapIterationFailedEventDetails?: IterationDetails;
  readonly mapIterationStartedEventDetails?: IterationDetails;
  readonly mapIterationSucceededEventDetails?: IterationDetails;
  readonly mapStateStartedEventDetails?: { readonly length: number };
  readonly stateEnteredEventDetails?: {
    readonly name: string;
    readonly input: string;
    readonly inputDetails: DataDetails;
  };
  readonly stateExitedEventDetails?: OutputDetails & {
    readonly name: string;
    readonly assignedVariables?: Readonly<Record<string, string>>;
    readonly assignedVariablesDetails?: DataDetails;
  };
  readonly taskFailedEventDetails?: ServiceTaskDetails & FailureDetails;
  readonly taskScheduledEventDetails?: ServiceTaskDetails & {
    readonly region: string;
    readonly parameters: string;
    readonly timeoutInSeconds?: number;
    readonly heartbeatInSeconds?: number;
    readonly taskCredentials?: { readonly roleArn: string };
  };
  readonly taskStartedEventDetails?: ServiceTaskDetails;
  readonly taskSubmitFailedEventDetails?: ServiceTaskDetails & FailureDetails;
  readonly taskSubmittedEventDetails?: ServiceTaskDetails & OutputDetails;
  readonly taskSucceededEventDetails?: ServiceTaskDetails & OutputDetails;
  readonly taskTimedOutEventDetails?: ServiceTaskDetails & FailureDetails;
}

interface OutputDetails {
  readonly output: string;
  readonly outputDetails: DataDetails;
}

interface IterationDetails {
  readonly name: string;
  readonly index: number;
}

/** Said of every payload in a history: nothing is cut short. */
export const NOT_TRUNCATED: DataDetails = { truncated: false };

export function outputDetails(text: string): OutputDetails {
  return { output: text, outputDetails: NOT_TRUNCATED };
}

/** The events of one execution, in order. */
export class History {
  readonly #events: HistoryEvent[] = [];
  #closed = false;

  get events(): readonly HistoryEvent[] {
    return this.#events;
  }

  /**
   * Adds an event and answers its id.
   * @throws {RuntimeFailure} when only the place of the failure itself is left: AWS keeps 25,000 events
   */
  add(event: {
    type: EventType;
    previousEventId: number;
    timestamp: number;
    details?: EventDetails | undefined;
  }): number {
    if (this.#events.length >= MAX_HISTORY_EVENTS - 1) {
      throw new RuntimeFailure(`The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`);
    }
    return this.#push(event);
  }

  /** Adds the last event; there is always room for it, and nothing after it. */
  close(event: { type: EventType; previousEventId: number; timestamp: number; details: EventDetails }): void {
    this.#push(event);
    this.#closed = true;
  }

  #push(event: {
    type: EventType;
    previousEventId: number;
    timestamp: number;
    details?: EventDetails | undefined;
  }): number {
    if (this.#closed) throw new Error(`${event.type} after the end of the history`);
    const id = this.#events.length + 1;
    const { type, previousEventId, timestamp, details } = event;
    this.#events.push({ id, previousEventId, timestamp, type, ...details });
    return id;
  }
}
