import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type PutItemCommandInput,
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
import { decodeCursor, encodeCursor, type Listing } from "./cursor.ts";
import { clusterItem, fromItem, operationItem, toItem, toKey, toValue, type Item } from "./items.ts";
import { clusterPartition, INDEXES, keyOf, kindOfRow, LISTS, timelinePartition, type Key } from "./keys.ts";
import { transact } from "./transact.ts";
import { isConditionFailed, updateOf, writeChanges, writeLook } from "./write.ts";

/** Cluster state in one DynamoDB table. */
export function clusterStore(runtime: AwsRuntime, table: string): ClusterStore {
  const client = runtime.client(DynamoDBClient);
  const aws = { runtime, client, table };
  return {
    snapshot: async (cluster) => toSnapshot(await queryAll(aws, partitionOf(clusterPartition(cluster)))),
    cluster: (name) => get<Cluster>(aws, keyOf.cluster(name)),
    clusters: (page) =>
      queryPage<Cluster>(aws, { query: listOf(LISTS.clusters), listing: listing("list", LISTS.clusters) }, page),
    operation: (id) => get<Operation>(aws, keyOf.operation(id)),
    openOperations: async () =>
      (await queryAll(aws, listOf(LISTS.openOperations))).map((item) => fromItem<Operation>(item)),
    take: (cluster, operation, expectedFence) => take(aws, cluster, operation, expectedFence),
    write: (ref, changes) => writeChanges(aws, ref, changes),
    writeLook: (wait, changes) => writeLook(aws, wait, changes),
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
      const item = toItem(keyOf.timelineEntry(entry.cluster, entry.id), entry);
      // What is written stays as it is; one that is there already came from an attempt whose answer was lost.
      await putIf(aws, item, { ConditionExpression: "attribute_not_exists(pk)" });
    },
    timeline: (cluster, page) => {
      const pk = timelinePartition(cluster);
      const query = { ...partitionOf(pk), ScanIndexForward: false };
      return queryPage<TimelineEntry>(aws, { query, listing: listing("pk", pk) }, page);
    },
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

function partitionOf(pk: string): Query {
  return {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": toValue(pk) },
    ConsistentRead: true,
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

/** A page of an index continues after a key of the index and of the table. */
function listing(attribute: "pk" | "list", value: string): Listing {
  const table = ["pk", "sk"];
  return { partition: { attribute, value }, keyAttributes: attribute === "pk" ? table : ["list", "listKey", ...table] };
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

async function queryPage<T>(
  aws: Aws,
  { query, listing }: { query: Query; listing: Listing },
  page: { limit: number; after?: string | undefined },
): Promise<Page<T>> {
  const start = page.after === undefined ? {} : { ExclusiveStartKey: decodeCursor(page.after, listing) };
  const answer = await call(aws.runtime, "dynamodb:Query", () =>
    aws.client.send(new QueryCommand({ ...query, ...start, TableName: aws.table, Limit: page.limit })),
  );
  const items = (answer.Items ?? []).map((item) => fromItem<T>(item));
  return answer.LastEvaluatedKey === undefined ? { items } : { items, next: encodeCursor(answer.LastEvaluatedKey) };
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
  seen: Pick<Cluster, "fence" | "lease"> | undefined,
): Promise<boolean> {
  // The API may have written the operation as requested; what runs, has ended or was cancelled is never taken.
  const isOpen = {
    ConditionExpression: "attribute_not_exists(pk) OR (#status = :requested AND cancelRequested = :no)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":requested": toValue("requested"), ":no": toValue(false) },
  };
  const { failedCondition } = await transact(aws, [
    { Put: { TableName: aws.table, Item: clusterItem(cluster), ...asSeen(seen) } },
    { Put: { TableName: aws.table, Item: operationItem(operation), ...isOpen } },
  ]);
  return failedCondition === undefined;
}

function asSeen(seen: Pick<Cluster, "fence" | "lease"> | undefined) {
  if (seen === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  const names = { "#fence": "fence", "#lease": "lease" };
  const values = { ":fence": toValue(seen.fence) };
  if (seen.lease === undefined) {
    return {
      ConditionExpression: "#fence = :fence AND attribute_not_exists(#lease)",
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    };
  }
  return {
    ConditionExpression: "#fence = :fence AND #lease.#holder = :holder",
    ExpressionAttributeNames: { ...names, "#holder": "operationId" },
    ExpressionAttributeValues: { ...values, ":holder": toValue(seen.lease.operationId) },
  };
}

async function record(aws: Aws, operation: Operation): Promise<void> {
  // Requested again it is what it was, with what was asked of it since.
  const isFree = { ConditionExpression: "attribute_not_exists(pk)" };
  const isOpen = {
    ConditionExpression: "attribute_not_exists(pk) OR #status = :requested",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":requested": toValue("requested") },
  };
  // False: it runs or has ended already, and what it says of itself is newer than this.
  await putIf(aws, operationItem(operation), operation.status === "requested" ? isFree : isOpen);
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

/** False when the condition does not hold. */
async function putIf(
  aws: Aws,
  Item: Item,
  condition: Pick<
    PutItemCommandInput,
    "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
  >,
): Promise<boolean> {
  try {
    await call(aws.runtime, "dynamodb:PutItem", () =>
      aws.client.send(new PutItemCommand({ TableName: aws.table, Item, ...condition })),
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
  // The lease first: killed in between, the operation is still open, and is found again. The fence stays: what the dead
  // workflow still had on its way is refused all the same.
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
  const isEnded = await updateIf(aws, {
    ...updateOf(
      keyOf.operation(operation.id),
      { ...end, status: "failed", step: ABANDONED, list: undefined, listKey: undefined },
      {
        condition: "#open IN (:requested, :running)",
        names: { "#open": "status" },
        values: { ":requested": "requested", ":running": "running" },
      },
    ),
  });
  if (isEnded) return true;
  // An attempt whose answer was lost has ended it just so.
  const known = await get<Operation>(aws, keyOf.operation(operation.id));
  return known?.step === ABANDONED && known.endedAt === end.endedAt;
}

/** The last thing that an operation did whose workflow died. */
const ABANDONED = "Aborted";
