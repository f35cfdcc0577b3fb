import { AwsError } from "../../../kernel/aws-error.ts";
import type { TableRecord } from "../catalog.ts";
import { applyUpdate } from "../expressions/apply-update.ts";
import { meets } from "../expressions/evaluate-condition.ts";
import {
  readExpressions,
  type ExpressionMembers,
  type RequestExpressions,
} from "../expressions/request-expressions.ts";
import { Refusal } from "../refusal.ts";
import { checkIndexKey, checkItemKey, checkLookupKey, checkUpdatedIndexKey } from "../requests/check-key.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import { keyNames, keyOf } from "../store/key-schema.ts";
import type { Item } from "../values/attribute-value.ts";
import { checkItem, INVALID, type ValueLayer } from "../values/check-value.ts";
import { itemBytes, MAX_ITEM_BYTES } from "../values/size.ts";

/** One write, as a request of its own or as an action of a transaction: read, but not yet held against a table. */
export type WriteAction =
  | { readonly kind: "Put"; readonly item: Item; readonly expressions: RequestExpressions; readonly returnOld: boolean }
  | {
      readonly kind: "Update" | "Delete" | "ConditionCheck";
      readonly key: Item;
      readonly expressions: RequestExpressions;
      /** Whether a failed condition shows the item. */
      readonly returnOld: boolean;
    };

/** Members of a write in a request, as far as they have to do with what it does. */
export interface WriteMembers extends ExpressionMembers {
  readonly Item?: Item | undefined;
  readonly Key?: Item | undefined;
  readonly ReturnValuesOnConditionCheckFailure?: string | undefined;
}

/** A condition that an item did not meet. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
  /** The item, if the request wants to see it. */
  readonly item: Item | undefined;

  constructor(item: Item | undefined) {
    super("The conditional request failed");
    this.item = item;
  }

  toAwsError(): AwsError {
    const members = this.item === undefined ? {} : { Item: this.item };
    return new AwsError("ConditionalCheckFailedException", this.message, { members });
  }
}

/**
 * Checks a write as far as it can be without its table.
 * @throws {Refusal}
 */
export function readWrite(kind: WriteAction["kind"], members: WriteMembers, layer: ValueLayer): WriteAction {
  const values =
    kind === "Update" ? (["UpdateExpression", "ConditionExpression"] as const) : (["ConditionExpression"] as const);
  const returnOld = members.ReturnValuesOnConditionCheckFailure === "ALL_OLD";
  if (kind === "Put") {
    const item = checkItem(members.Item ?? {}, layer);
    if (itemBytes(item) > MAX_ITEM_BYTES) throw new Refusal("Item size has exceeded the maximum allowed size");
    return { kind, item, expressions: readExpressions(members, { layer, values }), returnOld };
  }
  const key = checkItem(members.Key ?? {}, layer);
  return { kind, key, expressions: readExpressions(members, { layer, values }), returnOld };
}

/** The key of the item that is written. */
export function keyOfWrite(action: WriteAction, record: TableRecord): Item {
  return action.kind === "Put" ? keyOf(record.table.schema, action.item) : action.key;
}

/**
 * Checks a write against the keys of its table and indexes.
 * @throws {Refusal}
 */
export function checkAgainstTable(action: WriteAction, record: TableRecord): void {
  const { table } = record;
  if (action.kind === "Put") {
    checkItemKey(action.item, table.schema);
    for (const index of table.indexes.values()) checkIndexKey(action.item, index);
    return;
  }
  checkLookupKey(action.key, table.schema);
  const { update } = action.expressions;
  if (update === undefined) return;
  for (const name of keyNames(table.schema)) {
    if (update.some(({ path }) => path.length === 1 && path[0] === name)) {
      throw new Refusal(`${INVALID}Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  checkKeyPaths(
    update.map(({ path }) => path),
    table,
  );
}

/**
 * What a write makes of an item: the item after it, undefined for none.
 * @throws {ConditionFailed}
 * @throws {Refusal}
 */
export function outcomeOf(action: WriteAction, record: TableRecord, before: Item | undefined): Item | undefined {
  const { condition } = action.expressions;
  if (condition !== undefined && !meets(before, condition)) {
    throw new ConditionFailed(action.returnOld ? before : undefined);
  }
  switch (action.kind) {
    case "Put":
      return action.item;
    case "Delete":
      return undefined;
    case "ConditionCheck":
      return before;
    case "Update":
      return updated(action, record, before);
  }
}

function updated(
  action: { readonly key: Item; readonly expressions: RequestExpressions },
  record: TableRecord,
  before: Item | undefined,
): Item | undefined {
  const { update } = action.expressions;
  if (update === undefined) return before ?? action.key;
  // "Nothing to remove" does not make an item.
  if (before === undefined && update.every(({ kind }) => kind === "REMOVE" || kind === "DELETE")) return undefined;
  const after = applyUpdate(before ?? action.key, update);
  const changed = new Set(update.map(({ path }) => String(path[0])));
  for (const index of record.table.indexes.values()) checkUpdatedIndexKey(after, changed, index.schema);
  // Values may have come together deeper than each of them was.
  if (update.some(({ path }) => path.length > 1)) checkItem(after, "current");
  if (itemBytes(after) > MAX_ITEM_BYTES) {
    throw new Refusal("Item size to update has exceeded the maximum allowed size");
  }
  return after;
}
