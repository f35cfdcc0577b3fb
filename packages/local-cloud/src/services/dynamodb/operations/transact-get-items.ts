import type { TransactGetItem, TransactGetItemsCommandInput } from "@aws-sdk/client-dynamodb";
import { randomInt } from "@muster/core";
import { add, consumedCapacity, readUnits, TRANSACTION_FACTOR, type Consumed } from "../capacity.ts";
import type { TableRecord } from "../catalog.ts";
import type { DocumentPath } from "../expressions/document-path.ts";
import { project } from "../expressions/project.ts";
import { readExpressions } from "../expressions/request-expressions.ts";
import { MAX_TRANSACTION_ACTIONS, MAX_TRANSACTION_BYTES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import { checkLookupKey, EmptyKeyRefusal } from "../requests/check-key.ts";
import { checkConstraints, commonViolations, lengthWithin, required } from "../requests/constraints.ts";
import { tableNameViolation } from "../requests/table-name.ts";
import { hasKey } from "../store/key-schema.ts";
import type { Item } from "../values/attribute-value.ts";
import { checkItem } from "../values/check-value.ts";
import { itemBytes } from "../values/size.ts";
import { cancelled, CONFLICT, NONE, refuseTwice, type CancellationReason } from "./transaction.ts";
import { meetsConflict, type DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html */
export function transactGetItems(state: DynamoDbState, input: TransactGetItemsCommandInput): object {
  checkMembers(input);
  const gets = (input.TransactItems ?? [])
    .map(readGet)
    .map((get): Target => ({ ...get, record: state.catalog.active(get.name) }));
  const seen = new Map<TableRecord, Set<string>>();
  for (const { record, key } of gets) if (hasKey(record.table.schema, key)) refuseTwice(seen, record, key);
  const conflicting = meetsConflict(state) ? randomInt(state.random, 0, gets.length - 1) : undefined;
  const reasons = gets.map((get, index) => (index === conflicting ? CONFLICT : reasonAgainst(get)));
  if (reasons.some((reason) => reason !== NONE)) throw cancelled(reasons);
  const items = gets.map(({ record, key }) => record.table.get(key));
  if (items.reduce((sum, item) => sum + bytesOf(item), 0) > MAX_TRANSACTION_BYTES) {
    throw new Refusal("Transaction request payload size exceeds the limit of 4 MB");
  }
  const capacity = capacityOf(input, gets, items);
  return {
    Responses: gets.map(({ projection }, index) => {
      const item = items[index];
      if (item === undefined) return {};
      const shown = projection === undefined ? item : project(item, projection);
      // Unlike GetItem, which then shows an empty item.
      return Object.keys(shown).length === 0 ? {} : { Item: shown };
    }),
    ...(capacity.length === 0 ? {} : { ConsumedCapacity: capacity }),
  };
}

interface Get {
  readonly name: string;
  readonly key: Item;
  readonly projection: readonly DocumentPath[] | undefined;
}

interface Target extends Get {
  readonly record: TableRecord;
}

function checkMembers(input: TransactGetItemsCommandInput): void {
  const { TransactItems: items } = input;
  const shown = `[${(items ?? []).map(() => "TransactGetItem").join(", ")}]`;
  checkConstraints(
    ...commonViolations({ ReturnConsumedCapacity: input.ReturnConsumedCapacity }),
    required("transactItems", items) ??
      lengthWithin("transactItems", items, { least: 1, most: MAX_TRANSACTION_ACTIONS, shown }),
    ...(items ?? []).flatMap(({ Get: get }, index) => {
      const at = `transactItems.${index + 1}.member.get`;
      if (get === undefined) return [required(at, get)];
      const name = tableNameViolation(get.TableName)?.replace("'tableName'", `'${at}.tableName'`);
      return [required(`${at}.key`, get.Key), name];
    }),
  );
}

function readGet({ Get: get }: TransactGetItem): Get {
  const key = checkItem(get?.Key ?? {}, "older");
  const { projection } = readExpressions(get ?? {}, { layer: "older", values: [] });
  return { name: get?.TableName ?? "", key, projection };
}

function reasonAgainst({ record, key, projection }: Target): CancellationReason {
  try {
    checkLookupKey(key, record.table.schema);
    if (projection !== undefined) checkKeyPaths(projection, record.table);
    return NONE;
  } catch (error) {
    if (error instanceof EmptyKeyRefusal || !(error instanceof Refusal)) throw error;
    return { Code: "ValidationError", Message: error.message };
  }
}

function capacityOf(
  input: TransactGetItemsCommandInput,
  gets: readonly Target[],
  items: readonly (Item | undefined)[],
): readonly object[] {
  const level = input.ReturnConsumedCapacity;
  if (level !== "TOTAL" && level !== "INDEXES") return [];
  const byTable = new Map<TableRecord, Consumed>();
  for (const [index, { record }] of gets.entries()) {
    const units = readUnits(bytesOf(items[index]), TRANSACTION_FACTOR);
    byTable.set(record, add(byTable.get(record), { table: units, indexes: new Map() }));
  }
  return [...byTable].map(([record, consumed]) => ({
    ...consumedCapacity(level, record.name, () => consumed, "ReadCapacityUnits"),
  }));
}

function bytesOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemBytes(item);
}
