import { seededRandom, VirtualClock, type Random } from "@muster/core";
import { compileMachine } from "../definition/compile-machine.ts";
import { startExecution, type Execution } from "../execution/execution.ts";
import type { HistoryEvent } from "../execution/history.ts";
import { TaskFailedError, type Host, type TaskCall } from "../execution/host.ts";
import { TaskTokens } from "../execution/tokens.ts";
import type { Json, JsonObject } from "../json.ts";

/** What tests run machines in: a clock of its own, and tasks that they answer. */
export class Lab {
  readonly clock = new VirtualClock({ startAt: START, drain: () => new Promise((r) => setImmediate(r)) });
  readonly tokens = new TaskTokens(seededRandom(1));
  /** Every task performed so far. */
  readonly calls: TaskCall[] = [];
  readonly #random: Random;
  readonly #perform: (task: TaskCall, attempt: number, lab: Lab) => unknown;

  /** @param perform answers a task; `attempt` counts the calls of its state from 1. Without it, tasks echo. */
  constructor(perform: (task: TaskCall, attempt: number, lab: Lab) => unknown = echo, seed = 7) {
    this.#perform = perform;
    this.#random = seededRandom(seed);
  }

  get host(): Host {
    return {
      clock: this.clock,
      random: this.#random,
      tokens: this.tokens,
      identity: {
        executionArn: "arn:aws:states:us-east-1:111111111111:execution:Machine:run",
        executionName: "run",
        roleArn: "arn:aws:iam::111111111111:role/machine",
        stateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:Machine",
        stateMachineName: "Machine",
      },
      perform: async (task) => {
        this.calls.push(task);
        const attempt = this.calls.filter(({ stateName }) => stateName === task.stateName).length;
        return this.#perform(task, attempt, this);
      },
    };
  }

  /** Starts a JSONata machine, with no time passing. */
  start(definition: JsonObject, input: Json = {}): Execution {
    return startExecution(compileMachine({ QueryLanguage: "JSONata", ...definition }), input, this.host);
  }

  /** Runs a JSONata machine to its end. */
  async run(definition: JsonObject, input: Json = {}): Promise<Execution> {
    const execution = this.start(definition, input);
    await this.clock.run(execution.done);
    return execution;
  }

  /** Seconds since the lab was opened. */
  get seconds(): number {
    return (this.clock.now() - START) / 1000;
  }
}

/** 2025-01-01T00:00:00Z. */
export const START = 1_735_689_600_000;

/** Runs states one after the other: each state's `Next` is the one after it, the last one ends. */
export function inOrder(states: Readonly<Record<string, JsonObject>>): JsonObject {
  const names = Object.keys(states);
  const linked = names.map((name, index) => {
    const next = names[index + 1];
    const type = states[name]?.["Type"];
    const ends = type === "Succeed" || type === "Fail" || type === "Choice";
    const ending = next === undefined ? { End: true } : { Next: next };
    return [name, { ...(!ends && ending), ...states[name] }] as const;
  });
  return { StartAt: names[0] ?? "", States: Object.fromEntries(linked) };
}

/** Runs one state alone and answers how it ended. */
export async function runState(state: JsonObject, input: Json = {}, lab = new Lab()): Promise<JsonObject> {
  return resultOf(await lab.run(inOrder({ State: state }), input));
}

/** How an execution ended. */
export function resultOf({ status, output, error, cause }: Execution): JsonObject {
  return {
    status,
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

/** The types of events. */
export function types(history: readonly HistoryEvent[]): string[] {
  return history.map(({ type }) => type);
}

/** A task that fails. */
export function failing(error: string, cause = "as told"): never {
  throw new TaskFailedError(error, cause);
}

function echo({ arguments: args }: TaskCall): Json {
  return args;
}
