import { randomHex, sleep, type Clock, type Random } from "@muster/core";
import { AwsError } from "./aws-error.ts";
import { decideFault, type CallFaults } from "./faults.ts";
import type { Meter } from "./meter.ts";
import { sdkServices } from "./sdk.ts";
import type { AccessRequest, Call, Caller, ServiceName, ServicePlugin } from "./service.ts";
import { conformTo, ShapeError } from "./shape.ts";

/** Decides whether a caller may; throws nothing, answers with what was refused. */
export type Authorize = (caller: Caller, requests: readonly AccessRequest[]) => AccessRequest | undefined;

export interface KernelOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly faults: CallFaults;
  readonly meter: Meter;
  readonly authorize: Authorize;
  /** Told of every call that worked, with what went in and out: for checkers and traces. It must not change either. */
  readonly observe?: Observe;
}

export type Observe = (call: Call, input: unknown, output: unknown) => void;

/** The answer of a call was lost on its way back: it may well have worked. What a client sees as a timeout. */
export class AnswerLostError extends Error {
  override readonly name = "TimeoutError";
}

/**
 * The one door into the embedded cloud: SDK clients in process, the wire and Step Functions integrations all call
 * here. In this order: count, throttle, permission, behaviour, and perhaps lose the answer.
 */
export class Kernel {
  readonly #options: KernelOptions;
  readonly #plugins = new Map<ServiceName, ServicePlugin>();

  constructor(options: KernelOptions) {
    this.#options = options;
  }

  register(plugin: ServicePlugin): void {
    this.#plugins.set(plugin.service, plugin);
  }

  /**
   * Performs one call.
   * @throws {AwsError} what AWS would answer
   * @throws {AnswerLostError} when the fault dials lose the answer, after the operation ran
   */
  async call(
    service: ServiceName,
    operation: string,
    input: unknown,
    caller: Caller,
    /** The wire's, so that a client and a log name the same request. */
    requestId: string = newRequestId(this.#options.random),
  ): Promise<unknown> {
    const { clock, random, faults, meter } = this.#options;
    const plugin = this.#plugins.get(service);
    const schema = sdkServices.get(service)?.operations.get(operation);
    if (schema === undefined) throw unknownOperation(service, operation);
    if (plugin === undefined) throw notImplemented(service, operation);
    const call: Call = { service, operation, caller, requestId };
    meter.count(callerKind(caller), service, operation);
    const { fault, latencyMs } = decideFault(faults, call, random);
    // Half of the way there, half of the way back: what happens in between is seen by others before the caller knows.
    await sleep(clock, latencyMs / 2);
    if (fault === "throttle") throw plugin.throttled(operation);
    if (fault instanceof Error) throw fault;
    const output = await this.#perform(plugin, schema, input, call);
    await sleep(clock, latencyMs / 2);
    if (fault === "lose-answer") throw new AnswerLostError(`no answer from ${service} to ${operation} in time`);
    return output;
  }

  async #perform(
    plugin: ServicePlugin,
    schema: { input: unknown; output: unknown },
    rawInput: unknown,
    call: Call,
  ): Promise<unknown> {
    const handler = plugin.operations[call.operation];
    if (handler === undefined) throw notImplemented(call.service, call.operation);
    const input = conformInput(schema.input, rawInput);
    if (!call.caller.isAccountUser && call.caller.isService !== true) {
      const requests = plugin.access?.(call.operation, input, call) ?? [
        { action: `${iamPrefix(call.service)}:${call.operation}`, resource: "*" },
      ];
      const refused = this.#options.authorize(call.caller, requests);
      if (refused !== undefined) throw plugin.denied(refused, call);
    }
    const output = conformTo(schema.output)((await handler(input, call)) ?? {}, "");
    this.#options.observe?.(call, input, output);
    return output;
  }
}

/** IAM's prefix for a service's actions, where it is not the signing name. */
export function iamPrefix(service: ServiceName): string {
  return service === "monitoring" ? "cloudwatch" : service;
}

function conformInput(schema: unknown, input: unknown): unknown {
  try {
    return conformTo(schema)(input ?? {}, "");
  } catch (error) {
    if (error instanceof ShapeError) throw new AwsError("SerializationException", error.message);
    throw error;
  }
}

function unknownOperation(service: string, operation: string): AwsError {
  return new AwsError("UnknownOperationException", `${service} has no operation ${operation}`, { status: 404 });
}

function notImplemented(service: string, operation: string): AwsError {
  return new AwsError("NotImplemented", `the embedded cloud does not have ${service}:${operation}`, { status: 501 });
}

function callerKind(caller: Caller): string {
  if (caller.isService === true) return "aws";
  if (caller.isAccountUser) return "user";
  const role = caller.arn.slice(caller.arn.lastIndexOf("/") + 1);
  return role;
}

function newRequestId(random: Random): string {
  const hex = randomHex(random, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
