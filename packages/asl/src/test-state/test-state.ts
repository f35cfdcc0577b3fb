import type { FallibleState, MapState, State, TaskState } from "../definition/machine.ts";
import { RuntimeFailure, StateFailure } from "../execution/failure.ts";
import { MachineFaultError, TaskFailedError, type Host } from "../execution/host.ts";
import { backoffSeconds, matches } from "../execution/retry.ts";
import { runState } from "../execution/run-block.ts";
import { Run } from "../execution/run.ts";
import { Thread } from "../execution/thread.ts";
import { Visit, type Exit } from "../execution/visit.ts";
import { toJson } from "../expression/to-json.ts";
import { Payload, type Json, type JsonObject } from "../json.ts";
import { exceedsTolerance, mapItems, mapLimits, selectItem, toleranceExceeded } from "../states/map.ts";
import { taskInput } from "../states/task.ts";
import { findState } from "./find-state.ts";
import {
  TestStateError,
  type ErrorDetails,
  type InspectionData,
  type TestStateRequest,
  type TestStateResult,
} from "./request.ts";

/**
 * TestState: runs one state by itself, and tells how its data flowed. A Task is performed unless it is mocked; a Map or
 * a Parallel must be mocked.
 * @throws {InvalidDefinitionError} for a definition that AWS refuses
 * @throws {TestStateError} for a request that makes no sense
 */
export async function testState(request: TestStateRequest, host: Host): Promise<TestStateResult> {
  const state = findState(request);
  const run = new Run(host, request.input);
  const thread = new Thread(run, { previousEventId: 0 });
  thread.variables = request.variables ?? {};
  const visit = new Visit(thread, state, new Payload(request.input), {
    context: request.context ?? contextOf(run, state),
  });
  return new StateTest(request, visit).run();
}

