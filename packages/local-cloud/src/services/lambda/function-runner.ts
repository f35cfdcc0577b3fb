import { randomBetween } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import type { ServiceContext } from "../../kernel/service.ts";
import type { LambdaDials } from "./dials.ts";
import { answerTooLargeError, killedError, serialiseResult, thrownError, timeoutError } from "./function-error.ts";
import type { FunctionError } from "./function-error.ts";
import type { FunctionHost } from "./function-host.ts";
import { functionArn } from "./function-name.ts";
import { currentGate, InvocationGate } from "./invocation-gate.ts";
import { SYNC_ANSWER_BYTES_MAX } from "./limits.ts";

/** How one run ended: with an answer's text, or with an error. */
export type RunOutcome = { readonly answer: string } | { readonly error: FunctionError };

/** What one function has used since it was made. */
export interface FunctionUsage {
  /** Runs that were started; throttled ones are not among them. */
  readonly runs: number;
  readonly errors: number;
  readonly throttles: number;
  readonly coldStarts: number;
  /** Whole milliseconds, rounded up run by run, initialisation included (as billed since August 2025). */
  readonly billedMs: number;
  readonly concurrencyPeak: number;
}

/** Runs one function: environments, concurrency, time limit, sudden death. */
export class FunctionRunner {
  readonly host: FunctionHost;
  readonly #context: ServiceContext;
  readonly #dials: LambdaDials;
  /** When each idle environment was last used. */
  #idleSince: number[] = [];
  #running = 0;
  readonly #usage = { runs: 0, errors: 0, throttles: 0, coldStarts: 0, billedMs: 0, concurrencyPeak: 0 };

  constructor(options: { host: FunctionHost; context: ServiceContext; dials: LambdaDials }) {
    this.host = options.host;
    this.#context = options.context;
    this.#dials = options.dials;
  }

  get running(): number {
    return this.#running;
  }

  usage(): FunctionUsage {
    return { ...this.#usage };
  }

  countThrottle(): void {
    this.#usage.throttles += 1;
  }

  /** Runs the handler once. Never rejects for what the function does. */
  async run(payload: string, requestId: string): Promise<RunOutcome> {
    const { clock } = this.#context;
    this.#running += 1;
    this.#usage.runs += 1;
    this.#usage.concurrencyPeak = Math.max(this.#usage.concurrencyPeak, this.#running);
    const runNumber = this.#usage.runs;
    const startedAt = clock.now();
    await this.#enterEnvironment();
    const { outcome, environmentLives } = await this.#untilItEnds(payload, requestId, runNumber);
    this.#usage.billedMs += Math.max(1, Math.ceil(clock.now() - startedAt));
    if ("error" in outcome) this.#usage.errors += 1;
    if (environmentLives) this.#idleSince.push(clock.now());
    this.#running -= 1;
    return outcome;
  }

  async #enterEnvironment(): Promise<void> {
    const { clock, random } = this.#context;
    const expired = clock.now() - this.#dials.warmForMs;
    this.#idleSince = this.#idleSince.filter((at) => at > expired);
    if (this.#idleSince.pop() !== undefined) return;
    this.#usage.coldStarts += 1;
    const coldStartMs = randomBetween(random, this.#dials.coldStartMs);
    await new Promise<void>((resolve) => clock.after(coldStartMs, resolve));
  }

  // A process that was killed or cut off takes its environment with it; one that answers, even an error, does not.
  #untilItEnds(
    payload: string,
    requestId: string,
    runNumber: number,
  ): Promise<{ outcome: RunOutcome; environmentLives: boolean }> {
    const { clock } = this.#context;
    const { name, timeoutMs } = this.host;
    return new Promise((resolve) => {
      const end = (outcome: RunOutcome, environmentLives: boolean) => {
        gate.close();
        cancelTimeout();
        resolve({ outcome, environmentLives });
      };
      const killAfterCalls = this.#dials.killAfterCalls?.(name, runNumber);
      const onKill = () => end({ error: killedError(requestId) }, false);
      const gate = new InvocationGate({ killAfterCalls, onKill });
      const onTimeout = () => end({ error: timeoutError(requestId, timeoutMs) }, false);
      const cancelTimeout = clock.after(timeoutMs, onTimeout);
      if (killAfterCalls === 0) {
        onKill();
        return;
      }
      const arn = functionArn(this.#context, name);
      const invocation = { requestId, functionArn: arn, deadlineAt: clock.now() + timeoutMs };
      void currentGate
        .run(gate, async () => this.host.invoke(JSON.parse(payload), invocation))
        .then((result) => answered(serialiseResult(result)))
        .catch((error: unknown) => ({ error: thrownError(error) }))
        .then((outcome) => end(outcome, true));
    });
  }
}

function answered(answer: string): RunOutcome {
  return Buffer.byteLength(answer) > SYNC_ANSWER_BYTES_MAX
    ? { error: answerTooLargeError(SYNC_ANSWER_BYTES_MAX) }
    : { answer };
}

/** The account has no room for another run, or the function is at its own ceiling. HTTP 429. */
export function tooManyRequests(reason: "account" | "reserved"): AwsError {
  return new AwsError("TooManyRequestsException", "Rate Exceeded.", {
    status: 429,
    members: {
      Reason:
        reason === "account"
          ? "ConcurrentInvocationLimitExceeded"
          : "ReservedFunctionConcurrentInvocationLimitExceeded",
      Type: "User",
    },
  });
}
