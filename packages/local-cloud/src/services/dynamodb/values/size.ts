import type { AttributeValue, Item } from "./attribute-value.ts";
import { numberBytes } from "./decimal.ts";

/**
 * Largest item, bytes, names included.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (400 KB)
 */
export const MAX_ITEM_BYTES = 400 * 1024;

/**
 * Bytes that an item counts for, by the rules of
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Item): number {
  let bytes = 0;
  for (const name in item) bytes += textBytes(name) + valueBytes(item[name] ?? {});
  return bytes;
}

/** Bytes that a value counts for, without its name. */
export function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return textBytes(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.SS !== undefined) return sum(value.SS, textBytes);
  if (value.NS !== undefined) return sum(value.NS, numberBytes);
  if (value.BS !== undefined) return sum(value.BS, (bytes) => bytes.byteLength);
  if (value.L !== undefined) return DOCUMENT_BYTES + sum(value.L, (element) => ELEMENT_BYTES + valueBytes(element));
  if (value.M === undefined) return 0;
  return DOCUMENT_BYTES + Object.keys(value.M).length * ELEMENT_BYTES + itemBytes(value.M);
}

/** UTF-8 bytes of a text. */
export function textBytes(text: string): number {
  return Buffer.byteLength(text);
}

/** What a list or map counts for before anything is in it. */
const DOCUMENT_BYTES = 3;
/** What each element or member counts for on top of itself. */
const ELEMENT_BYTES = 1;

function sum<T>(members: readonly T[], bytesOf: (member: T) => number): number {
  let bytes = 0;
  for (const member of members) bytes += bytesOf(member);
  return bytes;
}
