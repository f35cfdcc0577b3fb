import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { pathsOf, type Condition } from "../expressions/condition.ts";
import { toKeyCondition, type KeyCondition } from "../expressions/key-condition.ts";
import { readExpressions } from "../expressions/request-expressions.ts";
import { inEnvelope, Refusal } from "../refusal.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import { atLeast, checkConstraints, commonViolations, oneOf, unquotedViolation } from "../requests/constraints.ts";
import { refuseLegacy } from "../requests/refuse-legacy.ts";
import { newNameViolation, tableNameViolation } from "../requests/table-name.ts";
import { itemsInRange, liesInRange } from "../store/key-range.ts";
import { keyNames, type Position } from "../store/key-schema.ts";
import { attributeOf, type Item } from "../values/attribute-value.ts";
import { sameValue } from "../values/compare.ts";
import { checkSelect, readPage, SELECT_VALUES } from "./page.ts";
import { checkProjection, sourceOf, type Source } from "./source.ts";
import { positionAfter, readStartingKey } from "./starting-key.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html */
export function query(state: DynamoDbState, input: QueryCommandInput): object {
  refuseLegacy("Query", input);
  checkMembers(input);
  inEnvelope(() => checkSelect(input));
  const startingKey = readStartingKey(input.ExclusiveStartKey, "current");
  if (input.KeyConditionExpression === undefined) {
    throw new Refusal("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
  }
  const { keyRanges, filter, projection } = readExpressions(input, {
    layer: "current",
    values: ["FilterExpression", "KeyConditionExpression"],
  });
  const record = state.catalog.active(input.TableName ?? "");
  const source = sourceOf(record, input, state.catalog.now());
  const condition = toKeyCondition(keyRanges ?? new Map(), source.schema);
  const after = startingKey === undefined ? undefined : startOf(startingKey, source, condition);
  checkProjection(projection, source);
  if (filter !== undefined) checkFilter(filter, source);
  const forward = input.ScanIndexForward !== false;
  const entries = itemsInRange(source.items, condition, { schema: source.schema, forward, after });
  return readPage(source, entries, { input, filter, projection });
}

function checkMembers(input: QueryCommandInput): void {
  // A limit of nothing has the newer wording, alone among these.
  const limit =
    atLeast("limit", input.Limit, 1) === undefined
      ? undefined
      : unquotedViolation("Limit", "Member must have value greater than or equal to 1");
  checkConstraints(
    oneOf("select", input.Select, SELECT_VALUES),
    input.IndexName === undefined ? undefined : newNameViolation("indexName", input.IndexName),
    ...commonViolations({ ReturnConsumedCapacity: input.ReturnConsumedCapacity }),
    tableNameViolation(input.TableName),
    limit,
  );
}

/** The starting key must be one that this query could have ended a page with. */
function startOf(key: Item, source: Source, condition: KeyCondition): Position {
  const position = positionAfter(key, source, { isScan: false });
  const { partition, sort } = source.schema;
  const samePartition = sameValue(attributeOf(key, partition.name) ?? {}, condition.partition);
  if (sort === undefined || condition.sort === undefined) {
    if (samePartition) return position;
    throw new Refusal("The provided starting key is outside query boundaries based on provided conditions");
  }
  if (!liesInRange(key, sort, condition.sort)) {
    throw new Refusal("The provided starting key does not match the range key predicate");
  }
  if (!samePartition) throw new Refusal("The query can return at most one row and cannot be restarted");
  return position;
}

function checkFilter(filter: Condition, source: Source): void {
  const paths = [...pathsOf(filter)];
  const used = new Set(paths.map(([name]) => name));
  const key = keyNames(source.schema).find((name) => used.has(name));
  if (key !== undefined) {
    throw new Refusal(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
  }
  checkKeyPaths(paths, source.record.table);
}
