import type { Cancel, Clock } from "./clock.ts";

/**
 * A clock that stands still until it is told to move. `drain` waits until everything a timer set off has settled;
 * with handlers that do no real I/O one turn of the event loop is enough, and that is the default of its makers.
 */
export class VirtualClock implements Clock {
  #now: number;
  #sequence = 0;
  readonly #timers: Timer[] = [];
  readonly #drain: () => Promise<void>;

  constructor(options: { startAt: number; drain: () => Promise<void> }) {
    this.#now = options.startAt;
    this.#drain = options.drain;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): Cancel {
    if (!Number.isFinite(delayMs)) throw new RangeError(`a delay must be a finite number of ms, not ${delayMs}`);
    const timer: Timer = { at: this.#now + Math.max(0, delayMs), sequence: this.#sequence++, run, cancelled: false };
    push(this.#timers, timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** When the next timer falls due, epoch ms; undefined when there is none. */
  get nextAt(): number | undefined {
    return this.#next()?.at;
  }

  /** Moves time forward by `ms`, firing what falls due on the way, in order. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.#drain();
    for (let timer = this.#next(); timer !== undefined && timer.at <= end; timer = this.#next())
      await this.#fire(timer);
    this.#now = end;
  }

  /**
   * Moves time from timer to timer until `done` says so.
   * @throws {ClockStuckError} when no timer is left, or `limitMs` of virtual time have passed, and it is still not done.
   */
  async runUntil(done: () => boolean, limitMs = 366 * 86_400_000): Promise<void> {
    const end = this.#now + limitMs;
    await this.#drain();
    while (!done()) {
      const timer = this.#next();
      if (timer === undefined) throw new ClockStuckError("no timer is left, and it is still not done");
      if (timer.at > end) throw new ClockStuckError(`not done after ${limitMs} ms of virtual time`);
      await this.#fire(timer);
    }
  }

  /** Awaits `work`, moving time as far as it needs. Errors of `work` are thrown as they are. */
  async run<T>(work: Promise<T>, limitMs?: number): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    work.then(mark, mark);
    await this.runUntil(() => settled, limitMs);
    return work;
  }

  #next(): Timer | undefined {
    while (this.#timers[0]?.cancelled === true) pop(this.#timers);
    return this.#timers[0];
  }

  async #fire(timer: Timer): Promise<void> {
    pop(this.#timers);
    this.#now = Math.max(this.#now, timer.at);
    timer.run();
    await this.#drain();
  }
}

/** Virtual time cannot go on: what is waited for can never happen. Always a bug of ours, or a test's. */
export class ClockStuckError extends Error {
  override readonly name = "ClockStuckError";
}

interface Timer {
  readonly at: number;
  readonly sequence: number;
  readonly run: () => void;
  cancelled: boolean;
}

// A binary heap by (at, sequence): the same timers fire in the same order on every run.
function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

function push(heap: Timer[], timer: Timer): void {
  let index = heap.push(timer) - 1;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex] as Timer;
    if (before(parent, timer)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = timer;
}

function pop(heap: Timer[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (let childIndex = 1; childIndex < heap.length; childIndex = 2 * index + 1) {
    const right = heap[childIndex + 1];
    if (right !== undefined && before(right, heap[childIndex] as Timer)) childIndex++;
    const child = heap[childIndex] as Timer;
    if (before(last, child)) break;
    heap[index] = child;
    index = childIndex;
  }
  heap[index] = last;
}
