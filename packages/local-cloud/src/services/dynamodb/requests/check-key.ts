import { MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { keyAttributes, type KeyAttribute, type KeySchema } from "../store/key-schema.ts";
import { attributeOf, typeOf, type AttributeValue, type Item } from "../values/attribute-value.ts";
import { INVALID } from "../values/check-value.ts";
import { textBytes } from "../values/size.ts";

export const KEY_MISMATCH = "The provided key element does not match the schema";

/** A key value that is there, but empty. AWS tells it before it looks at anything else of a transaction. */
export class EmptyKeyRefusal extends Refusal {}

/**
 * Checks a key by which an item is looked up: exactly the key attributes, of the right types.
 * @throws {Refusal}
 */
export function checkLookupKey(key: Item, schema: KeySchema): void {
  const attributes = keyAttributes(schema);
  if (Object.keys(key).length !== attributes.length) throw new Refusal(KEY_MISMATCH);
  for (const attribute of attributes) {
    const value = attributeOf(key, attribute.name);
    if (value?.[attribute.type] === undefined) throw new Refusal(KEY_MISMATCH);
  }
  checkKeyValues(key, schema);
}

/**
 * Checks the key attributes in an item that is to be put.
 * @throws {Refusal}
 */
export function checkItemKey(item: Item, schema: KeySchema): void {
  for (const { name, type } of keyAttributes(schema)) {
    const value = attributeOf(item, name);
    if (value === undefined) throw new Refusal(`${INVALID}Missing the key ${name} in the item`);
    if (value[type] === undefined) {
      throw new Refusal(`${INVALID}Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    }
  }
  checkKeyValues(item, schema);
}

/**
 * Checks an item against the key of an index: it may lack an attribute, but not have another type.
 * @throws {Refusal}
 */
export function checkIndexKey(item: Item, index: { readonly name: string; readonly schema: KeySchema }): void {
  for (const attribute of keyAttributes(index.schema)) {
    const value = attributeOf(item, attribute.name);
    if (value === undefined) continue;
    if (value[attribute.type] === undefined) {
      throw new Refusal(
        `${INVALID}Type mismatch for Index Key ${attribute.name} Expected: ${attribute.type} Actual: ${typeOf(value)} IndexName: ${index.name}`,
      );
    }
    const empty = emptyKind(value);
    if (empty !== undefined) {
      throw new EmptyKeyRefusal(
        `${NOT_VALID}A value specified for a secondary index key is not supported. ${cannotBeEmpty(empty)} IndexName: ${index.name}, IndexKey: ${attribute.name}`,
      );
    }
    checkKeyBytes(attribute, value, index.schema);
  }
}

/**
 * Checks what an update makes of the attributes that are keys of an index.
 * @throws {Refusal}
 */
export function checkUpdatedIndexKey(item: Item, updated: ReadonlySet<string>, schema: KeySchema): void {
  for (const attribute of keyAttributes(schema)) {
    const value = updated.has(attribute.name) ? attributeOf(item, attribute.name) : undefined;
    if (value === undefined) continue;
    if (value[attribute.type] === undefined) {
      throw new Refusal("The update expression attempted to update the secondary index key to unsupported type");
    }
    const empty = emptyKind(value);
    if (empty !== undefined) {
      throw new Refusal(
        `${NOT_VALID}The update expression attempted to update a secondary index key to a value that is not supported. ${cannotBeEmpty(empty)}`,
      );
    }
    if (keyBytes(value) > maxBytes(attribute, schema)) {
      throw new Refusal("The update expression attempted to update the secondary index key beyond allowed size limits");
    }
  }
}

const NOT_VALID = "One or more parameter values are not valid. ";

function checkKeyValues(item: Item, schema: KeySchema): void {
  for (const attribute of keyAttributes(schema)) {
    const value = attributeOf(item, attribute.name) ?? {};
    const empty = emptyKind(value);
    if (empty !== undefined) {
      throw new EmptyKeyRefusal(`${NOT_VALID}${cannotBeEmpty(empty)} Key: ${attribute.name}`);
    }
    checkKeyBytes(attribute, value, schema);
  }
}

function emptyKind(value: AttributeValue): "string" | "binary" | undefined {
  if (value.S === "") return "string";
  return value.B?.byteLength === 0 ? "binary" : undefined;
}

function cannotBeEmpty(kind: "string" | "binary"): string {
  return `The AttributeValue for a key attribute cannot contain an empty ${kind} value.`;
}

/** The missing space is AWS's. */
function checkKeyBytes(attribute: KeyAttribute, value: AttributeValue, schema: KeySchema): void {
  const most = maxBytes(attribute, schema);
  if (keyBytes(value) <= most) return;
  throw new Refusal(
    attribute === schema.partition
      ? `${INVALID}Size of hashkey has exceeded the maximum size limit of${most} bytes`
      : `${INVALID}Aggregated size of all range keys has exceeded the size limit of ${most} bytes`,
  );
}

function maxBytes(attribute: KeyAttribute, schema: KeySchema): number {
  return attribute === schema.partition ? MAX_PARTITION_KEY_BYTES : MAX_SORT_KEY_BYTES;
}

/** Numbers always fit. */
function keyBytes(value: AttributeValue): number {
  if (value.S !== undefined) return textBytes(value.S);
  return value.B?.byteLength ?? 0;
}
