import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { isEnded, MusterError, type Change, type OperationRef } from "@muster/core";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { nodeItem, toItem, toKey, toValue, waitItem } from "./items.ts";
import { keyOf, type Key } from "./keys.ts";

/** DynamoDB TransactWriteItems: actions of one transaction. */
const TRANSACTION_ACTIONS_MAX = 100;

/** Writes fenced changes in as few transactions as they fit in; each shows the fence. */
export async function writeChanges(
  aws: { runtime: AwsRuntime; client: DynamoDBClient; table: string },
  ref: OperationRef,
  changes: readonly Change[],
): Promise<void> {
  for (let start = 0; start < changes.length; start += TRANSACTION_ACTIONS_MAX - 1) {
    const chunk = changes.slice(start, start + TRANSACTION_ACTIONS_MAX - 1);
    const actions = chunk.map((change) => actionOf(aws.table, ref, change, aws.runtime.clock.now()));
    // DynamoDB takes one action per item: a change of the cluster's own row carries the fence itself.
    const touchesCluster = chunk.some(
      (change) =>
        ("update" in change && change.update === "cluster") || ("drop" in change && change.drop === "cluster"),
    );
    if (!touchesCluster)
      actions.push({
        ConditionCheck: { TableName: aws.table, Key: toKey(keyOf.cluster(ref.cluster)), ...fenceCheck(ref) },
      });
    await call(aws.runtime, "dynamodb:TransactWriteItems", () => transact(aws.client, actions, ref));
  }
}

async function transact(client: DynamoDBClient, TransactItems: TransactWriteItem[], ref: OperationRef): Promise<void> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems }));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code);
    if (codes.includes("ConditionalCheckFailed")) throw leaseLost(ref, error);
    // Another write met one of the items in that moment: the same again, as if it had been throttled.
    throw Object.assign(new Error(`transaction cancelled: ${codes.join(", ")}`, { cause: error }), {
      name: "TransactionConflictException",
    });
  }
}

/** Whether DynamoDB refused because a condition did not hold. */
export function isConditionFailed(error: unknown): error is ConditionalCheckFailedException {
  return error instanceof ConditionalCheckFailedException;
}

function fenceOf(ref: OperationRef) {
  return {
    condition: "#fence = :fence AND #lease.#holder = :holder",
    names: { "#fence": "fence", "#lease": "lease", "#holder": "operationId" },
    values: { ":fence": ref.fence, ":holder": ref.operationId },
  };
}

/** The fence of an action that changes nothing itself. */
function fenceCheck(ref: OperationRef) {
  const { condition, names, values } = fenceOf(ref);
  return {
    ConditionExpression: condition,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, toValue(value)]),
    ),
  };
}

function actionOf(TableName: string, ref: OperationRef, change: Change, now: number): TransactWriteItem {
  if ("put" in change) return { Put: { TableName, Item: putItem(change) } };
  if ("update" in change) {
    if (change.update === "operation")
      return { Update: { TableName, ...updateOf(keyOf.operation(ref.operationId), operationSets(change.set)) } };
    return {
      Update: { TableName, ...updateOf(keyOf.cluster(ref.cluster), { ...change.set, updatedAt: now }, fenceOf(ref)) },
    };
  }
  if (change.drop === "cluster")
    return { Delete: { TableName, Key: toKey(keyOf.cluster(ref.cluster)), ...fenceCheck(ref) } };
  return { Delete: { TableName, Key: toKey(dropKey(ref.cluster, change)) } };
}

function putItem(change: Extract<Change, { put: string }>) {
  switch (change.put) {
    case "node":
      return nodeItem(change.node);
    case "launch":
      return toItem(keyOf.launch(change.launch.cluster, change.launch.launchId), change.launch);
    case "hook-run":
      return toItem(keyOf.hookRun(change.run.cluster, change.run.tier, change.run.hook), change.run);
    case "wait":
      return waitItem(change.wait);
  }
}

function dropKey(cluster: string, change: Exclude<Extract<Change, { drop: string }>, { drop: "cluster" }>): Key {
  switch (change.drop) {
    case "node":
      return keyOf.node(cluster, change.tier, change.index);
    case "launch":
      return keyOf.launch(cluster, change.launchId);
    case "hook-run":
      return keyOf.hookRun(cluster, change.tier, change.hook);
    case "wait":
      return keyOf.wait(cluster);
  }
}

// An operation that ends also leaves the list of open ones.
function operationSets(set: Extract<Change, { update: "operation" }>["set"]): Record<string, unknown> {
  return set.status !== undefined && isEnded({ status: set.status })
    ? { ...set, list: undefined, listKey: undefined }
    : set;
}

/** SET what has a value, REMOVE what is undefined; only if the condition holds, where there is one. */
export function updateOf(
  key: Key,
  values: Readonly<Record<string, unknown>>,
  only?: {
    readonly condition: string;
    readonly names: Record<string, string>;
    readonly values: Record<string, unknown>;
  },
) {
  const names: Record<string, string> = { ...only?.names };
  const attributes = Object.fromEntries(
    Object.entries(only?.values ?? {}).map(([name, value]) => [name, toValue(value)]),
  );
  const sets: string[] = [];
  const removes: string[] = [];
  for (const [i, [name, value]] of Object.entries(values).entries()) {
    names[`#a${i}`] = name;
    if (value === undefined) removes.push(`#a${i}`);
    else {
      attributes[`:a${i}`] = toValue(value);
      sets.push(`#a${i} = :a${i}`);
    }
  }
  const expressions = [
    sets.length > 0 ? `SET ${sets.join(", ")}` : "",
    removes.length > 0 ? `REMOVE ${removes.join(", ")}` : "",
  ];
  return {
    Key: toKey(key),
    UpdateExpression: expressions.join(" ").trim(),
    ExpressionAttributeNames: names,
    ...(Object.keys(attributes).length > 0 ? { ExpressionAttributeValues: attributes } : {}),
    ...(only === undefined ? {} : { ConditionExpression: only.condition }),
  };
}

function leaseLost(ref: OperationRef, cause: unknown): MusterError {
  return new MusterError("LeaseLost", {
    what: `Operation ${ref.operationId} may not change cluster ${ref.cluster} any more.`,
    why: `The cluster has moved on from fence ${ref.fence}: another operation took it over (LeaseLost).`,
    remedy: `See what happened: muster cluster get ${ref.cluster}.`,
    cause,
  });
}
