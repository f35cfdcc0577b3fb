/**
 * Entries in an order, in blocks of bounded size: finding costs a binary search, inserting and removing move at most
 * one block, so neither grows with the number of entries to speak of.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #blocks: T[][] = [];

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  /** Adds an entry; it must not compare equal to one that is there. */
  insert(entry: T): void {
    const place = this.#seek((other) => this.#compare(other, entry) < 0);
    // Past the last entry of all, the last block takes it.
    const blockIndex = Math.min(place.block, this.#blocks.length - 1);
    const block = this.#blocks[blockIndex];
    if (block === undefined) {
      this.#blocks.push([entry]);
      return;
    }
    block.splice(place.block === blockIndex ? place.offset : block.length, 0, entry);
    if (block.length > MAX_BLOCK) this.#blocks.splice(blockIndex + 1, 0, block.splice(MAX_BLOCK / 2));
  }

  /** Takes out the entry that compares equal, if there is one. */
  remove(entry: T): void {
    const place = this.#seek((other) => this.#compare(other, entry) < 0);
    const block = this.#blocks[place.block];
    const found = block?.[place.offset];
    if (block === undefined || found === undefined || this.#compare(found, entry) !== 0) return;
    block.splice(place.offset, 1);
    if (block.length === 0) this.#blocks.splice(place.block, 1);
  }

  /** Entries in order, from the first one for which `isBefore` is false (it must be true up to there). */
  *from(isBefore: (entry: T) => boolean): Generator<T, undefined> {
    const place = this.#seek(isBefore);
    for (let index = place.block; index < this.#blocks.length; index++) {
      const block = this.#blocks[index] ?? [];
      for (let offset = index === place.block ? place.offset : 0; offset < block.length; offset++) {
        yield block[offset] as T;
      }
    }
  }

  /** Entries in reverse order, from the last one for which `isBefore` is true. */
  *backFrom(isBefore: (entry: T) => boolean): Generator<T, undefined> {
    const place = this.#seek(isBefore);
    for (let index = Math.min(place.block, this.#blocks.length - 1); index >= 0; index--) {
      const block = this.#blocks[index] ?? [];
      for (let offset = (index === place.block ? place.offset : block.length) - 1; offset >= 0; offset--) {
        yield block[offset] as T;
      }
    }
  }

  /** Where the first entry for which `isBefore` is false stands. */
  #seek(isBefore: (entry: T) => boolean): Place {
    const block = firstIndex(this.#blocks.length, (index) => {
      const entries = this.#blocks[index] ?? [];
      return isBefore(entries[entries.length - 1] as T);
    });
    const entries = this.#blocks[block] ?? [];
    return { block, offset: firstIndex(entries.length, (index) => isBefore(entries[index] as T)) };
  }
}

interface Place {
  readonly block: number;
  readonly offset: number;
}

/** Entries in one block: moving half of them on an insert stays cheaper than a deeper tree. */
const MAX_BLOCK = 512;

/** The first index of `length` for which `isBefore` is false. */
function firstIndex(length: number, isBefore: (index: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
