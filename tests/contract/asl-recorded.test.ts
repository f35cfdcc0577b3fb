import { existsSync, readFileSync } from "node:fs";
import { seededRandom, VirtualClock } from "@muster/core";
import {
  compileMachine,
  invalidDefinitionMessage,
  isAwsDiagnostic,
  startExecution,
  TaskFailedError,
  TaskTokens,
  testState,
  validateMachine,
  type EventDetails,
  type Execution,
  type HistoryEvent,
  type Host,
  type Json,
  type JsonObject,
  type TaskCall,
} from "@muster/asl";
import { describe, expect, it } from "vitest";

/*
 * State machines with what AWS Step Functions itself answered. The recordings lie outside the project; their README
 * says how they are compared.
 */
const RECORDINGS = "../shared/conformance/asl-aws-recorded.json";
const recordings = new URL(`../../${RECORDINGS}`, import.meta.url);

/** Recorded cases that are not replayed, each with its reason and how it shows that it is refused. */
const notReplayed: readonly { reason: string; applies: (recorded: Recorded) => boolean; code: string }[] = [
  {
    reason: "Distributed Map is not supported by Muster's interpreter until something needs it",
    applies: ({ kind, definition }) => kind === "execution" && JSON.stringify(definition).includes('"DISTRIBUTED"'),
    code: "UNSUPPORTED_DISTRIBUTED_MAP",
  },
];

const REGION_AND_ACCOUNT = "us-east-1:111111111111";
const isThere = existsSync(recordings);
const all = isThere ? readCases() : [];
const refusals = all.flatMap((recorded) => {
  const exception = notReplayed.find(({ applies }) => applies(recorded));
  return exception === undefined ? [] : [{ recorded, id: recorded.id, ...exception }];
});
const replayed = all.filter((recorded) => !refusals.some((refused) => refused.recorded === recorded));

describe("state machines do what AWS Step Functions was recorded to do", () => {
  it.skipIf(!isThere)(`${isThere ? "read" : "skipped"}: ${RECORDINGS} ${isThere ? "found" : "not found"}`, () => {
    expect(replayed.length).toBeGreaterThan(0);
  });

  it.each(replayed)("$id", async (recorded) => {
    await expectReplay(recorded);
  });

  it.each(refusals)("$id is refused: $reason", ({ recorded, code }) => {
    expect(validateMachine(recorded.definition).map((diagnostic) => diagnostic.code)).toContain(code);
  });
});

interface Recorded {
  readonly id: string;
  readonly kind: "definition" | "execution" | "state";
  readonly definition: unknown;
  readonly input?: Json;
  readonly request?: {
    readonly stateName?: string;
    readonly inspectionLevel?: string;
    readonly variables?: JsonObject;
    readonly context?: JsonObject;
    readonly mock?: {
      readonly result?: string;
      readonly errorOutput?: { readonly error?: string; readonly cause?: string };
    };
    readonly stateConfiguration?: {
      readonly retrierRetryCount?: number;
      readonly mapIterationFailureCount?: number;
      readonly mapItemReaderData?: string;
    };
  };
  readonly taskStubs?: Readonly<Record<string, Stub>>;
  readonly taskResults?: readonly TaskResult[];
  readonly expected: JsonObject;
  readonly doubts?: readonly string[];
}

interface Stub {
  readonly behaviour: "echo" | "large" | "raise" | "recorded" | "sleepThenEcho";
  readonly bytes?: number;
  readonly seconds?: number;
}

interface TaskResult {
  readonly state: string | null;
  readonly iteration?: readonly (readonly [string, number])[];
  readonly submitted?: Json;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
  readonly causeJson?: Json;
  readonly timesOut?: boolean;
}

function readCases(): Recorded[] {
  const { cases } = JSON.parse(readFileSync(recordings, "utf8")) as { cases: Recorded[] };
  return cases.map(resolveSymbols);
}

