import type { Clock, Random } from "@muster/core";

/** What every adapter is made with: on AWS the real thing, in the embedded cloud the same clients pointed at it. */
export interface AwsRuntime {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  /** One client per class and process, or invocation. */
  readonly client: <C>(Client: ClientClass<C>) => C;
}

/**
 * How Muster configures every SDK client: one attempt, because retries belong to `retry.ts`, which knows our clock, and
 * because the SDK would retry InsufficientInstanceCapacity (a 500) and so burn EC2's smallest bucket.
 */
export const CLIENT_CONFIG = { maxAttempts: 1 } as const;

export type ClientClass<C> = new (config: { region: string; maxAttempts: number }) => C;
