import type { Item } from "../values/attribute-value.ts";
import { itemBytes } from "../values/size.ts";
import type { Position } from "./key-schema.ts";

/** One item as a table or an index holds it. */
export interface StoredItem extends Position {
  item: Item;
  /** What the item counts for, once somebody has asked. */
  bytes: number | undefined;
}

export function storedBytes(entry: StoredItem): number {
  entry.bytes ??= itemBytes(entry.item);
  return entry.bytes;
}

export function replaceItem(entry: StoredItem, item: Item): void {
  entry.item = item;
  entry.bytes = undefined;
}