/** Puts something real in place of every symbol: an ARN, a name, a URL. */
function resolveSymbols(recorded: Recorded): Recorded {
  const text = JSON.stringify(recorded).replaceAll(/\$\{(\w+)(?::(\w+))?\}/g, (symbol, kind: string, name = "0") => {
    switch (kind) {
      case "Lambda":
        return `arn:aws:lambda:${REGION_AND_ACCOUNT}:function:${name}`;
      case "LambdaName":
      case "Bucket":
        return `${name}-${kind.toLowerCase()}`.replace(/-lambdaname$/, "");
      case "SqsQueueUrl":
        return `https://sqs.us-east-1.amazonaws.com/111111111111/queue-${name}`;
      case "SnsTopic":
        return `arn:aws:sns:${REGION_AND_ACCOUNT}:topic-${name}`;
      case "Activity":
        return `arn:aws:states:${REGION_AND_ACCOUNT}:activity:activity-${name}`;
      case "StateMachine":
        return `arn:aws:states:${REGION_AND_ACCOUNT}:stateMachine:TargetStateMachine`;
      case "Execution":
        return `arn:aws:states:${REGION_AND_ACCOUNT}:execution:TargetStateMachine:TestStartTarget`;
      case "CrossAccountRole":
        return "arn:aws:iam::222222222222:role/cross-account";
      case "SecondAccount":
        return "222222222222";
      default:
        throw new Error(`the recordings have a new symbol: ${symbol}`);
    }
  });
  return JSON.parse(text) as Recorded;
}

async function expectReplay(recorded: Recorded): Promise<void> {
  switch (recorded.kind) {
    case "definition":
      return expectDiagnostics(recorded);
    case "execution":
      return expectExecution(recorded);
    case "state":
      return expectTestState(recorded);
  }
}

/** Either CreateStateMachine refused it with one message, or ValidateStateMachineDefinition answered. */
function expectDiagnostics({ definition, expected }: Recorded): void {
  const diagnostics = validateMachine(definition).filter(isAwsDiagnostic);
  if ("diagnostics" in expected) {
    expectLike(
      {
        diagnostics: diagnostics.map(({ code, path, message, severity }) => ({
          code,
          ...(path !== undefined && { location: path }),
          message,
          severity,
        })),
        result: diagnostics.length === 0 ? "OK" : "FAIL",
        truncated: false,
      },
      expected,
    );
    return;
  }
  const message = textOf(expected["message"] ?? expected["exception_value"]).replace(/^An error occurred [^:]*: /, "");
  expectLike(invalidDefinitionMessage(diagnostics), message);
}

async function expectTestState(recorded: Recorded): Promise<void> {
  const { request = {}, definition, input = {}, expected } = recorded;
  const { mock, stateConfiguration } = request;
  const { host } = new World(recorded);
  const { inspectionData, ...answer } = await testState(
    {
      definition,
      stateName: request.stateName,
      input,
      variables: request.variables,
      context: request.context,
      mock:
        mock &&
        (mock.result === undefined ? mockedError(mock.errorOutput) : { result: JSON.parse(mock.result) as Json }),
      configuration: stateConfiguration && {
        ...stateConfiguration,
        mapItemReaderData:
          stateConfiguration.mapItemReaderData && (JSON.parse(stateConfiguration.mapItemReaderData) as Json),
      },
    },
    host,
  );
  const { input: inputSeen, ...seen } = inspectionData;
  const isInspected = request.inspectionLevel !== undefined && request.inspectionLevel !== "INFO";
  expectLike({ ...answer, ...(isInspected && { inspectionData: { input: inputSeen, ...seen } }) }, expected);
}

function mockedError(output: { readonly error?: string; readonly cause?: string } = {}) {
  return { error: output.error, cause: output.cause };
}

async function expectExecution(recorded: Recorded): Promise<void> {
  const world = new World(recorded);
  const execution = startExecution(compileMachine(recorded.definition), recorded.input ?? {}, world.host);
  await world.clock.run(execution.done);
  const { events, ...result } = recorded.expected;
  expectLike(resultOf(execution), result);
  const hasNoHistory = recorded.doubts?.some((doubt) => /no history|status and output only/.test(doubt)) ?? false;
  if (!hasNoHistory && Array.isArray(events))
    expectHistory(execution.history, events as JsonObject[], recorded.definition);
}

