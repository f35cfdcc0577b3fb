import type { Clock } from "@muster/core";

/**
 * A clock on which every delay is over at the next turn of the event loop. For tests that speak over real sockets,
 * which a clock that stands still would stop.
 */
export function hastyClock(startAt: number): Clock {
  let now = startAt;
  return {
    now: () => now,
    after(delayMs, run) {
      const immediate = setImmediate(() => {
        now += Math.max(0, delayMs);
        run();
      });
      return () => clearImmediate(immediate);
    },
  };
}
