import { readFileSync } from "node:fs";
import {
  compileMachine,
  startExecution,
  TaskTokens,
  type ExecutionStatus,
  type Host,
  type Json,
  type JsonObject,
  type TaskCall,
} from "@muster/asl";
import { seededRandom, VirtualClock } from "@muster/core";
import type { Answer } from "./answers.ts";

/** The definition of a machine as it is in its folder, with its placeholders. */
export function definitionOf(machine: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../${machine}/machine.asl.json`, import.meta.url), "utf8")) as JsonObject;
}

/** All states of a definition, also those inside of others, in the order in which they stand there. */
export function statesIn(definition: JsonObject): readonly (readonly [name: string, state: JsonObject])[] {
  return Object.entries(asObject(definition["States"])).flatMap(([name, json]) => {
    const state = asObject(json);
    return [[name, state] as const, ...statesIn(asObject(state["ItemProcessor"]))];
  });
}

/** How a state's task is answered: each attempt in turn, and the last answer for every attempt after it. */
export type Answers = Readonly<Record<string, Answer | readonly Answer[]>>;

export interface RunOptions {
  readonly input: Json;
  readonly answers: Answers;
  /** What chance says each time, in [0, 1): the share of its longest pause that a retry waits. Half of it, unless said. */
  readonly chance?: number;
  /** Stops it by hand after so many seconds. */
  readonly stopAfter?: number;
}

/** One attempt of a task, as the machine asked for it. */
export interface Call {
  readonly state: string;
  /** The function or machine that it names: `admit-operation`, `grow-tier`. */
  readonly target: string;
  /** What the function, or the other machine, was given. */
  readonly input: Json;
  /** The name of the execution that it starts. */
  readonly name: string | undefined;
  readonly taskToken: string | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly timeoutSeconds: number | undefined;
  /** Seconds since the start of the execution. */
  readonly at: number;
}

/** What an execution did. */
export interface Story {
  readonly status: ExecutionStatus;
  readonly output: Json | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** The states that it entered, in order, with their input. */
  readonly visits: readonly { readonly state: string; readonly input: Json }[];
  readonly states: readonly string[];
  readonly calls: readonly Call[];
  /** States whose task was told that nobody wants its result any more. */
  readonly abandoned: readonly string[];
  readonly seconds: number;
  readonly historyEvents: number;
}

/** Runs the real definition of a machine to its end, in virtual time, with answers of the test. */
export async function runMachine(machine: string, options: RunOptions): Promise<Story> {
  const clock = new VirtualClock({ startAt: START, drain: () => new Promise((resolve) => setImmediate(resolve)) });
  const calls: Call[] = [];
  const abandoned: string[] = [];
  const secondsNow = () => (clock.now() - START) / 1000;
  const host: Host = {
    clock,
    random: { next: () => options.chance ?? 0.5 },
    tokens: new TaskTokens(seededRandom(1)),
    identity: identityOf(machine),
    perform: (task) => {
      const call = callOf(task, secondsNow());
      const attempt = calls.filter(({ state }) => state === call.state).length;
      calls.push(call);
      task.onCancel(() => abandoned.push(call.state));
      return answerOf(options.answers, call.state, attempt)({ task, input: call.input, clock, tokens: host.tokens });
    },
  };
  const execution = startExecution(compileMachine(definitionOf(machine)), options.input, host);
  if (options.stopAfter !== undefined) clock.after(1000 * options.stopAfter, () => execution.stop());
  await clock.run(execution.done);
  const visits = execution.history.flatMap(({ stateEnteredEventDetails: entered }) =>
    entered === undefined ? [] : [{ state: entered.name, input: JSON.parse(entered.input) as Json }],
  );
  return {
    status: execution.status,
    output: execution.output,
    error: execution.error,
    cause: execution.cause,
    visits,
    states: visits.map(({ state }) => state),
    calls,
    abandoned,
    seconds: secondsNow(),
    historyEvents: execution.history.length,
  };
}

/** The calls of one state. */
export function callsOf(story: Story, state: string): readonly Call[] {
  return story.calls.filter((call) => call.state === state);
}

/** Seconds from each call to the next, to a tenth. */
export function gapsBetween(calls: readonly Call[]): number[] {
  return calls.slice(1).map((call, index) => Math.round(10 * (call.at - (calls[index]?.at ?? 0))) / 10);
}

/** The last thing that a state's function, or other machine, was given. */
export function lastInputOf(story: Story, state: string): Json | undefined {
  return callsOf(story, state).at(-1)?.input;
}

/** 2025-01-01T00:00:00Z. */
export const START = 1_735_689_600_000;

const ARN = "arn:aws:states:us-east-1:111111111111";

/** The execution that runs: what `$states.context.Execution` says of it. */
export function identityOf(machine: string): Host["identity"] {
  return {
    executionArn: `${ARN}:execution:${machine}:run`,
    executionName: "run",
    roleArn: `arn:aws:iam::111111111111:role/${machine}`,
    stateMachineArn: `${ARN}:stateMachine:${machine}`,
    stateMachineName: machine,
  };
}

function answerOf(answers: Answers, state: string, attempt: number): Answer {
  const given = answers[state];
  const answer = Array.isArray(given) ? (given[attempt] ?? given.at(-1)) : given;
  if (typeof answer !== "function") throw new Error(`the test has no answer for the state ${state}`);
  return answer;
}

function callOf(task: TaskCall, at: number): Call {
  const args = asObject(task.arguments);
  const { stateName: state, taskToken, heartbeatSeconds, timeoutSeconds } = task;
  const placeholder = JSON.stringify(args["FunctionName"] ?? args["StateMachineArn"]);
  const target = /^"\$\{(?:function|machine):([\w-]+)\}"$/.exec(placeholder)?.[1];
  if (target === undefined) throw new Error(`${state} names no function and no machine: ${placeholder}`);
  const name = typeof args["Name"] === "string" ? args["Name"] : undefined;
  const input = args["Payload"] ?? args["Input"] ?? null;
  return { state, target, input, name, taskToken, heartbeatSeconds, timeoutSeconds, at };
}

function asObject(json: Json | undefined): JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
}