function resultOf({ status, output, error, cause }: Execution): JsonObject {
  return {
    status,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

/** How long after the call a token is answered: any time that is shorter than every recorded timeout. */
const ANSWER_DELAY_MS = 100;

/** The world around one recorded execution: it gives the recorded answers, in order, by state and Map iteration. */
class World {
  readonly clock = new VirtualClock({
    startAt: Date.UTC(2025, 0, 1),
    drain: () => new Promise((r) => setImmediate(r)),
  });
  readonly host: Host;
  readonly #tokens = new TaskTokens(seededRandom(1));
  readonly #stubs: Readonly<Record<string, Stub>>;
  readonly #results: TaskResult[];
  readonly #workerNames: unknown[];

  constructor({ kind, taskResults = [], taskStubs = {}, expected }: Recorded) {
    this.#results = [...taskResults];
    this.#stubs = taskStubs;
    const events = Array.isArray(expected["events"]) ? (expected["events"] as JsonObject[]) : [];
    this.#workerNames = events.filter(({ type }) => type === "ActivityStarted").map(({ workerName }) => workerName);
    this.host = {
      clock: this.clock,
      random: seededRandom(2),
      tokens: this.#tokens,
      identity: {
        executionArn: `arn:aws:states:${REGION_AND_ACCOUNT}:${kind === "state" ? "express" : "execution"}:Machine:run`,
        executionName: "run",
        roleArn: "arn:aws:iam::111111111111:role/machine",
        stateMachineArn: `arn:aws:states:${REGION_AND_ACCOUNT}:stateMachine:Machine`,
        stateMachineName: "Machine",
      },
      perform: (task) => this.#perform(task),
    };
  }

  async #perform(task: TaskCall): Promise<unknown> {
    const { resource, taskToken } = task;
    if (taskToken !== undefined) {
      if (resource.kind === "activity") {
        if (this.#workerNames.length === 0) return never();
        this.clock.after(ANSWER_DELAY_MS, () => this.#answer(task, taskToken));
        return { workerName: this.#workerNames.shift() };
      }
      const first = this.#take(task);
      if (first?.submitted === undefined) return outcomeOf(first);
      this.clock.after(ANSWER_DELAY_MS, () => this.#answer(task, taskToken));
      return first.submitted;
    }
    const result = this.#take(task);
    if (result === undefined) return this.#playStub(task);
    if (result.submitted === undefined) return outcomeOf(result);
    task.submitted(result.submitted);
    return outcomeOf(this.#take(task));
  }

  #answer(task: TaskCall, token: string): void {
    const result = this.#take(task);
    if (result === undefined || result.timesOut === true) return;
    if (result.output !== undefined) this.#tokens.succeed(token, JSON.stringify(result.output));
    else this.#tokens.fail(token, { error: result.error, cause: causeOf(result) });
  }

  #take({ stateName, iterations }: Pick<TaskCall, "iterations" | "stateName">): TaskResult | undefined {
    const index = this.#results.findIndex(
      ({ state, iteration }) =>
        state === stateName &&
        (iteration === undefined ||
          JSON.stringify(iteration) === JSON.stringify(iterations.map((of) => [of.stateName, of.index]))),
    );
    return index === -1 ? undefined : this.#results.splice(index, 1)[0];
  }

  /** What the function that is asked does, where the recorder did not tell which state got which answer. */
  async #playStub({ resource, arguments: args }: TaskCall): Promise<unknown> {
    const call = args as JsonObject;
    const isDirect = resource.kind === "lambda-function";
    const name = isDirect ? resource.arn : textOf(call["FunctionName"]);
    const found = Object.entries(this.#stubs).find(([arn]) => arn === name || arn.endsWith(`:${name}`));
    if (found === undefined) throw new Error(`the recording does not say what ${name} answers`);
    const [, stub] = found;
    const wrap = (payload: Json) =>
      isDirect ? payload : { ExecutedVersion: "$LATEST", Payload: payload, StatusCode: 200 };
    switch (stub.behaviour) {
      case "echo":
        return wrap(isDirect ? args : (call["Payload"] ?? {}));
      case "sleepThenEcho":
        await new Promise<void>((resolve) => void this.clock.after(1000 * (stub.seconds ?? 0), resolve));
        return wrap(isDirect ? args : (call["Payload"] ?? {}));
      case "large":
        return wrap("0".repeat(stub.bytes ?? 0));
      case "raise":
      case "recorded": {
        const index = this.#results.findIndex(({ state }) => state === null);
        return outcomeOf(this.#results.splice(index, 1)[0]);
      }
    }
  }
}

function outcomeOf(result: TaskResult | undefined): Promise<unknown> {
  if (result === undefined) return Promise.reject(new Error("the recording has no answer left"));
  if (result.timesOut === true) return never();
  if (result.output !== undefined) return Promise.resolve(result.output);
  return Promise.reject(new TaskFailedError(result.error, causeOf(result)));
}

function causeOf({ cause, causeJson }: TaskResult): string | undefined {
  return causeJson === undefined ? cause : JSON.stringify(causeJson);
}

function never(): Promise<never> {
  return new Promise(() => {});
}

/** Compares in order; as a set where branches or iterations interleave freely. */
function expectHistory(history: readonly HistoryEvent[], events: readonly JsonObject[], definition: unknown): void {
  const expected = events.map(({ id: _id, prev: _prev, ...event }) => event);
  const actual = history.map(flatten);
  const wasSorted = events.some(({ id }) => id === undefined);
  if (!wasSorted && !isConcurrent(definition)) {
    expectLike(actual, expected);
    return;
  }
  const left = [...actual];
  for (const event of expected) {
    const index = left.findIndex((candidate) => difference(candidate, event) === undefined);
    expect(index, `no event like ${JSON.stringify(event)} among ${JSON.stringify(left)}`).not.toBe(-1);
    left.splice(index, 1);
  }
  // The recorder lost the end of a Parallel where it sorted.
  const lost = wasSorted ? left.filter(({ type }) => !/^ParallelState(Succeeded|Failed)$/.test(textOf(type))) : left;
  expect(lost).toEqual([]);
}

/** Whether anything in it runs side by side. */
function isConcurrent(definition: unknown): boolean {
  if (typeof definition !== "object" || definition === null) return false;
  const { Type, MaxConcurrency, Branches } = definition as JsonObject;
  if (Type === "Map" && MaxConcurrency !== 1) return true;
  if (Type === "Parallel" && Array.isArray(Branches) && Branches.length > 1) return true;
  return Object.values(definition).some(isConcurrent);
}

const JSON_TEXTS = ["input", "output", "parameters"];
const COMPARED: readonly string[] = (
  "assignedVariables cause error heartbeatInSeconds index input length location name output parameters resource " +
  "resourceType state timeoutInSeconds workerName"
).split(" ");

/** An event as the recordings write it. */
function flatten({ id: _id, previousEventId: _previous, timestamp: _at, type, ...details }: HistoryEvent): JsonObject {
  const flat: Record<string, Json> = { type };
  for (const [name, value] of Object.entries(Object.values(details satisfies EventDetails)[0] ?? {})) {
    if (!COMPARED.includes(name)) continue;
    if (name === "assignedVariables") {
      const texts = value as Readonly<Record<string, string>>;
      flat[name] = Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, JSON.parse(text) as Json]));
    } else flat[name] = JSON_TEXTS.includes(name) ? (JSON.parse(textOf(value as Json)) as Json) : (value as Json);
  }
  return flat;
}

function expectLike(actual: unknown, expected: Json): void {
  const found = difference(actual as Json, expected);
  expect(found, `${found}\nAWS: ${JSON.stringify(expected)}\nhere: ${JSON.stringify(actual)}`).toBeUndefined();
}

const IGNORED = new Set(["SdkHttpMetadata", "SdkResponseMetadata"]);

/** Where and how two values differ; undefined when they do not. `<...>` in an expected text stands for any text. */
function difference(actual: Json | undefined, expected: Json | undefined, path = ""): string | undefined {
  if (typeof actual === "string" && typeof expected === "string") return textDifference(actual, expected, path);
  if (!isContainer(actual) || !isContainer(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return Object.is(actual, expected)
      ? undefined
      : `${path}: ${JSON.stringify(actual)} != ${JSON.stringify(expected)}`;
  }
  const [have, want] = [withCauseText(actual), withCauseText(expected)];
  for (const key of new Set([...Object.keys(have), ...Object.keys(want)])) {
    if (IGNORED.has(key)) continue;
    const found = difference(have[key], want[key], `${path}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textDifference(actual: string, expected: string, path: string): string | undefined {
  const [have, want] = [parsed(actual), parsed(expected)];
  if (isContainer(have) && isContainer(want)) return difference(have, want, path);
  const pattern = expected.split(/<[^<>]+>/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  if (new RegExp(`^${pattern.join(".*")}$`, "s").test(actual)) return undefined;
  return `${path}: ${JSON.stringify(actual)} != ${JSON.stringify(expected)}`;
}

/** `causeJson` is a cause whose text is that JSON. */
function withCauseText(value: JsonObject | readonly Json[]): Readonly<Record<string, Json>> {
  if (Array.isArray(value)) return Object.fromEntries(Object.entries(value as readonly Json[]));
  const { causeJson, ...rest } = value as JsonObject;
  return causeJson === undefined ? rest : { ...rest, cause: JSON.stringify(causeJson) };
}

function textOf(value: Json | undefined): string {
  if (typeof value !== "string") throw new TypeError(`${JSON.stringify(value)} should be a text`);
  return value;
}

function isContainer(value: Json | undefined): value is JsonObject | readonly Json[] {
  return typeof value === "object" && value !== null;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
