import { indexStatusOf, type TableRecord } from "../catalog.ts";
import type { DocumentPath } from "../expressions/document-path.ts";
import { Refusal } from "../refusal.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import type { KeySchema } from "../store/key-schema.ts";
import type { SecondaryIndex } from "../store/secondary-index.ts";
import type { StoredItem } from "../store/stored-item.ts";
import type { SortedList } from "../store/sorted-list.ts";
import { INVALID } from "../values/check-value.ts";

/** What a Query or Scan reads from: the table, or one of its indexes. */
export interface Source {
  readonly record: TableRecord;
  readonly index: SecondaryIndex | undefined;
  readonly schema: KeySchema;
  readonly items: SortedList<StoredItem>;
}

/** Members that Query and Scan share. */
export interface PageMembers {
  readonly IndexName?: string | undefined;
  readonly Select?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly Limit?: number | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
}

/**
 * Finds the table or index, and refuses what an index cannot do.
 * @throws {Refusal}
 */
export function sourceOf(record: TableRecord, input: PageMembers, now: number): Source {
  const { table } = record;
  if (input.IndexName === undefined) return { record, index: undefined, schema: table.schema, items: table.order };
  const index = table.indexes.get(input.IndexName);
  const described = record.indexes.get(input.IndexName);
  if (index === undefined || described === undefined || described.goneAt !== undefined) {
    throw new Refusal(`The table does not have the specified index: ${input.IndexName}`);
  }
  if (indexStatusOf(described, record, now) === "CREATING") {
    throw new Refusal(`Cannot read from backfilling global secondary index: ${index.name}`);
  }
  if (input.ConsistentRead === true) {
    throw new Refusal("Consistent reads are not supported on global secondary indexes");
  }
  if (input.Select === "ALL_ATTRIBUTES" && index.projection.type !== "ALL") {
    throw new Refusal(
      `${INVALID}Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.name} because its projection type is not ALL`,
    );
  }
  return { record, index, schema: index.schema, items: index.at(now) };
}

/**
 * A projection may not go into keys, nor ask an index for what it does not hold.
 * @throws {Refusal}
 */
export function checkProjection(projection: readonly DocumentPath[] | undefined, source: Source): void {
  if (projection === undefined) return;
  checkKeyPaths(projection, source.record.table);
  const missing = projection.map(([name]) => String(name)).filter((name) => source.index?.shows(name) === false);
  if (source.index === undefined || missing.length === 0) return;
  throw new Refusal(
    `${INVALID}Global secondary index ${source.index.name} does not project [${[...new Set(missing)].join(", ")}]`,
  );
}
