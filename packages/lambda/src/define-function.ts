import middy from "@middy/core";
import { ulid } from "@muster/core";
import type { Context, FunctionRuntime, Invocation } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { lambdaRuntime } from "./lambda-runtime.ts";

/** What a kind of function (task, API, consumer) makes of an event. */
export interface FunctionShape<Name extends string, Ports> {
  /** As in the manifest: `launch-nodes`. */
  readonly name: string;
  /** Environment variables that it needs. */
  readonly environment: readonly Name[];
  /** The adapters that it uses, and no other: its bundle and its role hold just these. */
  readonly ports: (runtime: FunctionRuntime, environment: Readonly<Record<Name, string>>) => Ports;
}

/** A Lambda function: `handler` is what AWS calls, `bind` what the embedded cloud and tests call. */
export interface MusterFunction {
  readonly name: string;
  readonly environment: readonly string[];
  readonly handler: (event: unknown, context: LambdaContext) => Promise<unknown>;
  /** The same handler, middleware and all, on a runtime that is given. */
  readonly bind: (runtime: FunctionRuntime) => (event: unknown, invocation: Invocation) => Promise<unknown>;
}

/** What Lambda hands to a handler besides the event. */
interface LambdaContext {
  readonly awsRequestId: string;
  readonly getRemainingTimeInMillis: () => number;
}

export function defineFunction<Name extends string, Ports>(
  shape: FunctionShape<Name, Ports>,
  perform: (event: unknown, ports: Ports, context: Context) => Promise<unknown>,
): MusterFunction {
  const bind = (runtime: FunctionRuntime) => {
    const ports = shape.ports(runtime, readEnvironment(shape.name, shape.environment, runtime.environment));
    const chain = middy(
      async (event: unknown, invocation: unknown) =>
        perform(event, ports, contextOf(runtime, invocation as Invocation)),
      // middy's early timeout reads the real clock; a function here asks its context how long it has.
      { timeoutEarlyInMillis: 0 },
    ).onError(({ error }) => {
      runtime.log.warn("function failed", { function: shape.name, error: error?.name, message: error?.message });
    });
    return async (event: unknown, invocation: Invocation) => chain(event, invocation);
  };
  // On AWS the runtime lives as long as the process: clients are made at the first call, and kept.
  let onLambda: ReturnType<typeof bind> | undefined;
  return {
    name: shape.name,
    environment: shape.environment,
    bind,
    handler: async (event, context) => {
      onLambda ??= bind(lambdaRuntime());
      const deadlineAt = Date.now() + context.getRemainingTimeInMillis();
      return onLambda(event, { requestId: context.awsRequestId, deadlineAt });
    },
  };
}

function contextOf(runtime: FunctionRuntime, invocation: Invocation): Context {
  const { clock, random, region, log } = runtime;
  return {
    clock,
    random,
    region,
    log,
    newId: () => ulid(clock, random),
    remainingMs: () => invocation.deadlineAt - clock.now(),
  };
}
