import { VirtualClock, type Cancel, type Clock } from "@muster/core";

export interface PacedClockOptions {
  /** Epoch ms. */
  readonly startAt: number;
  /** Seconds of cloud time that pass in one real second, while nothing computes. */
  readonly speed: number;
  /** Resolves when everything that a timer set off has settled, or waits for the clock. */
  readonly drain: () => Promise<void>;
  /** The machine's own time, ms; monotonic. */
  readonly realNow: () => number;
  /** Runs something `delayMs` of real time later. */
  readonly realAfter: (delayMs: number, run: () => void) => Cancel;
}

/**
 * A clock that runs `speed` times as fast as the machine's while everybody waits, and stands still while somebody works.
 * So a timeout of 30 s means 30 s of waiting at any speed, on any machine: a slow laptop is slow, not broken.
 */
export class PacedClock implements Clock {
  readonly #options: PacedClockOptions;
  readonly #virtual: VirtualClock;
  /** While nothing computes: since when, in real ms. */
  #waitingSince: number | undefined;
  #wake: (() => void) | undefined;
  #isStopped = false;

  constructor(options: PacedClockOptions) {
    this.#options = options;
    this.#virtual = new VirtualClock({ startAt: options.startAt, drain: options.drain });
  }

  now(): number {
    if (this.#waitingSince === undefined) return this.#virtual.now();
    const passed = (this.#options.realNow() - this.#waitingSince) * this.#options.speed;
    return Math.min(this.#virtual.now() + passed, this.#virtual.nextAt ?? Number.POSITIVE_INFINITY);
  }

  after(delayMs: number, run: () => void): Cancel {
    // Who calls from outside (a socket) calls in the middle of a wait: count from where time is by now.
    const cancel = this.#virtual.after(this.now() - this.#virtual.now() + Math.max(0, delayMs), run);
    this.#wake?.();
    return cancel;
  }

  /** Lets time run until `stop`. */
  async run(): Promise<void> {
    const { drain, speed, realNow } = this.#options;
    while (!this.#isStopped) {
      await drain();
      const next = this.#virtual.nextAt;
      this.#waitingSince = realNow();
      const waitMs = next === undefined ? undefined : (next - this.#virtual.now()) / speed;
      if (waitMs === undefined || waitMs > 0) await this.#pause(waitMs);
      const reached = this.now();
      // What is due within a millisecond is due: rounding may not make the clock chase its own tail.
      const now = next !== undefined && next - reached < 1 ? next : reached;
      this.#waitingSince = undefined;
      await this.#virtual.advance(now - this.#virtual.now());
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  /** Waits that long in real time, or until another timer is set. */
  #pause(delayMs: number | undefined): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel =
        delayMs === undefined
          ? undefined
          : this.#options.realAfter(Math.min(delayMs, REAL_DELAY_MS_MAX), () => this.#wake?.());
      this.#wake = () => {
        cancel?.();
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** setTimeout keeps its delay in 31 bits; a longer one would fire at once. */
const REAL_DELAY_MS_MAX = 2 ** 31 - 1;
