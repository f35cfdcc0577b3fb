import type { ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { pathsOf } from "../expressions/condition.ts";
import { readExpressions } from "../expressions/request-expressions.ts";
import { MAX_SEGMENTS } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import { atLeast, atMost, checkConstraints, commonViolations, oneOf } from "../requests/constraints.ts";
import { refuseLegacy } from "../requests/refuse-legacy.ts";
import { newNameViolation, tableNameViolation } from "../requests/table-name.ts";
import { comparePositions, HASH_DIGITS, type Position } from "../store/key-schema.ts";
import type { StoredItem } from "../store/stored-item.ts";
import type { SortedList } from "../store/sorted-list.ts";
import { checkSelect, readPage, SELECT_VALUES } from "./page.ts";
import { checkProjection, sourceOf } from "./source.ts";
import { INVALID_STARTING_KEY, positionAfter, readStartingKey } from "./starting-key.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
export function scan(state: DynamoDbState, input: ScanCommandInput): object {
  refuseLegacy("Scan", input);
  checkMembers(input);
  checkSelect(input);
  const startingKey = readStartingKey(input.ExclusiveStartKey, "older");
  const segment = readSegment(input);
  const { filter, projection } = readExpressions(input, { layer: "older", values: ["FilterExpression"] });
  const record = state.catalog.active(input.TableName ?? "");
  const source = sourceOf(record, input, state.catalog.now());
  const after = startingKey === undefined ? undefined : positionAfter(startingKey, source, { isScan: true });
  if (after !== undefined && !isIn(segment, after)) {
    throw new Refusal(
      `${INVALID_STARTING_KEY}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${segment.total} Segment: ${segment.number}`,
    );
  }
  checkProjection(projection, source);
  if (filter !== undefined) checkKeyPaths(pathsOf(filter), record.table);
  return readPage(source, entriesOf(source.items, segment, after), { input, filter, projection });
}

/** A share of the table: the partitions whose hashes lie in a range, as texts. */
interface Segment {
  readonly number: number;
  readonly total: number;
  readonly from: string;
  /** Undefined for the last one. */
  readonly to: string | undefined;
}

function checkMembers(input: ScanCommandInput): void {
  checkConstraints(
    oneOf("select", input.Select, SELECT_VALUES),
    input.IndexName === undefined ? undefined : newNameViolation("indexName", input.IndexName),
    atLeast("totalSegments", input.TotalSegments, 1),
    atMost("totalSegments", input.TotalSegments, MAX_SEGMENTS),
    ...commonViolations({ ReturnConsumedCapacity: input.ReturnConsumedCapacity }),
    tableNameViolation(input.TableName),
    atLeast("segment", input.Segment, 0),
    atLeast("limit", input.Limit, 1),
  );
}

function readSegment({ Segment: number, TotalSegments: total }: ScanCommandInput): Segment {
  if (total === undefined) {
    if (number === undefined) return { number: 0, total: 1, from: "", to: undefined };
    throw new Refusal(
      "The TotalSegments parameter is required but was not present in the request when Segment parameter is present",
    );
  }
  if (number === undefined) {
    throw new Refusal(
      "The Segment parameter is required but was not present in the request when parameter TotalSegments is present",
    );
  }
  if (number >= total) {
    throw new Refusal(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${number} is not less than TotalSegments: ${total}`,
    );
  }
  return {
    number,
    total,
    from: boundary(number, total),
    to: number + 1 < total ? boundary(number + 1, total) : undefined,
  };
}

/** Where a segment begins in the range of hashes. */
function boundary(number: number, total: number): string {
  return Math.ceil((16 ** HASH_DIGITS * number) / total)
    .toString(16)
    .padStart(HASH_DIGITS, "0");
}

function isIn(segment: Segment, position: Position): boolean {
  return position.partition >= segment.from && (segment.to === undefined || position.partition < segment.to);
}

function* entriesOf(
  items: SortedList<StoredItem>,
  segment: Segment,
  after: Position | undefined,
): Generator<StoredItem, undefined> {
  const entries = items.from((entry) =>
    after === undefined ? entry.partition < segment.from : comparePositions(entry, after) <= 0,
  );
  for (const entry of entries) {
    if (segment.to !== undefined && entry.partition >= segment.to) return;
    yield entry;
  }
}
