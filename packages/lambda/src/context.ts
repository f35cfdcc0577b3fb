import type { AwsRuntime } from "@muster/aws";
import type { Clock, Random } from "@muster/core";

/** What a function runs in: AWS, or the embedded cloud. */
export interface FunctionRuntime extends AwsRuntime {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

export interface Log {
  readonly info: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
  readonly warn: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
  readonly error: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
}

/** One invocation, as a function sees it. */
export interface Context {
  readonly clock: Clock;
  readonly random: Random;
  readonly region: string;
  readonly log: Log;
  /** A new ULID. */
  readonly newId: () => string;
  /** Milliseconds that are left before Lambda gives up on this invocation. */
  readonly remainingMs: () => number;
}

/** What Lambda tells a handler; the rest of it nothing here needs. */
export interface Invocation {
  readonly requestId: string;
  /** Epoch ms on the runtime's clock. */
  readonly deadlineAt: number;
}
