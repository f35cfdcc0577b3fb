import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { isEnded, type Cluster, type Node, type Operation, type Wait } from "@muster/core";
import { KEY_ATTRIBUTES, keyOf, LISTS, type Key } from "./keys.ts";

export type Item = Record<string, AttributeValue>;

export function toItem(key: Key, row: object): Item {
  return marshall({ ...row, ...key }, MARSHALL);
}

export function toValue(value: unknown): AttributeValue {
  return marshall({ value }, MARSHALL)["value"] as AttributeValue;
}

export function toKey(key: Key): Item {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

/** The row as it was written, without what serves the keys. */
export function fromItem<T>(item: Item): T {
  const row = unmarshall(item);
  for (const attribute of KEY_ATTRIBUTES) delete row[attribute];
  return row as T;
}

export function clusterItem(cluster: Cluster): Item {
  return toItem(keyOf.cluster(cluster.name), { ...cluster, list: LISTS.clusters, listKey: cluster.name });
}

export function nodeItem(node: Node): Item {
  // Only a node whose instance matters is found by its id: a leaving one is expected to end.
  const isWatched = node.state !== "leaving" && node.state !== "lost";
  return toItem(keyOf.node(node.cluster, node.tier, node.index), {
    ...node,
    ...(isWatched && node.instanceId !== undefined ? { awsId: node.instanceId } : {}),
  });
}

export function waitItem(wait: Wait): Item {
  return toItem(keyOf.wait(wait.cluster), {
    ...wait,
    ...(wait.commandId === undefined ? {} : { awsId: wait.commandId }),
  });
}

export function operationItem(operation: Operation): Item {
  return toItem(keyOf.operation(operation.id), { ...operation, ...openListing(operation) });
}

/** An operation is on the list of open ones until it has ended. */
export function openListing(operation: Pick<Operation, "id" | "status">): { list?: string; listKey?: string } {
  return isEnded(operation) ? {} : { list: LISTS.openOperations, listKey: operation.id };
}

const MARSHALL = { removeUndefinedValues: true } as const;
