import { ConditionalCheckFailedException, type DynamoDBClient, type TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { isEnded, leaseLost, MusterError, type Change, type OperationRef, type Wait } from "@muster/core";
import type { AwsRuntime } from "../runtime.ts";
import { nodeItem, toItem, toKey, toValue, waitItem } from "./items.ts";
import { keyOf, type Key } from "./keys.ts";
import { transact } from "./transact.ts";

/** DynamoDB TransactWriteItems: actions of one transaction. */
const TRANSACTION_ACTIONS_MAX = 100;

/** Writes fenced changes in as few transactions as they fit in; each shows the fence. */
export async function writeChanges(aws: Aws, ref: OperationRef, changes: readonly Change[]): Promise<void> {
  for (const chunk of chunksOf(changes)) {
    const actions = fenced(aws, ref, chunk);
    const { failedCondition } = await transact(aws, actions);
    if (failedCondition === undefined) continue;
    const isFailed = (index: number) => failedCondition.CancellationReasons?.[index]?.Code === "ConditionalCheckFailed";
    // AWS gives a reason for each action, in their order; what shows the fence is no creation.
    const isFenceGood = !actions.some((_, index) => isFailed(index) && !isCreation(chunk[index]));
    throw isFenceGood ? stepOvertaken(ref, failedCondition) : movedOn(ref, failedCondition);
  }
}

/** The same, in transactions that also show the wait. */
export async function writeLook(aws: Aws, wait: Wait, changes: readonly Change[]): Promise<boolean> {
  const isLast = changes.some((change) => "drop" in change && change.drop === "wait");
  const others = changes.filter((change) => !("drop" in change && change.drop === "wait"));
  // Dropping the wait is something by itself.
  const chunks = others.length === 0 ? [[]] : chunksOf(others);
  for (const [i, chunk] of chunks.entries()) {
    const own = waitAction(aws.table, wait, isLast && i === chunks.length - 1 ? "Delete" : "ConditionCheck");
    const { failedCondition } = await transact(aws, [own, ...fenced(aws, wait, chunk)]);
    if (failedCondition === undefined) continue;
    // AWS gives a reason for each action, in their order: the first is the wait's.
    if (failedCondition.CancellationReasons?.[0]?.Code === "ConditionalCheckFailed") return false;
    throw movedOn(wait, failedCondition);
  }
  return true;
}

function isCreation(change: Change | undefined): boolean {
  return change !== undefined && "isNew" in change && change.isNew;
}

interface Aws {
  readonly runtime: AwsRuntime;
  readonly client: DynamoDBClient;
  readonly table: string;
}

/** With room in each transaction for what shows the fence and the wait. */
function chunksOf(changes: readonly Change[]): (readonly Change[])[] {
  const size = TRANSACTION_ACTIONS_MAX - 2;
  const count = Math.ceil(changes.length / size);
  return Array.from({ length: count }, (_, i) => changes.slice(i * size, (i + 1) * size));
}

function fenced({ runtime, table }: Aws, ref: OperationRef, changes: readonly Change[]): TransactWriteItem[] {
  const actions = changes.map((change) => actionOf(table, ref, change, runtime.clock.now()));
  // DynamoDB takes one action per item: a change of the cluster's own row carries the fence itself.
  const touchesCluster = changes.some(
    (change) =>
      "renew" in change ||
      ("update" in change && change.update === "cluster") ||
      ("drop" in change && change.drop === "cluster"),
  );
  if (touchesCluster) return actions;
  return [
    ...actions,
    { ConditionCheck: { TableName: table, Key: toKey(keyOf.cluster(ref.cluster)), ...fenceCheck(ref) } },
  ];
}

function waitAction(TableName: string, wait: Wait, action: "Delete" | "ConditionCheck"): TransactWriteItem {
  const check = {
    TableName,
    Key: toKey(keyOf.wait(wait.cluster)),
    ConditionExpression: "#token = :token",
    ExpressionAttributeNames: { "#token": "token" },
    ExpressionAttributeValues: { ":token": toValue(wait.token) },
  };
  return action === "Delete" ? { Delete: check } : { ConditionCheck: check };
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
  if ("put" in change) return { Put: { TableName, Item: putItem(change), ...creationCheck(change) } };
  if ("update" in change) {
    if (change.update === "operation")
      return { Update: { TableName, ...updateOf(keyOf.operation(ref.operationId), operationSets(change.set)) } };
    return {
      Update: { TableName, ...updateOf(keyOf.cluster(ref.cluster), { ...change.set, updatedAt: now }, fenceOf(ref)) },
    };
  }
  if ("renew" in change) return { Update: { TableName, ...renewalOf(ref, change) } };
  if (change.drop === "cluster")
    return { Delete: { TableName, Key: toKey(keyOf.cluster(ref.cluster)), ...fenceCheck(ref) } };
  return { Delete: { TableName, Key: toKey(dropKey(ref.cluster, change)) } };
}

function renewalOf(ref: OperationRef, { expiresAt, isUndoing }: Extract<Change, { renew: string }>) {
  const { condition, names, values } = fenceOf(ref);
  const ifNotCancelled = " AND (attribute_not_exists(#lease.#cancelled) OR attribute_exists(#lease.#undoing))";
  return {
    Key: toKey(keyOf.cluster(ref.cluster)),
    UpdateExpression: `SET #lease.#expiresAt = :expiresAt${isUndoing ? ", #lease.#undoing = :yes" : ""}`,
    ConditionExpression: `${condition}${isUndoing ? "" : ifNotCancelled}`,
    ExpressionAttributeNames: {
      ...names,
      "#expiresAt": "expiresAt",
      "#undoing": "isUndoing",
      ...(isUndoing ? {} : { "#cancelled": "isCancelled" }),
    },
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries({ ...values, ":expiresAt": expiresAt, ...(isUndoing ? { ":yes": true } : {}) }).map(
        ([name, value]) => [name, toValue(value)],
      ),
    ),
  };
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

function creationCheck(change: Extract<Change, { put: string }>) {
  if (!isCreation(change)) return {};
  if (change.put !== "hook-run") return { ConditionExpression: "attribute_not_exists(pk)" };
  const { operationId, attempt } = change.run;
  return {
    ConditionExpression: "attribute_not_exists(pk) OR operationId <> :operation OR attempt < :attempt",
    ExpressionAttributeValues: { ":operation": toValue(operationId), ":attempt": toValue(attempt) },
  };
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

function movedOn(ref: OperationRef, cause: unknown): MusterError {
  return leaseLost(
    ref,
    `The cluster has moved on from fence ${ref.fence}: another operation took it over (LeaseLost).`,
    cause,
  );
}

function stepOvertaken(ref: OperationRef, cause: unknown): MusterError {
  return new MusterError("StepOvertaken", {
    what: `A step of operation ${ref.operationId} was overtaken by another invocation of itself.`,
    why: "Both began the same work, and the other was first (StepOvertaken).",
    remedy: "Nothing: the workflow looks again in a moment.",
    cause,
  });
}
