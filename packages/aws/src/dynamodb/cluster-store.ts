import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type QueryCommandInput,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type {
  Cluster,
  ClusterSnapshot,
  ClusterStore,
  HookRun,
  IdempotencyClaim,
  Launch,
  Node,
  Operation,
  Page,
  TimelineEntry,
  Wait,
} from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { clusterItem, fromItem, operationItem, toItem, toKey, toValue, type Item } from "./items.ts";
import { clusterPartition, INDEXES, keyOf, kindOfRow, LISTS, timelinePartition, type Key } from "./keys.ts";
import { isConditionFailed, updateOf, writeChanges } from "./write.ts";

/** Cluster state in one DynamoDB table. */
export function clusterStore(runtime: AwsRuntime, table: string): ClusterStore {
  const client = runtime.client(DynamoDBClient);
  const aws = { runtime, client, table };
  return {
    snapshot: async (cluster) => toSnapshot(await queryAll(aws, partitionOf(clusterPartition(cluster), true))),
    cluster: (name) => get<Cluster>(aws, keyOf.cluster(name)),
    clusters: ({ limit, after }) => queryPage<Cluster>(aws, { ...listOf(LISTS.clusters), Limit: limit }, after),
    operation: (id) => get<Operation>(aws, keyOf.operation(id)),
    openOperations: async () =>
      (await queryAll(aws, listOf(LISTS.openOperations))).map((item) => fromItem<Operation>(item)),
    take: (cluster, operation, expectedFence) => take(aws, cluster, operation, expectedFence),
    write: (ref, changes) => writeChanges(aws, ref, changes),
    record: (operation) => record(aws, operation),
    requestCancel: (id, cluster) => requestCancel(aws, id, cluster),
    clusterOf: async (awsId) => {
      const [item] = await queryAll(aws, {
        IndexName: INDEXES.byAwsId,
        KeyConditionExpression: "awsId = :id",
        ExpressionAttributeValues: { ":id": toValue(awsId) },
      });
      return item === undefined ? undefined : fromItem<{ cluster: string }>(item).cluster;
    },
    append: async (entry) => {
      const Item = toItem(keyOf.timelineEntry(entry.cluster, entry.id), entry);
      await call(runtime, "dynamodb:PutItem", () => client.send(new PutItemCommand({ TableName: table, Item })));
    },
    timeline: (cluster, { limit, after }) =>
      queryPage<TimelineEntry>(
        aws,
        { ...partitionOf(timelinePartition(cluster), false), ScanIndexForward: false, Limit: limit },
        after,
      ),
    claimKey: (claim) => claimKey(aws, claim),
    abandon: (operation, end) => abandon(aws, operation, end),
    sight: async (ids, now, expiresAt) =>
      new Map(await Promise.all(ids.map(async (id) => [id, await sightOne(aws, id, now, expiresAt)] as const))),
  };
}

interface Aws {
  readonly runtime: AwsRuntime;
  readonly client: DynamoDBClient;
  readonly table: string;
}

type Query = Omit<QueryCommandInput, "TableName">;

function partitionOf(pk: string, isConsistent: boolean): Query {
  return {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": toValue(pk) },
    ConsistentRead: isConsistent,
  };
}

function listOf(list: string): Query {
  return {
    IndexName: INDEXES.byList,
    KeyConditionExpression: "#list = :list",
    ExpressionAttributeNames: { "#list": "list" },
    ExpressionAttributeValues: { ":list": toValue(list) },
  };
}

async function get<T>(aws: Aws, key: Key): Promise<T | undefined> {
  const { Item } = await call(aws.runtime, "dynamodb:GetItem", () =>
    aws.client.send(new GetItemCommand({ TableName: aws.table, Key: toKey(key), ConsistentRead: true })),
  );
  return Item === undefined ? undefined : fromItem<T>(Item);
}

