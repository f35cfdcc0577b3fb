import { attributeOf, type Item } from "../values/attribute-value.ts";

/** Items that expired longer ago than this are left alone. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html (five years) */
const IGNORED_AFTER_MS = 5 * 365 * 86_400_000;

/**
 * When items are due to vanish. DynamoDB deletes an expired item some time after its expiry; until then everybody
 * still reads it. Nothing waits on a timer: what is due is asked for whenever the table is looked at.
 */
export class Expiry {
  readonly attribute: string;
  readonly #delayMs: () => number;
  /** When each item is to go; the queue may hold older appointments of the same item. */
  readonly #appointed = new Map<string, number>();
  readonly #queue: Appointment[] = [];

  constructor(options: { attribute: string; delayMs: () => number }) {
    this.attribute = options.attribute;
    this.#delayMs = options.delayMs;
  }

  /** Looks at an item that was just written (or deleted). */
  note(identity: string, item: Item | undefined, now: number): void {
    const expiresAt = item === undefined ? undefined : this.#expiresAt(item);
    if (expiresAt === undefined || expiresAt < now - IGNORED_AFTER_MS) {
      this.#appointed.delete(identity);
      return;
    }
    const at = Math.max(expiresAt, now) + this.#delayMs();
    this.#appointed.set(identity, at);
    push(this.#queue, { at, identity });
  }

  /** Takes out the next item that is due by then. */
  next(now: number): Appointment | undefined {
    for (let first = this.#queue[0]; first !== undefined && first.at <= now; first = this.#queue[0]) {
      pop(this.#queue);
      if (this.#appointed.get(first.identity) !== first.at) continue;
      this.#appointed.delete(first.identity);
      return first;
    }
    return undefined;
  }

  /** Seconds since 1970, as a number; any other type never expires. */
  #expiresAt(item: Item): number | undefined {
    const seconds = attributeOf(item, this.attribute)?.N;
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  }
}

export interface Appointment {
  /** Epoch ms. */
  readonly at: number;
  readonly identity: string;
}

// A binary heap by time, then identity: the same items go in the same order on every run.
function before(a: Appointment, b: Appointment): boolean {
  return a.at < b.at || (a.at === b.at && a.identity < b.identity);
}

function push(heap: Appointment[], appointment: Appointment): void {
  let index = heap.push(appointment) - 1;
  while (index > 0) {
    const parentIndex = (index - 1) >> 1;
    const parent = heap[parentIndex];
    if (parent === undefined || before(parent, appointment)) break;
    heap[index] = parent;
    index = parentIndex;
  }
  heap[index] = appointment;
}

function pop(heap: Appointment[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let index = 0;
  for (let childIndex = 1; childIndex < heap.length; childIndex = 2 * index + 1) {
    const [left, right] = [heap[childIndex], heap[childIndex + 1]];
    if (left === undefined) break;
    const useRight = right !== undefined && before(right, left);
    const child = useRight ? right : left;
    if (before(last, child)) break;
    heap[index] = child;
    index = useRight ? childIndex + 1 : childIndex;
  }
  heap[index] = last;
}
