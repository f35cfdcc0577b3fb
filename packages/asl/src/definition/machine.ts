import type { Expression } from "../expression/expression.ts";
import type { Template } from "../expression/template.ts";
import type { Json, JsonObject } from "../json.ts";
import type { TaskResource } from "./resource.ts";

/** A state machine that can be started; made by `compileMachine`. */
export interface Machine {
  readonly definition: JsonObject;
  readonly block: Block;
  /** Seconds after which the execution ends as TIMED_OUT. */
  readonly timeoutSeconds: number | undefined;
}

/** States that run one after the other: the machine, a branch of a Parallel, the processor of a Map. */
export interface Block {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type State =
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | TaskState
  | ParallelState
  | MapState;

export type StateType = State["type"];

/** What a state, a choice rule or a catcher does to data on the way out. */
export interface Transition {
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
  /** Absent: the block ends here. */
  readonly next: string | undefined;
}

interface StateBase extends Transition {
  readonly name: string;
}

export interface PassState extends StateBase {
  readonly type: "Pass";
}

export interface SucceedState extends StateBase {
  readonly type: "Succeed";
}

export interface FailState extends StateBase {
  readonly type: "Fail";
  readonly error: Value | undefined;
  readonly cause: Value | undefined;
}

export interface ChoiceState extends StateBase {
  readonly type: "Choice";
  readonly rules: readonly ChoiceRule[];
}

export interface ChoiceRule extends Transition {
  readonly condition: Value;
}

export interface WaitState extends StateBase {
  readonly type: "Wait";
  readonly until: { readonly seconds: Value } | { readonly timestamp: Value };
}

/** A state that may fail and be tried again. */
interface FallibleBase extends StateBase {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export type FallibleState = TaskState | ParallelState | MapState;

export interface TaskState extends FallibleBase {
  readonly type: "Task";
  readonly resource: TaskResource;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: Value | undefined;
  readonly heartbeatSeconds: Value | undefined;
  readonly credentialsRole: Value | undefined;
}

export interface ParallelState extends FallibleBase {
  readonly type: "Parallel";
  readonly arguments: Template | undefined;
  readonly branches: readonly Block[];
}

export interface MapState extends FallibleBase {
  readonly type: "Map";
  readonly items: Value | undefined;
  readonly itemSelector: Template | undefined;
  readonly processor: Block;
  readonly maxConcurrency: Value | undefined;
  readonly toleratedFailureCount: Value | undefined;
  readonly toleratedFailurePercentage: Value | undefined;
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly jitter: "NONE" | "FULL";
}

export interface Catcher extends Transition {
  readonly errorEquals: readonly string[];
}

/** A field that takes a literal or an expression. */
export type Value =
  | { readonly field: string; readonly literal: Json }
  | { readonly field: string; readonly expression: Expression }
  | { readonly field: string; readonly template: Template };
