import type { AttributeDefinition, KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { attributeOf, pickAttributes, type AttributeValue, type Item } from "../values/attribute-value.ts";
import { byteText, sortableText } from "../values/compare.ts";
import { sortableNumber } from "../values/decimal.ts";

export type KeyType = "S" | "N" | "B";

export interface KeyAttribute {
  readonly name: string;
  readonly type: KeyType;
}

/** The key of a table or an index: a partition key, and perhaps a sort key. */
export interface KeySchema {
  readonly partition: KeyAttribute;
  readonly sort: KeyAttribute | undefined;
}

/** Where an item stands in a table or an index. Texts that sort as the keys do. */
export interface Position {
  /** A hash of the partition key, then the key itself: partitions lie scattered, as in DynamoDB. */
  readonly partition: string;
  readonly sort: string;
  /** Tells items apart that have the same key in an index: the key of the table. */
  readonly tie: string;
}

export function toKeySchema(
  elements: readonly KeySchemaElement[],
  definitions: readonly AttributeDefinition[],
): KeySchema {
  const attribute = (element: KeySchemaElement): KeyAttribute => {
    const name = element.AttributeName ?? "";
    const type = definitions.find((definition) => definition.AttributeName === name)?.AttributeType;
    if (type !== "S" && type !== "N" && type !== "B") throw new TypeError(`key attribute ${name} has no type`);
    return { name, type };
  };
  const [partition, sort] = elements;
  if (partition === undefined) throw new TypeError("a key schema without a partition key was let through");
  return { partition: attribute(partition), sort: sort === undefined ? undefined : attribute(sort) };
}

export function keyAttributes(schema: KeySchema): readonly KeyAttribute[] {
  return schema.sort === undefined ? [schema.partition] : [schema.partition, schema.sort];
}

export function keyNames(schema: KeySchema): readonly string[] {
  return keyAttributes(schema).map((attribute) => attribute.name);
}

/** The key attributes of an item. */
export function keyOf(schema: KeySchema, item: Item): Item {
  return pickAttributes(item, keyNames(schema));
}

/** Tells two items of a table apart, and nothing else: their key must fit the schema. */
export function identityOf(schema: KeySchema, item: Item): string {
  const partition = sortableKey(schema.partition, item);
  if (schema.sort === undefined) return partition;
  return `${partition.length}:${partition}${sortableKey(schema.sort, item)}`;
}

export function positionOf(schema: KeySchema, item: Item, tie: string): Position {
  return {
    partition: partitionText(sortableKey(schema.partition, item)),
    sort: schema.sort === undefined ? "" : sortableKey(schema.sort, item),
    tie,
  };
}

/** Whether the item has every key attribute, in the type that the schema says: otherwise an index leaves it out. */
export function hasKey(schema: KeySchema, item: Item): boolean {
  return keyAttributes(schema).every(({ name, type }) => attributeOf(item, name)?.[type] !== undefined);
}

export function comparePositions(a: Position, b: Position): number {
  return compareUnits(a.partition, b.partition) || compareUnits(a.sort, b.sort) || compareUnits(a.tie, b.tie);
}

/** The first digits of a partition's text: its place in the range that parallel scans divide. */
export const HASH_DIGITS = 8;

export function partitionText(sortablePartition: string): string {
  return hash(sortablePartition).toString(16).padStart(HASH_DIGITS, "0") + sortablePartition;
}

/** A key value as text that sorts as DynamoDB sorts it: S and B by unsigned bytes, N by value. */
export function sortableValue(type: KeyType, value: AttributeValue): string | undefined {
  switch (type) {
    case "S":
      return value.S === undefined ? undefined : sortableText(value.S);
    case "N":
      return value.N === undefined ? undefined : sortableNumber(value.N);
    case "B":
      return value.B === undefined ? undefined : byteText(value.B);
  }
}

function sortableKey({ name, type }: KeyAttribute, item: Item): string {
  const text = sortableValue(type, attributeOf(item, name) ?? {});
  if (text === undefined) throw new TypeError(`an item without its key attribute ${name} was let through`);
  return text;
}

function compareUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** FNV-1a, its bits spread by murmur3's finaliser. AWS's own hash is not public; any that scatters will do. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) bits = Math.imul(bits ^ text.charCodeAt(index), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
