import type { BatchWriteItemCommandInput, WriteRequest } from "@aws-sdk/client-dynamodb";
import { add, consumedCapacity, writeConsumption, type Consumed } from "../capacity.ts";
import type { TableRecord } from "../catalog.ts";
import { MAX_BATCH_WRITES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { checkIndexKey, checkItemKey, checkLookupKey, KEY_MISMATCH } from "../requests/check-key.ts";
import { checkConstraints, commonViolations, required, violation, type Violation } from "../requests/constraints.ts";
import { isTableName } from "../requests/table-name.ts";
import { identityOf, keyAttributes, keyOf } from "../store/key-schema.ts";
import { attributeOf, type Item } from "../values/attribute-value.ts";
import { checkItem } from "../values/check-value.ts";
import { itemBytes, MAX_ITEM_BYTES } from "../values/size.ts";
import { MAP_KEYS } from "./batch-get-item.ts";
import { leavesOut, type DynamoDbState } from "./state.ts";
import { throttledBatch } from "./throttled.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
export function batchWriteItem(state: DynamoDbState, input: BatchWriteItemCommandInput): object {
  checkMembers(input);
  const requests = Object.entries(input.RequestItems ?? {}).map(([name, writes]) => ({
    name,
    writes: writes.map(readWriteRequest),
  }));
  const targets = requests.map((request) => ({ ...request, record: state.catalog.active(request.name) }));
  for (const { writes, record } of targets) checkWrites(writes, record);
  const now = state.catalog.now();
  let processed = 0;
  const answers = targets.map((target) => {
    const unprocessed: WriteRequest[] = [];
    let consumed: Consumed | undefined;
    for (const write of target.writes) {
      if (leavesOut(state)) {
        unprocessed.push(write.request);
        continue;
      }
      processed++;
      consumed = add(consumed, perform(write, target.record, now, input.ReturnConsumedCapacity));
    }
    return { ...target, unprocessed, consumed: consumed ?? NOTHING };
  });
  if (processed === 0) throw throttledBatch();
  const capacities = answers.flatMap(
    ({ record, consumed }) => consumedCapacity(input.ReturnConsumedCapacity, record.name, () => consumed) ?? [],
  );
  return {
    UnprocessedItems: Object.fromEntries(
      answers.filter(({ unprocessed }) => unprocessed.length > 0).map(({ name, unprocessed }) => [name, unprocessed]),
    ),
    ...(capacities.length === 0 ? {} : { ConsumedCapacity: capacities }),
  };
}

/** A put (with its item) or a delete (with its key), and what it came as. */
interface Write {
  readonly request: WriteRequest;
  readonly item: Item | undefined;
  readonly key: Item;
}

const NOTHING: Consumed = { table: 0, indexes: new Map() };

function checkMembers(input: BatchWriteItemCommandInput): void {
  const requests = input.RequestItems;
  checkConstraints(
    ...commonViolations(input),
    required("requestItems", requests),
    tableNamesViolation(input),
    countsViolation(input),
  );
  if (Object.keys(requests ?? {}).length === 0) {
    throw new Refusal("The requestItems parameter is required for BatchWriteItem");
  }
}

function tableNamesViolation({ RequestItems }: BatchWriteItemCommandInput): Violation {
  if (Object.keys(RequestItems ?? {}).every(isTableName)) return undefined;
  return violation("requestItems", showRequests(RequestItems), MAP_KEYS);
}

function countsViolation({ RequestItems }: BatchWriteItemCommandInput): Violation {
  const counts = Object.values(RequestItems ?? {}).map((writes) => writes.length);
  if (counts.every((count) => count > 0) && counts.reduce((sum, count) => sum + count, 0) <= MAX_BATCH_WRITES) {
    return undefined;
  }
  return violation(
    "requestItems",
    showRequests(RequestItems),
    `Map value must satisfy constraint: [Member must have length less than or equal to ${MAX_BATCH_WRITES}, Member must have length greater than or equal to 1]`,
  );
}

/** AWS quotes the request as Java would print it; the regions differ in how much of it, this is the short form. */
function showRequests(requests: BatchWriteItemCommandInput["RequestItems"]): string {
  const tables = Object.entries(requests ?? {}).map(
    ([name, writes]) => `${name}=[${writes.map(() => "WriteRequest").join(", ")}]`,
  );
  return `{${tables.join(", ")}}`;
}

function readWriteRequest(request: WriteRequest): Write {
  const { PutRequest: put, DeleteRequest: del } = request;
  if ((put === undefined) === (del === undefined)) {
    throw new Refusal(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  }
  if (put !== undefined) {
    checkConstraints(required("requestItems.member.putRequest.item", put.Item));
    const item = checkItem(put.Item ?? {}, "older");
    if (itemBytes(item) > MAX_ITEM_BYTES) throw new Refusal("Item size has exceeded the maximum allowed size");
    return { request, item, key: item };
  }
  checkConstraints(required("requestItems.member.deleteRequest.key", del?.Key));
  return { request, item: undefined, key: checkItem(del?.Key ?? {}, "older") };
}

function checkWrites(writes: readonly Write[], { table }: TableRecord): void {
  for (const { item, key } of writes) {
    if (item === undefined) {
      checkLookupKey(key, table.schema);
      continue;
    }
    // Here a put's key is told of as a lookup's: whatever is wrong with it, it "does not match the schema".
    const fits = keyAttributes(table.schema).every(({ name, type }) => attributeOf(item, name)?.[type] !== undefined);
    if (!fits) throw new Refusal(KEY_MISMATCH);
    checkItemKey(item, table.schema);
    for (const index of table.indexes.values()) checkIndexKey(item, index);
  }
  if (new Set(writes.map(({ key }) => identityOf(table.schema, key))).size < writes.length) {
    throw new Refusal("Provided list of item keys contains duplicates");
  }
}

function perform({ item, key }: Write, { table }: TableRecord, now: number, level: string | undefined): Consumed {
  const lookup = keyOf(table.schema, key);
  const consumed = level === undefined || level === "NONE" ? NOTHING : writeConsumption(table, table.get(lookup), item);
  if (item === undefined) table.delete(lookup, now);
  else table.put(item, now);
  return consumed;
}