// As AWS makes it for a test (recorded): without RedriveCount, with RetryCount in every state.
function contextOf(run: Run, state: State): JsonObject {
  const { RedriveCount: _, ...execution } = run.executionContext;
  return {
    Execution: execution,
    StateMachine: run.machineContext,
    State: { Name: state.name, EnteredTime: run.isoNow(), RetryCount: 0 },
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class StateTest {
  readonly #request: TestStateRequest;
  readonly #visit: Visit;
  readonly #inspection: Writable<InspectionData>;

  constructor(request: TestStateRequest, visit: Visit) {
    this.#request = request;
    this.#visit = visit;
    this.#inspection = { input: request.input };
  }

  async run(): Promise<TestStateResult> {
    const { state } = this.#visit;
    try {
      const exit = "retry" in state ? await this.#runFallible(state) : await runState(this.#visit, state);
      return this.#answer({ status: "SUCCEEDED", ...leftBy(exit) });
    } catch (error) {
      return this.#onError(error, state);
    }
  }

  async #runFallible(state: FallibleState): Promise<Exit> {
    const result = await this.#resultOf(state);
    const payload = new Payload(result);
    this.#visit.checkSize(payload, state.name);
    return this.#visit.leave(state, payload, { result });
  }

  async #resultOf(state: FallibleState): Promise<Json> {
    switch (state.type) {
      case "Task":
        return this.#runTask(this.#visit as Visit<TaskState>);
      case "Map":
        return this.#runMap(this.#visit as Visit<MapState>);
      case "Parallel": {
        const { value } = this.#visit.input;
        this.#inspection.afterArguments =
          state.arguments === undefined ? value : await state.arguments.evaluate(this.#visit.bindings());
        return this.#mocked();
      }
    }
  }

  async #runTask(visit: Visit<TaskState>): Promise<Json> {
    const { input, call } = await taskInput(visit, undefined);
    this.#inspection.afterArguments = input.value;
    this.#inspection.result = this.#request.mock === undefined ? await this.#perform(visit, call) : this.#mocked();
    return this.#inspection.result;
  }

  async #perform(visit: Visit<TaskState>, call: Awaited<ReturnType<typeof taskInput>>["call"]): Promise<Json> {
    const { resource } = call;
    if (resource.kind === "activity" || (resource.kind === "service" && resource.pattern !== "request-response")) {
      throw new TestStateError(`${resource.arn} can be tested with a mock only`);
    }
    try {
      return toJson(await visit.thread.run.host.perform({ ...call, submitted: () => {}, onCancel: () => {} }));
    } catch (error) {
      if (error instanceof MachineFaultError) throw new RuntimeFailure(visit.describe(error.message));
      if (!(error instanceof TaskFailedError)) throw error;
      throw new StateFailure({ error: error.error, cause: error.causeText });
    }
  }

  async #runMap(visit: Visit<MapState>): Promise<Json> {
    const { mapItemReaderData: read, mapIterationFailureCount: failures } = this.#request.configuration ?? {};
    const items = read === undefined ? await mapItems(visit) : read;
    if (!Array.isArray(items)) throw new TestStateError("mapItemReaderData must be a list");
    const limits = await mapLimits(visit);
    this.#inspection.maxConcurrency = limits.maxConcurrency;
    const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = limits;
    if (count !== undefined) this.#inspection.toleratedFailureCount = count;
    if (percentage !== undefined) this.#inspection.toleratedFailurePercentage = percentage;
    if (visit.state.itemSelector !== undefined) {
      const selected: Json[] = [];
      for (const [index, item] of items.entries()) selected.push(await selectItem(visit, item, index));
      this.#inspection.afterItemSelector = selected;
    }
    if (failures !== undefined && exceedsTolerance(limits, failures, items.length)) throw toleranceExceeded();
    return this.#mocked();
  }

  #mocked(): Json {
    const { mock } = this.#request;
    if (mock === undefined)
      throw new TestStateError(`a ${this.#visit.state.type} state can be tested with a mock only`);
    if ("result" in mock) return mock.result;
    throw new StateFailure({ error: mock.error, cause: mock.cause });
  }

  async #onError(error: unknown, state: State): Promise<TestStateResult> {
    if (error instanceof RuntimeFailure) return this.#answer({ status: "FAILED", ...error.details });
    const failure = this.#visit.failureOf(error);
    if (!("retry" in state)) return this.#answer({ status: "FAILED", ...failure.details });
    const retrying = this.#retryOf(failure, state);
    if (retrying?.retryBackoffIntervalSeconds !== undefined) {
      return this.#answer({ status: "RETRIABLE", ...failure.details }, retrying);
    }
    const catchIndex = state.catch.findIndex((catcher) => matches(catcher.errorEquals, failure));
    const catcher = state.catch[catchIndex];
    if (catcher === undefined) return this.#answer({ status: "FAILED", ...failure.details }, retrying);
    const { output } = failure;
    try {
      const exit = await this.#visit.leave(catcher, new Payload(output), { errorOutput: output });
      return this.#answer({ status: "CAUGHT_ERROR", ...failure.details, ...leftBy(exit) }, { ...retrying, catchIndex });
    } catch (second) {
      return this.#answer({ status: "FAILED", ...this.#visit.failureOf(second).details });
    }
  }

  /** What Retry makes of a failure: without an interval, its retries are used up. */
  #retryOf(failure: StateFailure, state: FallibleState): ErrorDetails | undefined {
    const retryIndex = state.retry.findIndex((retrier) => matches(retrier.errorEquals, failure));
    const retrier = state.retry[retryIndex];
    if (retrier === undefined) return undefined;
    const used = this.#request.configuration?.retrierRetryCount ?? 0;
    if (used >= retrier.maxAttempts) return { retryIndex };
    return { retryIndex, retryBackoffIntervalSeconds: backoffSeconds(retrier, used) };
  }

  #answer(result: Omit<TestStateResult, "inspectionData">, errorDetails?: ErrorDetails): TestStateResult {
    const { variables } = this.#visit.thread;
    return {
      ...result,
      inspectionData: {
        ...this.#inspection,
        ...(Object.keys(variables).length > 0 && { variables }),
        ...(errorDetails !== undefined && { errorDetails }),
      },
    };
  }
}

function leftBy({ output, next }: Exit): Pick<TestStateResult, "nextState" | "output"> {
  return { output: output.value, ...(next !== undefined && { nextState: next }) };
}