async function queryAll(aws: Aws, query: Query): Promise<Item[]> {
  const items: Item[] = [];
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await call(aws.runtime, "dynamodb:Query", () =>
      aws.client.send(
        new QueryCommand({
          ...query,
          TableName: aws.table,
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        }),
      ),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}

async function queryPage<T>(aws: Aws, query: Query, after: string | undefined): Promise<Page<T>> {
  const ExclusiveStartKey = after === undefined ? undefined : decodeCursor(after);
  const page = await call(aws.runtime, "dynamodb:Query", () =>
    aws.client.send(
      new QueryCommand({
        ...query,
        TableName: aws.table,
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      }),
    ),
  );
  const items = (page.Items ?? []).map((item) => fromItem<T>(item));
  return page.LastEvaluatedKey === undefined ? { items } : { items, next: encodeCursor(page.LastEvaluatedKey) };
}

// Keys are strings all through, so a cursor is their names and texts.
function encodeCursor(key: Item): string {
  return Buffer.from(
    JSON.stringify(Object.fromEntries(Object.entries(key).map(([name, value]) => [name, value.S]))),
  ).toString("base64url");
}

function decodeCursor(cursor: string): Item | undefined {
  try {
    const key = JSON.parse(Buffer.from(cursor, "base64url").toString()) as Record<string, string>;
    return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
  } catch {
    // Not a cursor of ours: start at the beginning, as if none had been given.
    return undefined;
  }
}

function toSnapshot(items: readonly Item[]): ClusterSnapshot | undefined {
  let cluster: Cluster | undefined;
  let wait: Wait | undefined;
  const [nodes, launches, hookRuns]: [Node[], Launch[], HookRun[]] = [[], [], []];
  for (const item of items) {
    switch (kindOfRow(item["sk"]?.S ?? "")) {
      case "cluster":
        cluster = fromItem<Cluster>(item);
        break;
      case "node":
        nodes.push(fromItem<Node>(item));
        break;
      case "launch":
        launches.push(fromItem<Launch>(item));
        break;
      case "hook-run":
        hookRuns.push(fromItem<HookRun>(item));
        break;
      case "wait":
        wait = fromItem<Wait>(item);
        break;
    }
  }
  return cluster === undefined ? undefined : { cluster, nodes, launches, hookRuns, wait };
}

async function take(
  aws: Aws,
  cluster: Cluster,
  operation: Operation,
  expectedFence: number | undefined,
): Promise<boolean> {
  const isAsExpected =
    expectedFence === undefined
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : { ConditionExpression: "fence = :fence", ExpressionAttributeValues: { ":fence": toValue(expectedFence) } };
  // The API may have written the operation as requested; what runs or has ended is never taken again.
  const isOpen = {
    ConditionExpression: "attribute_not_exists(pk) OR #status = :requested",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":requested": toValue("requested") },
  };
  return call(aws.runtime, "dynamodb:TransactWriteItems", async () => {
    try {
      await aws.client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: aws.table, Item: clusterItem(cluster), ...isAsExpected } },
            { Put: { TableName: aws.table, Item: operationItem(operation), ...isOpen } },
          ],
        }),
      );
      return true;
    } catch (error) {
      const codes =
        error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map((r) => r.Code) : [];
      if (codes.includes("ConditionalCheckFailed")) return false;
      if (codes.includes("TransactionConflict"))
        throw Object.assign(new Error("transaction conflict", { cause: error }), {
          name: "TransactionConflictException",
        });
      throw error;
    }
  });
}

async function record(aws: Aws, operation: Operation): Promise<void> {
  try {
    await call(aws.runtime, "dynamodb:PutItem", () =>
      aws.client.send(
        new PutItemCommand({
          TableName: aws.table,
          Item: operationItem(operation),
          ConditionExpression: "attribute_not_exists(pk) OR #status = :requested",
          ExpressionAttributeNames: { "#status": "status" },
          ExpressionAttributeValues: { ":requested": toValue("requested") },
        }),
      ),
    );
  } catch (error) {
    // It runs or has ended already: what it says of itself is newer than this.
    if (!isConditionFailed(error)) throw error;
  }
}

