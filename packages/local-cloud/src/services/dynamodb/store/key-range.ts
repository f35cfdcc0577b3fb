import type { KeyCondition, KeyRange } from "../expressions/key-condition.ts";
import { attributeOf, type AttributeValue, type Item } from "../values/attribute-value.ts";
import type { StoredItem } from "./stored-item.ts";
import type { SortedList } from "./sorted-list.ts";
import {
  comparePositions,
  partitionText,
  sortableValue,
  type KeyAttribute,
  type KeySchema,
  type Position,
} from "./key-schema.ts";

/** The items of one partition whose sort keys lie in a range, in the order of their sort keys or against it. */
export function* itemsInRange(
  items: SortedList<StoredItem>,
  condition: KeyCondition,
  options: { readonly schema: KeySchema; readonly forward: boolean; readonly after: Position | undefined },
): Generator<StoredItem, undefined> {
  const { schema, forward, after } = options;
  const partition = partitionText(textOf(schema.partition, condition.partition));
  const { isBelow, isAbove } = boundsOf(schema.sort, condition.sort);
  if (forward) {
    const start = items.from((entry) => {
      if (after !== undefined) return comparePositions(entry, after) <= 0;
      return entry.partition < partition || (entry.partition === partition && isBelow(entry.sort));
    });
    for (const entry of start) {
      if (entry.partition !== partition || isAbove(entry.sort)) return;
      yield entry;
    }
    return;
  }
  const start = items.backFrom((entry) => {
    if (after !== undefined) return comparePositions(entry, after) < 0;
    return entry.partition < partition || (entry.partition === partition && !isAbove(entry.sort));
  });
  for (const entry of start) {
    if (entry.partition !== partition || isBelow(entry.sort)) return;
    yield entry;
  }
}

/** Whether a key lies in a range: what a page's starting key must do. */
export function liesInRange(key: Item, attribute: KeyAttribute, range: KeyRange): boolean {
  const text = sortableValue(attribute.type, attributeOf(key, attribute.name) ?? {});
  if (text === undefined) return false;
  const { isBelow, isAbove } = boundsOf(attribute, range);
  return !isBelow(text) && !isAbove(text);
}

/** Which texts of sort keys lie before a range, and which behind it. */
interface Bounds {
  readonly isBelow: (text: string) => boolean;
  readonly isAbove: (text: string) => boolean;
}

function boundsOf(attribute: KeyAttribute | undefined, range: KeyRange | undefined): Bounds {
  if (attribute === undefined || range === undefined) return { isBelow: () => false, isAbove: () => false };
  if (range.operator === "BETWEEN") {
    const [low, high] = [textOf(attribute, range.low), textOf(attribute, range.high)];
    return { isBelow: (text) => text < low, isAbove: (text) => text > high };
  }
  const bound = textOf(attribute, range.value);
  switch (range.operator) {
    case "=":
      return { isBelow: (text) => text < bound, isAbove: (text) => text > bound };
    case "<":
      return { isBelow: () => false, isAbove: (text) => text >= bound };
    case "<=":
      return { isBelow: () => false, isAbove: (text) => text > bound };
    case ">":
      return { isBelow: (text) => text <= bound, isAbove: () => false };
    case ">=":
      return { isBelow: (text) => text < bound, isAbove: () => false };
    case "begins_with":
      return { isBelow: (text) => text < bound, isAbove: (text) => text > bound && !text.startsWith(bound) };
  }
}

function textOf(attribute: KeyAttribute, value: AttributeValue): string {
  const text = sortableValue(attribute.type, value);
  if (text === undefined) throw new TypeError(`a key of another type than ${attribute.type} was let through`);
  return text;
}
