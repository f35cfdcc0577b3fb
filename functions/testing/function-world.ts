import { clusterStore } from "@muster/aws";
import { seededRandom, type ClusterStore } from "@muster/core";
import { aWorld, type World, type WorldOptions } from "@muster/testing/world";
import { readExecution, standStill, WAITER, type Execution } from "./executions.ts";
import { httpEvent, readAnswer, type HttpAnswer, type HttpRequest } from "./http.ts";

/** What a function failed with, as Step Functions sees it: `name` is the error, `message` its cause. */
export class FunctionError extends Error {
  constructor(answer: { readonly errorType?: string; readonly errorMessage?: string }) {
    super(answer.errorMessage ?? "");
    this.name = answer.errorType ?? "Unknown";
  }
}

/**
 * A world in which nothing happens by itself: no rule, no schedule, and workflows that stand still. Whatever a function
 * does, a test made it do.
 */
export interface FunctionWorld extends World {
  /** Calls a function by its folder's name, as its own role; answers what it returned. @throws {FunctionError} */
  readonly invoke: (name: string, event: unknown) => Promise<unknown>;
  /** The same, while time does not move: a test moves it. */
  readonly begin: (name: string, event: unknown) => Promise<unknown>;
  /** Calls it twice at the same moment, as when an invocation is given up that goes on; answers what both made of it. */
  readonly invokeTwice: (name: string, event: unknown) => Promise<readonly PromiseSettledResult<unknown>[]>;
  /** Hands an event to a function as a rule does: Lambda tries it three times. */
  readonly send: (name: string, event: unknown) => Promise<void>;
  /** Sends a request to the API; the function that serves the route, unless another is named. */
  readonly request: (route: string, request?: HttpRequest, functionName?: string) => Promise<HttpAnswer>;
  /** Starts an execution that stands still (`deploy-cluster`, `destroy-cluster`); answers its ARN. */
  readonly start: (machine: string, name: string, input?: unknown) => Promise<string>;
  /** Lets a workflow wait for what watch-progress is asked to watch; answers its ARN when the first look is over. */
  readonly wait: (request: object) => Promise<string>;
  readonly execution: (arn: string) => Promise<Execution>;
  readonly stop: (arn: string) => Promise<void>;
  /** The table, for preparing it. */
  readonly store: ClusterStore;
}

export async function aFunctionWorld(options: WorldOptions = {}): Promise<FunctionWorld> {
  const world = await aWorld({
    ...options,
    manifest: (built) => {
      const quiet = { ...built, rules: [], schedules: [] };
      return options.manifest?.(quiet) ?? quiet;
    },
  });
  const { muster, clock, run } = world;
  const { kernel, load, user } = muster.cloud;
  for (const { name, arn } of muster.manifest.machines) await standStill(load, name, arn);
  const call = (service: "lambda" | "states", operation: string, input: unknown) =>
    run(kernel.call(service, operation, input, user)) as Promise<Record<string, unknown>>;
  const begin = async (name: string, event: unknown) => {
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    const input = { FunctionName: functionNamed(world, name), Payload };
    const answer = (await kernel.call("lambda", "Invoke", input, user)) as {
      Payload: Uint8Array;
      FunctionError?: string;
    };
    const content = JSON.parse(new TextDecoder().decode(answer.Payload)) as unknown;
    if (answer.FunctionError !== undefined) throw new FunctionError(content as object);
    return content;
  };
  const invoke = (name: string, event: unknown) => run(begin(name, event));
  const start = async (machine: string, name: string, input: unknown = {}) => {
    const stateMachineArn = muster.manifest.machines.find((m) => m.name === machine)?.arn;
    return (await call("states", "StartExecution", { stateMachineArn, name, input: JSON.stringify(input) }))[
      "executionArn"
    ] as string;
  };
  const execution = async (executionArn: string) =>
    readExecution(await call("states", "DescribeExecution", { executionArn }));
  let waits = 0;
  return {
    ...world,
    invoke,
    begin,
    invokeTwice: (name, event) => {
      // Neither is ahead because its environment was warm.
      muster.cloud.lambdaDials.coldStartMs = { min: 0, max: 0 };
      return run(Promise.allSettled([begin(name, event), begin(name, event)]));
    },
    send: async (name, event) => {
      const Payload = new TextEncoder().encode(JSON.stringify(event));
      await call("lambda", "Invoke", { FunctionName: functionNamed(world, name), InvocationType: "Event", Payload });
    },
    request: (route, request = {}, functionName = servedBy(world, route)) =>
      invoke(functionName, httpEvent(route, request)).then(readAnswer),
    start,
    wait: async (request) => {
      const arn = await start(WAITER, `wait-${++waits}`, request);
      // A look has no end that others see but what it leaves; calls take milliseconds, and looks at healthy AWS seconds.
      await clock.advance(LOOK_MS);
      return arn;
    },
    execution,
    stop: async (executionArn) => void (await call("states", "StopExecution", { executionArn })),
    store: clusterStore(
      { clock, random: seededRandom(2), region: "us-east-1", client: (C) => world.client(C) },
      muster.manifest.table.name,
    ),
  };
}

const LOOK_MS = 5_000;

function functionNamed({ muster }: World, name: string): string {
  const found = muster.manifest.functions.find((f) => f.name === name);
  if (found === undefined) throw new Error(`there is no function ${name}`);
  return found.functionName;
}

function servedBy({ muster }: World, route: string): string {
  const found = muster.manifest.routes.find((r) => r.route === route);
  if (found === undefined) throw new Error(`there is no route ${route}`);
  return found.functionName;
}
