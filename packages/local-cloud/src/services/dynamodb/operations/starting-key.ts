import { Refusal } from "../refusal.ts";
import type { Source } from "./source.ts";
import { identityOf, keyAttributes, keyOf, positionOf, type Position } from "../store/key-schema.ts";
import { attributeOf, type Item } from "../values/attribute-value.ts";
import { checkItem, type ValueLayer } from "../values/check-value.ts";
import { checkLookupKey } from "../requests/check-key.ts";

export const INVALID_STARTING_KEY = "The provided starting key is invalid";

/** Checks the values of an ExclusiveStartKey. */
export function readStartingKey(key: Item | undefined, layer: ValueLayer): Item | undefined {
  if (key === undefined) return undefined;
  try {
    return checkItem(key, layer);
  } catch (error) {
    // AWS puts this in front of some complaints about values and not of others.
    if (!(error instanceof Refusal) || BARE.test(error.message)) throw error;
    throw new Refusal(`${INVALID_STARTING_KEY}: ${error.message}`);
  }
}

/**
 * Where a page begins: behind the item with that key, which need not be there any more. The key has the key
 * attributes of the table and, if it is of an index, of the index.
 * @throws {Refusal}
 */
export function positionAfter(key: Item, source: Source, options: { readonly isScan: boolean }): Position {
  const { record, index, schema } = source;
  const tableKey = keyOf(record.table.schema, key);
  const names = new Set([...keyAttributes(record.table.schema), ...keyAttributes(schema)].map(({ name }) => name));
  if (Object.keys(key).length !== names.size) throw invalid(index === undefined && options.isScan);
  const fits = keyAttributes(schema).every(({ name, type }) => attributeOf(key, name)?.[type] !== undefined);
  if (!fits) throw invalid(index === undefined && options.isScan);
  try {
    checkLookupKey(tableKey, record.table.schema);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`${INVALID_STARTING_KEY}: ${error.message}`);
  }
  const tie = index === undefined ? "" : identityOf(record.table.schema, key);
  return positionOf(schema, key, tie);
}

const BARE = /contains duplicates|number set|numeric value|significant digits|number with magnitude/;

function invalid(withReason: boolean): Refusal {
  const reason = withReason ? ": The provided key element does not match the schema" : "";
  return new Refusal(INVALID_STARTING_KEY + reason);
}