async function requestCancel(aws: Aws, id: string, cluster: string): Promise<boolean> {
  // On the operation, for one that has not taken its cluster yet; on the lease, where each step of one that runs looks.
  const marked = await updateIf(aws, {
    Key: toKey(keyOf.operation(id)),
    UpdateExpression: "SET cancelRequested = :yes",
    ConditionExpression: "#status IN (:requested, :running)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":yes": toValue(true),
      ":requested": toValue("requested"),
      ":running": toValue("running"),
    },
  });
  if (!marked) return false;
  const isHolding = await updateIf(aws, {
    Key: toKey(keyOf.cluster(cluster)),
    UpdateExpression: "SET #lease.isCancelled = :yes",
    ConditionExpression: "#lease.operationId = :id AND attribute_not_exists(#lease.isUndoing)",
    ExpressionAttributeNames: { "#lease": "lease" },
    ExpressionAttributeValues: { ":yes": toValue(true), ":id": toValue(id) },
  });
  if (isHolding) return true;
  const operation = await get<Operation>(aws, keyOf.operation(id));
  return operation?.status === "requested";
}

async function updateIf(aws: Aws, update: Omit<UpdateItemCommandInput, "TableName">): Promise<boolean> {
  try {
    await call(aws.runtime, "dynamodb:UpdateItem", () =>
      aws.client.send(new UpdateItemCommand({ ...update, TableName: aws.table })),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

async function claimKey(aws: Aws, claim: IdempotencyClaim): Promise<IdempotencyClaim> {
  // DynamoDB's TTL is in epoch seconds, and may come days late: the condition does not rely on it.
  const Item = toItem(keyOf.idempotencyKey(claim.key), { ...claim, ttl: Math.ceil(claim.expiresAt / 1000) });
  const known = await putUnlessAlive(aws, Item);
  return known === undefined ? claim : fromItem<IdempotencyClaim>(known);
}

/** Writes a row that expires, unless one is there that has not; answers that one. */
async function putUnlessAlive(aws: Aws, Item: Item): Promise<Item | undefined> {
  try {
    await call(aws.runtime, "dynamodb:PutItem", () =>
      aws.client.send(
        new PutItemCommand({
          TableName: aws.table,
          Item,
          ConditionExpression: "attribute_not_exists(pk) OR expiresAt < :now",
          ExpressionAttributeValues: { ":now": toValue(aws.runtime.clock.now()) },
          ReturnValuesOnConditionCheckFailure: "ALL_OLD",
        }),
      ),
    );
    return undefined;
  } catch (error) {
    if (isConditionFailed(error) && error.Item !== undefined) return error.Item;
    throw error;
  }
}

async function sightOne(aws: Aws, id: string, now: number, expiresAt: number): Promise<number> {
  const Item = toItem(keyOf.sighting(id), { firstSeenAt: now, expiresAt, ttl: Math.ceil(expiresAt / 1000) });
  const known = await putUnlessAlive(aws, Item);
  return known === undefined ? now : fromItem<{ firstSeenAt: number }>(known).firstSeenAt;
}

async function abandon(aws: Aws, operation: Operation, end: Pick<Operation, "failure" | "endedAt">): Promise<boolean> {
  const ended = await updateIf(aws, {
    ...updateOf(
      keyOf.operation(operation.id),
      { ...end, status: "failed", step: "Aborted", list: undefined, listKey: undefined },
      {
        condition: "#open IN (:requested, :running)",
        names: { "#open": "status" },
        values: { ":requested": "requested", ":running": "running" },
      },
    ),
  });
  // The fence stays: what the dead workflow still had on its way is refused all the same.
  await updateIf(aws, {
    ...updateOf(
      keyOf.cluster(operation.cluster),
      { lease: undefined, status: "failed" },
      {
        condition: "#held.operationId = :id",
        names: { "#held": "lease" },
        values: { ":id": operation.id },
      },
    ),
  });
  return ended;
}
