/**
 * A value that others see late, as an eventually consistent API shows it. Changes show in the order in which they were
 * made: a later change never shows before an earlier one, and what was seen once is never taken back.
 */
export class Delayed<T> {
  #entries: { value: T; seenFrom: number }[];

  constructor(value: T, seenFrom: number) {
    this.#entries = [{ value, seenFrom }];
  }

  /** What it is. */
  get actual(): T {
    // The list is never empty: it starts with one entry, and `change` only drops those before the newest.
    return (this.#entries[this.#entries.length - 1] as { value: T }).value;
  }

  /** What others see at `now`; undefined when it has not shown at all yet. */
  seen(now: number): T | undefined {
    for (let index = this.#entries.length - 1; index >= 0; index--) {
      const entry = this.#entries[index];
      if (entry !== undefined && entry.seenFrom <= now) return entry.value;
    }
    return undefined;
  }

  /** Sets it; others see the change from `seenFrom` on, or as soon as they see the change before it. */
  change(value: T, now: number, seenFrom: number): void {
    const last = this.#entries[this.#entries.length - 1];
    const from = Math.max(seenFrom, last?.seenFrom ?? 0);
    // What is already overtaken for readers is of no more use.
    let firstUseful = 0;
    for (let index = 1; index < this.#entries.length; index++) {
      if ((this.#entries[index]?.seenFrom ?? Infinity) <= now) firstUseful = index;
    }
    this.#entries = [...this.#entries.slice(firstUseful), { value, seenFrom: from }];
  }
}
