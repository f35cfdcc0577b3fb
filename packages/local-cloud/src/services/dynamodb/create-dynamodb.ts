import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { accessDenied, accessRequests } from "./access.ts";
import { Catalog } from "./catalog.ts";
import { defaultDials, type DynamoDbDials } from "./dials.ts";
import { batchGetItem } from "./operations/batch-get-item.ts";
import { batchWriteItem } from "./operations/batch-write-item.ts";
import { describeContinuousBackups, updateContinuousBackups } from "./operations/continuous-backups.ts";
import { createTable } from "./operations/create-table.ts";
import { deleteTable } from "./operations/delete-table.ts";
import { describeTable, listTables } from "./operations/describe-table.ts";
import { getItem } from "./operations/get-item.ts";
import { query } from "./operations/query.ts";
import { scan } from "./operations/scan.ts";
import { deleteItem, putItem, updateItem } from "./operations/single-write.ts";
import type { DynamoDbState } from "./operations/state.ts";
import { listTagsOfResource, tagResource, untagResource } from "./operations/tags.ts";
import { throttledItems, throttledTables } from "./operations/throttled.ts";
import { describeTimeToLive, updateTimeToLive } from "./operations/time-to-live.ts";
import { transactGetItems } from "./operations/transact-get-items.ts";
import { transactWriteItems } from "./operations/transact-write-items.ts";
import { updateTable } from "./operations/update-table.ts";
import { ConditionFailed } from "./operations/write-action.ts";
import { Refusal, toValidationException } from "./refusal.ts";
import { TokenMemory } from "./store/token-memory.ts";
import type { Item } from "./values/attribute-value.ts";

/** The embedded DynamoDB: the plugin, and a look behind it for tests and simulations. */
export interface DynamoDb extends ServicePlugin {
  readonly admin: DynamoDbAdmin;
}

export interface DynamoDbAdmin {
  /** How it behaves where AWS leaves it open; may be turned at any time. */
  readonly dials: DynamoDbDials;
  /** Names of all tables. */
  tableNames(): readonly string[];
  /**
   * Every item of a table as it is now, in the order of a scan, without a call and without lag. Not copies: only to
   * be read. Empty for a table that does not exist.
   */
  items(tableName: string): readonly Item[];
}

export interface DynamoDbOptions {
  /** Dials that are to differ from AWS's usual behaviour. */
  readonly dials?: Partial<DynamoDbDials>;
}

/**
 * An in-memory DynamoDB. It has tables with global secondary indexes, items, expressions, queries, scans, batches,
 * transactions, expiry and tags; streams, PartiQL, global tables, local secondary indexes, backups that can be restored
 * and the legacy parameters are refused by name (`NotImplemented`). It sets no timers: what time brings has happened
 * whenever somebody looks.
 */
export function createDynamoDb(context: ServiceContext, options: DynamoDbOptions = {}): DynamoDb {
  const { account, region, clock, random } = context;
  const home = { account, region };
  const dials: DynamoDbDials = { ...defaultDials, ...options.dials };
  const catalog = new Catalog({ home, dials, clock, random });
  const state: DynamoDbState = { catalog, random, tokens: new TokenMemory() };
  return {
    service: "dynamodb",
    operations: Object.fromEntries(
      Object.entries(operations).map(([name, operation]) => [
        name,
        (input: unknown) => perform(operation, state, input),
      ]),
    ),
    access: (operation, input) => accessRequests(home, operation, input),
    throttled: (operation) => (TABLE_OPERATIONS.has(operation) ? throttledTables() : throttledItems()),
    denied: accessDenied,
    admin: {
      dials,
      tableNames: () => catalog.names(),
      items: (tableName) => {
        const entries = catalog.find(tableName)?.table.order.from(() => false);
        return [...(entries ?? [])].map(({ item }) => item);
      },
    },
  };
}

type StateOperation = (state: DynamoDbState, input: never) => object;

const itemOperations = {
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  DeleteItem: deleteItem,
  GetItem: getItem,
  PutItem: putItem,
  Query: query,
  Scan: scan,
  TransactGetItems: transactGetItems,
  TransactWriteItems: transactWriteItems,
  UpdateItem: updateItem,
} satisfies Record<string, StateOperation>;

const tableOperations = {
  CreateTable: createTable,
  DeleteTable: deleteTable,
  DescribeContinuousBackups: describeContinuousBackups,
  DescribeTable: describeTable,
  DescribeTimeToLive: describeTimeToLive,
  ListTables: listTables,
  ListTagsOfResource: listTagsOfResource,
  TagResource: tagResource,
  UntagResource: untagResource,
  UpdateContinuousBackups: updateContinuousBackups,
  UpdateTable: updateTable,
  UpdateTimeToLive: updateTimeToLive,
} satisfies Record<string, StateOperation>;

const operations: Readonly<Record<string, StateOperation>> = { ...itemOperations, ...tableOperations };
const TABLE_OPERATIONS: ReadonlySet<string> = new Set(Object.keys(tableOperations));

function perform(operation: StateOperation, state: DynamoDbState, input: unknown): object {
  try {
    // The kernel has held the input against the operation's own schema.
    return operation(state, input as never);
  } catch (error) {
    if (error instanceof Refusal) throw toValidationException(error);
    throw error instanceof ConditionFailed ? error.toAwsError() : error;
  }
}
