import type { DescribeTableCommandInput, ListTablesCommandInput } from "@aws-sdk/client-dynamodb";
import {
  indexStatusOf,
  statusOf,
  type Catalog,
  type IndexRecord,
  type TableRecord,
  type Throughput,
} from "../catalog.ts";
import { ITEM_COUNT_INTERVAL_MS, MAX_LISTED_TABLES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import { atLeast, atMost, checkConstraints } from "../requests/constraints.ts";
import { indexArn, newNameViolation, tableNameViolation } from "../requests/table-name.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html */
export function describeTable({ catalog }: DynamoDbState, input: DescribeTableCommandInput): object {
  checkTableName(input);
  return { Table: describe(catalog, catalog.described(input.TableName ?? "")) };
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
export function listTables({ catalog }: DynamoDbState, input: ListTablesCommandInput): object {
  const { ExclusiveStartTableName: after, Limit: limit = MAX_LISTED_TABLES } = input;
  checkConstraints(
    atLeast("limit", limit, 1),
    atMost("limit", limit, MAX_LISTED_TABLES),
    after === undefined ? undefined : newNameViolation("exclusiveStartTableName", after),
  );
  const names = catalog.names().filter((name) => after === undefined || name > after);
  const page = names.slice(0, limit);
  return {
    TableNames: page,
    ...(names.length > limit ? { LastEvaluatedTableName: page.at(-1) } : {}),
  };
}

/** Operations on tables say a missing name in words of their own. */
export function checkTableName(input: { readonly TableName?: string | undefined }): void {
  if (input.TableName === undefined) {
    throw new Refusal("The parameter 'TableName' is required but was not present in the request");
  }
  checkConstraints(tableNameViolation(input.TableName));
}

/** A table as AWS describes it. */
export function describe(catalog: Catalog, record: TableRecord): object {
  const now = catalog.now();
  const { items, bytes } = countsOf(record, now);
  const indexes = [...record.indexes.values()].map((index) => describeIndex(catalog, record, index));
  return {
    AttributeDefinitions: record.definitions,
    TableName: record.name,
    KeySchema: record.keyElements,
    TableStatus: statusOf(record, now),
    CreationDateTime: new Date(record.createdAt),
    ProvisionedThroughput: describeThroughput(record.throughput),
    TableSizeBytes: bytes,
    ItemCount: items,
    TableArn: record.arn,
    TableId: record.id,
    DeletionProtectionEnabled: record.deletionProtection,
    ...(record.tableClass === undefined ? {} : { TableClassSummary: { TableClass: record.tableClass } }),
    ...(record.onDemandSince === undefined
      ? {}
      : {
          BillingModeSummary: {
            BillingMode: record.billingMode,
            LastUpdateToPayPerRequestDateTime: new Date(record.onDemandSince),
          },
        }),
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes }),
  };
}

function describeIndex(catalog: Catalog, record: TableRecord, index: IndexRecord): object {
  const now = catalog.now();
  const status = indexStatusOf(index, record, now);
  const stored = record.table.indexes.get(index.name);
  // Counted with the table, and as rarely.
  const fresh = record.counted.at > record.createdAt && stored !== undefined;
  return {
    IndexName: index.name,
    KeySchema: index.keyElements,
    Projection: index.projection,
    IndexStatus: status,
    ...(status === "CREATING" && now >= record.activeAt ? { Backfilling: true } : {}),
    ProvisionedThroughput: describeThroughput(index.throughput),
    IndexSizeBytes: fresh ? stored.sizeBytes : 0,
    ItemCount: fresh ? stored.itemCount : 0,
    IndexArn: indexArn(catalog.home, record.name, index.name),
  };
}

function describeThroughput({ read, write }: Throughput): object {
  return { NumberOfDecreasesToday: 0, ReadCapacityUnits: read, WriteCapacityUnits: write };
}

/** DynamoDB counts the items of a table about every six hours, and tells that number until the next time. */
function countsOf(record: TableRecord, now: number): { readonly items: number; readonly bytes: number } {
  if (now - record.counted.at >= ITEM_COUNT_INTERVAL_MS) {
    const since = now - record.createdAt;
    record.counted = {
      at: record.createdAt + Math.floor(since / ITEM_COUNT_INTERVAL_MS) * ITEM_COUNT_INTERVAL_MS,
      items: record.table.itemCount,
      bytes: record.table.sizeBytes,
    };
  }
  return record.counted;
}
