import { attributeOf, pickAttributes, type Item } from "../values/attribute-value.ts";
import { sameValue } from "../values/compare.ts";
import { comparePositions, hasKey, keyNames, positionOf, type KeySchema } from "./key-schema.ts";
import { SortedList } from "./sorted-list.ts";
import { replaceItem, storedBytes, type StoredItem } from "./stored-item.ts";

/** What an index shows of an item. */
export type Projection =
  | { readonly type: "ALL" }
  | { readonly type: "KEYS_ONLY" }
  | { readonly type: "INCLUDE"; readonly attributes: readonly string[] };

/**
 * A global secondary index: a copy of the table in another order, sparse (items without the index's key are not in
 * it), and always a little behind. Changes wait in a queue and are applied when somebody looks, so that lag costs no
 * timer.
 */
export class SecondaryIndex {
  readonly name: string;
  readonly schema: KeySchema;
  readonly projection: Projection;
  /** The names that the index shows; undefined for all. */
  readonly #shown: readonly string[] | undefined;
  readonly #items = new Map<string, StoredItem>();
  readonly #order = new SortedList<StoredItem>(comparePositions);
  #pending: Change[] = [];
  #applied = 0;

  constructor(options: { name: string; schema: KeySchema; projection: Projection; tableKey: KeySchema }) {
    this.name = options.name;
    this.schema = options.schema;
    this.projection = options.projection;
    this.#shown = shownNames(options.schema, options.projection, options.tableKey);
  }

  /** Notes that the item of that identity is now `item` (or gone), which the index shows from `due` on, epoch ms. */
  enqueue(identity: string, item: Item | undefined, due: number): void {
    this.#pending.push({ identity, item, due });
  }

  /** The index as it shows at that time. */
  at(now: number): SortedList<StoredItem> {
    this.settle(now);
    return this.#order;
  }

  /** Applies what is due, one after the other: what was written later never shows earlier. */
  settle(now: number): void {
    for (let change = this.#pending[this.#applied]; change !== undefined && change.due <= now;) {
      this.#apply(change);
      change = this.#pending[++this.#applied];
    }
    if (this.#applied === this.#pending.length || this.#applied > COMPACT_AFTER) {
      this.#pending = this.#pending.slice(this.#applied);
      this.#applied = 0;
    }
  }

  /** What the index shows of an item; undefined when it leaves it out. */
  view(item: Item | undefined): Item | undefined {
    if (item === undefined || !hasKey(this.schema, item)) return undefined;
    return this.#shown === undefined ? item : pickAttributes(item, this.#shown);
  }

  /** Whether the index holds an attribute of its items. */
  shows(name: string): boolean {
    return this.#shown?.includes(name) ?? true;
  }

  get itemCount(): number {
    return this.#items.size;
  }

  get sizeBytes(): number {
    let bytes = 0;
    for (const entry of this.#items.values()) bytes += storedBytes(entry);
    return bytes;
  }

  #apply({ identity, item }: Change): void {
    const old = this.#items.get(identity);
    const view = this.view(item);
    if (old !== undefined && view !== undefined && this.#hasSameKey(old.item, view)) {
      replaceItem(old, view);
      return;
    }
    if (old !== undefined) {
      this.#order.remove(old);
      this.#items.delete(identity);
    }
    if (view === undefined) return;
    const entry: StoredItem = { ...positionOf(this.schema, view, identity), item: view, bytes: undefined };
    this.#items.set(identity, entry);
    this.#order.insert(entry);
  }

  #hasSameKey(a: Item, b: Item): boolean {
    return keyNames(this.schema).every((name) => sameValue(attributeOf(a, name) ?? {}, attributeOf(b, name) ?? {}));
  }
}

interface Change {
  readonly identity: string;
  readonly item: Item | undefined;
  readonly due: number;
}

/** Applied changes that may stay in the queue before it is cut. */
const COMPACT_AFTER = 1024;

function shownNames(schema: KeySchema, projection: Projection, tableKey: KeySchema): readonly string[] | undefined {
  if (projection.type === "ALL") return undefined;
  const included = projection.type === "INCLUDE" ? projection.attributes : [];
  return [...new Set([...keyNames(tableKey), ...keyNames(schema), ...included])];
}
