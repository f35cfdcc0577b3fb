import { randomBetween, sleep, type Clock, type Random } from "@muster/core";
import { targetFailure, type TargetFailure } from "./target-failure.ts";

/** How often and how long a target is tried. */
export interface RetryPolicy {
  /** After the first attempt; 0..185. */
  readonly maximumRetryAttempts: number;
  /** Since the event came in; 60 s to 24 h. */
  readonly maximumEventAgeMs: number;
}

/** What EventBridge does when nothing is said: 24 hours and 185 attempts. It is also the most it does. */
export const defaultRetryPolicy: RetryPolicy = { maximumRetryAttempts: 185, maximumEventAgeMs: 86_400_000 };

export type DeliveryEnd =
  | { readonly kind: "delivered"; readonly retries: number }
  | {
      readonly kind: "failed";
      readonly failure: TargetFailure;
      readonly retries: number;
      /** Which of the two ends of the retry policy was reached; undefined when it made no sense to go on. */
      readonly exhausted: "MaximumRetryAttempts" | "MaximumEventAgeInSeconds" | undefined;
    };

export interface Delivery {
  /** Calls the target; `attempt` counts from 1. */
  readonly call: (attempt: number) => Promise<unknown>;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly random: Random;
}

/** Delivers to one target, with exponential back-off and jitter between attempts. */
export async function deliver({ call, policy, clock, random }: Delivery): Promise<DeliveryEnd> {
  const expiresAt = clock.now() + policy.maximumEventAgeMs;
  for (let retries = 0; ; retries++) {
    const failure = await attempt(() => call(retries + 1));
    if (failure === undefined) return { kind: "delivered", retries };
    if (!failure.isRetriable) return { kind: "failed", failure, retries, exhausted: undefined };
    if (retries >= policy.maximumRetryAttempts)
      return { kind: "failed", failure, retries, exhausted: "MaximumRetryAttempts" };
    const at = clock.now() + backOffMs(retries, random);
    await sleep(clock, Math.min(at, expiresAt) - clock.now());
    if (at >= expiresAt) return { kind: "failed", failure, retries, exhausted: "MaximumEventAgeInSeconds" };
  }
}

async function attempt(call: () => Promise<unknown>): Promise<TargetFailure | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return targetFailure(error);
  }
}

// AWS publishes "exponential back off with jitter" and no figures. With a ceiling of ten minutes, half of it jitter,
// 185 attempts take about 22 hours, which fits the 24 hours that go with them.
const BACK_OFF_MS_MIN = 1_000;
const BACK_OFF_MS_MAX = 600_000;

function backOffMs(retries: number, random: Random): number {
  const ceiling = Math.min(BACK_OFF_MS_MIN * 2 ** Math.min(retries, 20), BACK_OFF_MS_MAX);
  return randomBetween(random, { min: ceiling / 2, max: ceiling });
}
