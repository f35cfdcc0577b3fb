import { chance, randomBetween } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import { AnswerLostError, type Kernel } from "../../kernel/kernel.ts";
import type { ServiceContext } from "../../kernel/service.ts";
import type { LambdaDials } from "./dials.ts";
import type { RunOutcome } from "./function-runner.ts";
import type { FunctionHost } from "./function-host.ts";
import {
  ASYNC_AGE_MS_MAX,
  ASYNC_RETRIES_DEFAULT,
  ASYNC_RETRY_DELAYS_MS,
  ASYNC_THROTTLE_DELAY_MS_MAX,
  ASYNC_THROTTLE_DELAY_MS_MIN,
  DEAD_LETTER_ERROR_LENGTH_MAX,
} from "./limits.ts";

export interface AsyncQueueOptions {
  readonly context: ServiceContext;
  readonly dials: LambdaDials;
  readonly call: Kernel["call"];
  /** Runs the function once; throws TooManyRequestsException when there is no room. */
  readonly run: (host: FunctionHost, payload: string, requestId: string) => Promise<RunOutcome>;
}

/** What became of the asynchronous events of all functions. */
export interface AsyncCounts {
  readonly accepted: number;
  readonly succeeded: number;
  readonly deadLettered: number;
  /** Given up without a dead-letter queue, or with one that could not be written to: lost for good. */
  readonly dropped: number;
}

/**
 * Lambda's own queue before asynchronous invocations: function errors are tried again twice, throttled events for up
 * to six hours, and what is given up goes to the function's dead-letter queue.
 */
export class AsyncQueue {
  readonly #options: AsyncQueueOptions;
  readonly #counts = { accepted: 0, succeeded: 0, deadLettered: 0, dropped: 0 };

  constructor(options: AsyncQueueOptions) {
    this.#options = options;
  }

  counts(): AsyncCounts {
    return { ...this.#counts };
  }

  accept(host: FunctionHost, payload: string, requestId: string): void {
    const { context, dials } = this.#options;
    this.#counts.accepted += 1;
    const delayMs = randomBetween(context.random, dials.asyncDelayMs);
    const isDoubled = chance(context.random, dials.asyncDoubled);
    const event = { host, payload, requestId, acceptedAt: context.clock.now(), functionErrors: 0, throttles: 0 };
    this.#attemptIn(delayMs, event);
    if (isDoubled) this.#attemptIn(2 * delayMs, { ...event });
  }

  // A promise nobody waits for: what rejects here is a bug of the embedded cloud and must be loud.
  #attemptIn(delayMs: number, event: AsyncEvent): void {
    this.#options.context.clock.after(delayMs, () => void this.#attempt(event));
  }

  async #attempt(event: AsyncEvent): Promise<void> {
    const { host, payload, requestId } = event;
    if (host.reservedConcurrency === 0) return this.#giveUp(event, THROTTLED, "Rate Exceeded.");
    let outcome: RunOutcome;
    try {
      outcome = await this.#options.run(host, payload, requestId);
    } catch (error) {
      if (!(error instanceof AwsError) || error.status !== THROTTLED) throw error;
      event.throttles += 1;
      const delayMs = Math.min(ASYNC_THROTTLE_DELAY_MS_MIN * 2 ** (event.throttles - 1), ASYNC_THROTTLE_DELAY_MS_MAX);
      return this.#retry(event, delayMs, THROTTLED, error.message);
    }
    if ("answer" in outcome) {
      this.#counts.succeeded += 1;
      return;
    }
    event.functionErrors += 1;
    const { errorMessage } = outcome.error;
    const retries = host.onAsync?.maximumRetryAttempts ?? ASYNC_RETRIES_DEFAULT;
    const delayMs = ASYNC_RETRY_DELAYS_MS[event.functionErrors - 1];
    if (event.functionErrors > retries || delayMs === undefined) return this.#giveUp(event, OK, errorMessage);
    return this.#retry(event, delayMs, OK, errorMessage);
  }

  async #retry(event: AsyncEvent, delayMs: number, status: number, reason: string): Promise<void> {
    const ageMax = event.host.onAsync?.maximumEventAgeMs ?? ASYNC_AGE_MS_MAX;
    const age = this.#options.context.clock.now() - event.acceptedAt;
    if (age + delayMs > ageMax) return this.#giveUp(event, status, reason);
    this.#attemptIn(delayMs, event);
  }

  async #giveUp(event: AsyncEvent, status: number, reason: string): Promise<void> {
    const queueArn = event.host.onAsync?.deadLetterQueueArn;
    if (queueArn === undefined) {
      this.#counts.dropped += 1;
      return;
    }
    const [, , , region, account, name] = queueArn.split(":");
    try {
      await this.#options.call(
        "sqs",
        "SendMessage",
        {
          QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
          MessageBody: event.payload,
          MessageAttributes: {
            RequestID: { DataType: "String", StringValue: event.requestId },
            ErrorCode: { DataType: "Number", StringValue: `${status}` },
            ErrorMessage: { DataType: "String", StringValue: reason.slice(0, DEAD_LETTER_ERROR_LENGTH_MAX) || "?" },
          },
        },
        { arn: event.host.roleArn, isAccountUser: false, sessionName: event.host.name },
      );
      this.#counts.deadLettered += 1;
    } catch (error) {
      // AWS counts these in the metric DeadLetterErrors; the event is gone.
      if (!(error instanceof AwsError) && !(error instanceof AnswerLostError)) throw error;
      this.#counts.dropped += 1;
    }
  }
}

interface AsyncEvent {
  readonly host: FunctionHost;
  readonly payload: string;
  readonly requestId: string;
  readonly acceptedAt: number;
  functionErrors: number;
  throttles: number;
}

// HTTP statuses as the dead-letter message's `ErrorCode` carries them: a function error is a good answer of Lambda's.
const OK = 200;
const THROTTLED = 429;
