import type { Table } from "./store/table.ts";
import type { SecondaryIndex } from "./store/secondary-index.ts";
import { keyOf } from "./store/key-schema.ts";
import type { Item } from "./values/attribute-value.ts";
import { sameItem } from "./values/compare.ts";
import { itemBytes } from "./values/size.ts";

/**
 * Bytes in one read unit and in one write unit, by
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
const READ_UNIT_BYTES = 4096;
const WRITE_UNIT_BYTES = 1024;

/** A transaction reads or writes every item twice: to prepare, and to commit. */
export const TRANSACTION_FACTOR = 2;
export type ReadFactor = 0.5 | 1 | typeof TRANSACTION_FACTOR;

/** Units that an operation took from a table and its indexes. */
export interface Consumed {
  readonly table: number;
  readonly indexes: ReadonlyMap<string, number>;
}

/** Units to read so many bytes; nothing at all still costs one unit (or half of one, if it may be stale). */
export function readUnits(bytes: number, factor: ReadFactor): number {
  return Math.max(1, Math.ceil(bytes / READ_UNIT_BYTES)) * factor;
}

/** Units of a write that turns one version of an item into another: the larger one counts. */
export function writeConsumption(
  table: Table,
  before: Item | undefined,
  after: Item | undefined,
  factor = 1,
): Consumed {
  const bytes = Math.max(bytesOf(before), bytesOf(after));
  const indexes = new Map<string, number>();
  for (const index of table.indexes.values()) {
    const units = indexWriteUnits(index, before, after) * factor;
    if (units > 0) indexes.set(index.name, units);
  }
  return { table: writeUnits(bytes) * factor, indexes };
}

export function add(a: Consumed | undefined, b: Consumed): Consumed {
  if (a === undefined) return b;
  const indexes = new Map(a.indexes);
  for (const [name, units] of b.indexes) indexes.set(name, (indexes.get(name) ?? 0) + units);
  return { table: a.table + b.table, indexes };
}

/** The ConsumedCapacity of an answer, if the request asks for it. `kind` is told for transactions only. */
export function consumedCapacity(
  level: string | undefined,
  tableName: string,
  consumed: () => Consumed,
  kind?: "ReadCapacityUnits" | "WriteCapacityUnits",
): Record<string, unknown> | undefined {
  if (level !== "TOTAL" && level !== "INDEXES") return undefined;
  const { table, indexes } = consumed();
  const units = (amount: number) => ({ CapacityUnits: amount, ...(kind === undefined ? {} : { [kind]: amount }) });
  const total = [...indexes.values()].reduce((sum, amount) => sum + amount, table);
  const summary = { TableName: tableName, ...units(total) };
  if (level === "TOTAL") return summary;
  const byIndex = Object.fromEntries([...indexes].map(([name, amount]) => [name, units(amount)]));
  return {
    ...summary,
    Table: units(table),
    ...(indexes.size === 0 ? {} : { GlobalSecondaryIndexes: byIndex }),
  };
}

function bytesOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemBytes(item);
}

function writeUnits(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / WRITE_UNIT_BYTES));
}

/**
 * Units to bring an index up to date: none if it shows the same, one write if its key stays, two (delete and put) if
 * its key changes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
function indexWriteUnits(index: SecondaryIndex, before: Item | undefined, after: Item | undefined): number {
  const [old, now] = [index.view(before), index.view(after)];
  if (old === undefined) return now === undefined ? 0 : writeUnits(itemBytes(now));
  if (now === undefined) return writeUnits(itemBytes(old));
  if (sameItem(old, now)) return 0;
  if (sameItem(keyOf(index.schema, old), keyOf(index.schema, now))) {
    return writeUnits(Math.max(itemBytes(old), itemBytes(now)));
  }
  return writeUnits(itemBytes(old)) + writeUnits(itemBytes(now));
}
