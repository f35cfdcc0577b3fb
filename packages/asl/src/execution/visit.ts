import type { State, Transition, Value } from "../definition/machine.ts";
import type { Bindings } from "../expression/expression.ts";
import { evaluateField, evaluateTyped, QueryError, type ExpectedType } from "../expression/field.ts";
import { jsonType, Payload, type Json, type JsonObject } from "../json.ts";
import { MAX_PAYLOAD_BYTES } from "../limits.ts";
import { dataLimitExceeded, inState, StateFailure, StatesError } from "./failure.ts";
import type { Thread } from "./thread.ts";

/** How a state was left. */
export interface Exit {
  readonly output: Payload;
  /** Variables set, each as JSON text, as history shows them. */
  readonly assigned: Readonly<Record<string, string>> | undefined;
  /** Absent: the block ends here. */
  readonly next: string | undefined;
}

/** What `$states` holds besides input and context. */
export interface StatesExtra {
  readonly result?: Json;
  readonly errorOutput?: Json;
}

export interface VisitOptions {
  /** Absent when the state is tested by itself. */
  readonly enteredEventId?: number;
  /** `$states.context`, when it is not the execution's own. */
  readonly context?: JsonObject;
}

/** One stay in one state: its input, its context object, and the evaluation of its fields. */
export class Visit<S extends State = State> {
  readonly thread: Thread;
  readonly state: S;
  readonly input: Payload;
  readonly #enteredEventId: number | undefined;
  readonly #enteredTime: string;
  readonly #givenContext: JsonObject | undefined;
  #retryCount = 0;
  #taskToken: string | undefined;
  #context: JsonObject | undefined;

  constructor(thread: Thread, state: S, input: Payload, how: VisitOptions) {
    this.thread = thread;
    this.state = state;
    this.input = input;
    this.#enteredEventId = how.enteredEventId;
    this.#enteredTime = thread.run.isoNow();
    this.#givenContext = how.context;
  }

  /** Another attempt begins: `$states.context.State.RetryCount` goes up, and a token is no longer known. */
  countRetry(): void {
    this.#retryCount++;
    this.#taskToken = undefined;
    this.#context = undefined;
  }

  set taskToken(token: string) {
    this.#taskToken = token;
    this.#context = undefined;
  }

  /** `$states.context`. */
  get context(): JsonObject {
    return this.#givenContext ?? (this.#context ??= this.#makeContext());
  }

  bindings(extra?: StatesExtra, context: JsonObject = this.context): Bindings {
    const { run, variables } = this.thread;
    return { ...run.functions, ...variables, states: { input: this.input.value, context, ...extra } };
  }

  /** Evaluates a field to any JSON. @throws {QueryError} */
  async value(value: Value): Promise<Json> {
    if ("literal" in value) return value.literal;
    if ("template" in value) return value.template.evaluate(this.bindings());
    return evaluateField(value.expression, value.field, this.bindings());
  }

  /** Evaluates a field that takes one type. @throws {QueryError} */
  async typed(value: Value, expected: ExpectedType): Promise<Json> {
    if ("expression" in value) return evaluateTyped(value.expression, value.field, this.bindings(), expected);
    const json = await this.value(value);
    const actual = jsonType(json);
    if (actual === expected) return json;
    throw new QueryError(
      `The value of the field '${value.field}' has an unexpected type. Expected '${expected}', but was '${actual}'.`,
      value.field,
    );
  }

  async number(value: Value): Promise<number> {
    return Number(await this.typed(value, "number"));
  }

  /** @throws {QueryError} when it is no whole number in that range */
  async wholeNumber(value: Value, range: { min: number; max: number }): Promise<number> {
    const number = await this.number(value);
    if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
    throw new QueryError(
      `The field '${value.field}' must be an integer between ${range.min} and ${range.max}, but was: ${number}`,
      value.field,
    );
  }

  async string(value: Value): Promise<string> {
    const text = await this.typed(value, "string");
    if (typeof text !== "string") throw new TypeError(`${value.field} was checked to be a string`);
    return text;
  }

  /**
   * Leaves the state by a transition: its own, a choice rule's or a catcher's.
   * Output and Assign both see the variables as they were when the state was entered.
   * @param passed what goes on when there is no Output
   * @throws {QueryError | StateFailure}
   */
  async leave(transition: Transition, passed: Payload, extra?: StatesExtra): Promise<Exit> {
    const { output, assign, next } = transition;
    if (output === undefined && assign === undefined) return { output: passed, assigned: undefined, next };
    const bindings = this.bindings(extra);
    const payload = output === undefined ? passed : new Payload(await output.evaluate(bindings));
    this.checkSize(payload, this.state.name);
    if (assign === undefined) return { output: payload, assigned: undefined, next };
    const values = await assign.evaluate(bindings);
    return { output: payload, assigned: this.#assign(values as JsonObject), next };
  }

  /** @throws {StateFailure} States.DataLimitExceeded, naming `source` */
  checkSize(payload: Payload, source: string): void {
    this.thread.run.measure(payload);
    if (payload.bytes > MAX_PAYLOAD_BYTES) throw dataLimitExceeded(source);
  }

  /**
   * What Retry and Catch may handle of what was thrown; a failed evaluation is written into history on the way.
   * Anything else is thrown on.
   */
  failureOf(error: unknown): StateFailure {
    if (error instanceof StateFailure) return error;
    if (!(error instanceof QueryError)) throw error;
    const cause = this.describe(error.message);
    const failure = new StateFailure({ error: StatesError.queryEvaluationError, cause });
    this.thread.record("EvaluationFailed", {
      evaluationFailedEventDetails: {
        ...failure.details,
        ...(error.location !== undefined && { location: error.location }),
        state: this.state.name,
      },
    });
    return failure;
  }

  /** AWS's sentence that names this state, and then `what`; a state that was not entered is not named. */
  describe(what: string): string {
    return this.#enteredEventId === undefined ? what : inState(this.state.name, this.#enteredEventId, what);
  }

  #assign(values: JsonObject): Readonly<Record<string, string>> {
    const texts: Record<string, string> = {};
    const bytes: Record<string, number> = {};
    let total = 0;
    for (const [name, value] of Object.entries(values)) {
      const payload = new Payload(value);
      texts[name] = payload.text;
      bytes[name] = payload.bytes;
      total += payload.bytes;
    }
    if (total > MAX_PAYLOAD_BYTES || !this.thread.assign(values, bytes)) throw dataLimitExceeded(this.state.name);
    return texts;
  }

  #makeContext(): JsonObject {
    const { run, iterations } = this.thread;
    const item = iterations.at(-1);
    const token = this.#taskToken;
    return {
      Execution: run.executionContext,
      StateMachine: run.machineContext,
      State: {
        Name: this.state.name,
        EnteredTime: this.#enteredTime,
        ...("retry" in this.state && { RetryCount: this.#retryCount }),
      },
      ...(item !== undefined && { Map: { Item: { Index: item.index, Value: item.value } } }),
      ...(token !== undefined && { Task: { Token: token } }),
    };
  }
}
