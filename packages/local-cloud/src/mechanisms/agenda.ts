import type { Clock } from "@muster/core";

/**
 * Things that are due later. Everything that falls into the same tick shares one timer of the clock, so that a launch of
 * a thousand instances arranges some dozens of timers and not thousands. Nothing is ever run before it is due.
 */
export class Agenda {
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #due = new Map<number, (() => void)[]>();

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  /** Runs `run` at `atMs` (epoch) or at most one tick later. What was arranged first for a tick runs first. */
  at(atMs: number, run: () => void): void {
    const tick = Math.ceil(Math.max(atMs, this.#clock.now()) / this.#tickMs) * this.#tickMs;
    const entries = this.#due.get(tick);
    if (entries !== undefined) {
      entries.push(run);
      return;
    }
    this.#due.set(tick, [run]);
    this.#clock.after(tick - this.#clock.now(), () => this.#fire(tick));
  }

  #fire(tick: number): void {
    const entries = this.#due.get(tick) ?? [];
    this.#due.delete(tick);
    for (const run of entries) run();
  }
}
