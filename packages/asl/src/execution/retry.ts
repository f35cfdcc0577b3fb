import type { Random } from "@muster/core";
import type { Retrier } from "../definition/machine.ts";
import { StatesError, type StateFailure } from "./failure.ts";

/**
 * Whether an ErrorEquals names that failure. States.ALL names all of them (States.DataLimitExceeded too: recorded on
 * AWS, against its guide); States.TaskFailed all but timeouts; the expiry of a heartbeat has two names.
 */
export function matches(errorEquals: readonly string[], failure: StateFailure): boolean {
  return errorEquals.some((name) => {
    switch (name) {
      case StatesError.all:
        return true;
      case StatesError.taskFailed:
        return !failure.isTimeout && failure.errorName !== StatesError.timeout;
      case StatesError.heartbeatTimeout:
        return failure.isHeartbeat || failure.errorName === name;
      default:
        return failure.errorName === name;
    }
  });
}

/** The retries of one stay in a state. Each retrier counts its own. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();

  constructor(retriers: readonly Retrier[]) {
    this.#retriers = retriers;
  }

  /** Milliseconds until the next attempt after that failure; undefined when there is none. */
  next(failure: StateFailure, random: Random): number | undefined {
    const retrier = this.#retriers.find((candidate) => matches(candidate.errorEquals, failure));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.maxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    const seconds = backoffSeconds(retrier, used);
    return 1000 * (retrier.jitter === "FULL" ? random.next() * seconds : seconds);
  }
}

/** Seconds before the retry that follows `used` earlier ones, before jitter. */
export function backoffSeconds(retrier: Retrier, used: number): number {
  const seconds = retrier.intervalSeconds * retrier.backoffRate ** used;
  return Math.min(seconds, retrier.maxDelaySeconds ?? Number.MAX_SAFE_INTEGER);
}
