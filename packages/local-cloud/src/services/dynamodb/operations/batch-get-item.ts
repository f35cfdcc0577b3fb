import type { BatchGetItemCommandInput, KeysAndAttributes } from "@aws-sdk/client-dynamodb";
import { add, consumedCapacity, readUnits, type Consumed } from "../capacity.ts";
import type { TableRecord } from "../catalog.ts";
import type { DocumentPath } from "../expressions/document-path.ts";
import { project } from "../expressions/project.ts";
import { readExpressions } from "../expressions/request-expressions.ts";
import { MAX_BATCH_GET_BYTES, MAX_BATCH_KEYS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import { checkLookupKey } from "../requests/check-key.ts";
import {
  checkConstraints,
  commonViolations,
  required,
  unquotedViolation,
  violation,
  type Violation,
} from "../requests/constraints.ts";
import { refuseLegacy } from "../requests/refuse-legacy.ts";
import { isTableName, NAME_PATTERN } from "../requests/table-name.ts";
import { identityOf } from "../store/key-schema.ts";
import type { Item } from "../values/attribute-value.ts";
import { checkItem } from "../values/check-value.ts";
import { itemBytes } from "../values/size.ts";
import { leavesOut, type DynamoDbState } from "./state.ts";
import { throttledBatch } from "./throttled.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
export function batchGetItem(state: DynamoDbState, input: BatchGetItemCommandInput): object {
  checkMembers(input);
  const requests = Object.entries(input.RequestItems ?? {}).map(([name, block]) => readBlock(name, block));
  if (requests.reduce((count, { keys }) => count + keys.length, 0) > MAX_BATCH_KEYS) {
    throw new Refusal("Too many items requested for the BatchGetItem call");
  }
  const targets = requests.map((request) => ({ ...request, record: state.catalog.active(request.name) }));
  for (const target of targets) checkBlock(target);
  let bytes = 0;
  let processed = 0;
  const answers = targets.map((target) => {
    const items: Item[] = [];
    const unprocessed: Item[] = [];
    let consumed: Consumed | undefined;
    for (const key of target.keys) {
      const item = target.record.table.get(key);
      const size = item === undefined ? 0 : itemBytes(item);
      if (leavesOut(state) || bytes + size > MAX_BATCH_GET_BYTES) {
        unprocessed.push(key);
        continue;
      }
      bytes += size;
      processed++;
      consumed = add(consumed, {
        table: readUnits(size, target.block.ConsistentRead === true ? 1 : 0.5),
        indexes: new Map(),
      });
      if (item !== undefined) items.push(target.projection === undefined ? item : project(item, target.projection));
    }
    return { ...target, items, unprocessed, consumed: consumed ?? { table: 0, indexes: new Map<string, number>() } };
  });
  if (processed === 0) throw throttledBatch();
  const capacities = answers.flatMap(
    ({ record, consumed }) => consumedCapacity(input.ReturnConsumedCapacity, record.name, () => consumed) ?? [],
  );
  return {
    Responses: Object.fromEntries(answers.map(({ name, items }) => [name, items])),
    UnprocessedKeys: Object.fromEntries(
      answers
        .filter(({ unprocessed }) => unprocessed.length > 0)
        .map(({ name, block, unprocessed }) => [name, { ...block, Keys: unprocessed }]),
    ),
    ...(capacities.length === 0 ? {} : { ConsumedCapacity: capacities }),
  };
}

interface Block {
  readonly name: string;
  readonly block: KeysAndAttributes;
  readonly keys: readonly Item[];
  readonly projection: readonly DocumentPath[] | undefined;
}

function checkMembers(input: BatchGetItemCommandInput): void {
  const entries = Object.entries(input.RequestItems ?? {});
  checkConstraints(
    ...commonViolations({ ReturnConsumedCapacity: input.ReturnConsumedCapacity }),
    required("requestItems", input.RequestItems),
    tableNamesViolation(input),
  );
  if (entries.length === 0) {
    throw new Refusal(
      `1 validation error detected: ${unquotedViolation("RequestItems", "Member must have length greater than or equal to 1")}`,
    );
  }
  checkConstraints(...entries.map(([name, block]) => keysViolation(name, block)));
}

function tableNamesViolation(input: BatchGetItemCommandInput): Violation {
  if (Object.keys(input.RequestItems ?? {}).every(isTableName)) return undefined;
  return violation("requestItems", JSON.stringify(input.RequestItems), MAP_KEYS);
}

/** AWS's words for table names as the keys of a map. */
export const MAP_KEYS = `Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal to 3, Member must satisfy regular expression pattern: ${NAME_PATTERN}]`;

function keysViolation(name: string, block: KeysAndAttributes): Violation {
  const member = `RequestItems.${name}.member.Keys`;
  const count = block.Keys?.length ?? 0;
  if (count > MAX_BATCH_KEYS) {
    return unquotedViolation(member, `Member must have length less than or equal to ${MAX_BATCH_KEYS}`);
  }
  return count === 0 ? unquotedViolation(member, "Member must have length greater than or equal to 1") : undefined;
}

function readBlock(name: string, block: KeysAndAttributes): Block {
  refuseLegacy("BatchGetItem", block);
  const { projection } = readExpressions(block, { layer: "current", values: [] });
  return { name, block, keys: (block.Keys ?? []).map((key) => checkItem(key, "current")), projection };
}

function checkBlock({ keys, projection, record }: Block & { record: TableRecord }): void {
  const { table } = record;
  for (const key of keys) checkLookupKey(key, table.schema);
  if (projection !== undefined) checkKeyPaths(projection, table);
  if (new Set(keys.map((key) => identityOf(table.schema, key))).size < keys.length) {
    throw new Refusal("Provided list of item keys contains duplicates");
  }
}
