import type { Item } from "../values/attribute-value.ts";
import { Expiry } from "./expiry.ts";
import { comparePositions, identityOf, keyOf, positionOf, type KeySchema } from "./key-schema.ts";
import { SecondaryIndex, type Projection } from "./secondary-index.ts";
import { replaceItem, storedBytes, type StoredItem } from "./stored-item.ts";
import { SortedList } from "./sorted-list.ts";

/** What is drawn by chance for a table: the dials, applied. */
export interface TableChance {
  readonly indexLagMs: () => number;
  readonly expiryDelayMs: () => number;
}

/** The items of one table, and the indexes that follow them. Knows nothing of requests. */
export class Table {
  readonly schema: KeySchema;
  readonly indexes = new Map<string, SecondaryIndex>();
  readonly #chance: TableChance;
  readonly #items = new Map<string, StoredItem>();
  readonly #order = new SortedList<StoredItem>(comparePositions);
  #expiry: Expiry | undefined;

  constructor(schema: KeySchema, chance: TableChance) {
    this.schema = schema;
    this.#chance = chance;
  }

  /** Lets happen what time has brought: expired items go. To be called before anything else is asked at that time. */
  settle(now: number): void {
    for (let due = this.#expiry?.next(now); due !== undefined; due = this.#expiry?.next(now)) {
      this.remove(due.identity, due.at);
    }
    for (const index of this.indexes.values()) index.settle(now);
  }

  /** The item with that key (further attributes do not matter). */
  get(key: Item): Item | undefined {
    return this.#items.get(identityOf(this.schema, key))?.item;
  }

  put(item: Item, now: number): void {
    const identity = identityOf(this.schema, item);
    const old = this.#items.get(identity);
    if (old === undefined) {
      const entry: StoredItem = { ...positionOf(this.schema, item, ""), item, bytes: undefined };
      this.#items.set(identity, entry);
      this.#order.insert(entry);
    } else {
      replaceItem(old, item);
    }
    this.#changed(identity, item, now);
  }

  delete(key: Item, now: number): void {
    this.remove(identityOf(this.schema, key), now);
  }

  remove(identity: string, now: number): void {
    const entry = this.#items.get(identity);
    if (entry === undefined) return;
    this.#items.delete(identity);
    this.#order.remove(entry);
    this.#changed(identity, undefined, now);
  }

  /** Every item, in the order of a scan. */
  get order(): SortedList<StoredItem> {
    return this.#order;
  }

  get itemCount(): number {
    return this.#items.size;
  }

  get sizeBytes(): number {
    let bytes = 0;
    for (const entry of this.#items.values()) bytes += storedBytes(entry);
    return bytes;
  }

  /** Adds an index and fills it from the items that are there. */
  addIndex(options: { name: string; schema: KeySchema; projection: Projection }, now: number): SecondaryIndex {
    const index = new SecondaryIndex({ ...options, tableKey: this.schema });
    for (const [identity, { item }] of this.#items) index.enqueue(identity, item, now);
    index.settle(now);
    this.indexes.set(index.name, index);
    return index;
  }

  /** Items expire by that attribute from now on; undefined: none do. */
  expireBy(attribute: string | undefined, now: number): void {
    this.#expiry = undefined;
    if (attribute === undefined) return;
    this.#expiry = new Expiry({ attribute, delayMs: this.#chance.expiryDelayMs });
    for (const [identity, { item }] of this.#items) this.#expiry.note(identity, item, now);
  }

  /** The key attributes of an item that a page ended with: those of the table, and of the index if there is one. */
  pageKey(item: Item, index: SecondaryIndex | undefined): Item {
    const key = keyOf(this.schema, item);
    return index === undefined ? key : { ...key, ...keyOf(index.schema, item) };
  }

  #changed(identity: string, item: Item | undefined, now: number): void {
    this.#expiry?.note(identity, item, now);
    for (const index of this.indexes.values()) index.enqueue(identity, item, now + this.#chance.indexLagMs());
  }
}
