import type { Clock } from "@muster/core";

/** Locks that the steps of one node take, as `flock` gives them: they end with the step that holds them. */
export class NodeLocks {
  readonly #clock: Clock;
  readonly #locks = new Map<string, Lock>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits up to `waitMs` for it; false when it is not free in time, or the step ends before. */
  take(
    lock: { instanceId: string; name: string },
    step: object,
    wait: { ms: number; signal: AbortSignal },
  ): Promise<boolean> {
    const key = `${lock.instanceId} ${lock.name}`;
    const state = this.#locks.get(key) ?? { holder: undefined, waiters: [] };
    this.#locks.set(key, state);
    if (state.holder === undefined || state.holder === step) {
      state.holder = step;
      return Promise.resolve(true);
    }
    if (wait.ms <= 0 || wait.signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const end = (isTaken: boolean) => {
        cancel();
        wait.signal.removeEventListener("abort", stop);
        state.waiters = state.waiters.filter((other) => other !== waiter);
        resolve(isTaken);
      };
      const stop = () => end(false);
      const cancel = this.#clock.after(wait.ms, stop);
      const waiter: Waiter = { step, grant: () => end(true) };
      wait.signal.addEventListener("abort", stop, { once: true });
      state.waiters.push(waiter);
    });
  }

  /** Everything that the step holds is free. */
  release(step: object): void {
    for (const [key, state] of this.#locks) {
      if (state.holder !== step) continue;
      const [next] = state.waiters;
      state.holder = next?.step;
      if (next === undefined) this.#locks.delete(key);
      else next.grant();
    }
  }
}

interface Lock {
  holder: object | undefined;
  waiters: Waiter[];
}

interface Waiter {
  readonly step: object;
  readonly grant: () => void;
}
