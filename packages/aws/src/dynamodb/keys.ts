import { NODE_INDEX_DIGITS } from "@muster/core";

/** The primary key of a row. Keys are made here and nowhere else. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Names of the table's indexes; the manifest declares them. */
export const INDEXES = {
  /** Rows that an AWS id (instance, command) belongs to: `awsId`. */
  byAwsId: "byAwsId",
  /** Lists across clusters: `list` and `listKey`. */
  byList: "byList",
} as const;

export const LISTS = { clusters: "clusters", openOperations: "open-operations" } as const;

/** Attributes that serve keys and indexes, and are no part of what a row says. */
export const KEY_ATTRIBUTES = ["pk", "sk", "awsId", "list", "listKey", "ttl"] as const;

/** Everything of one cluster that one query reads; bounded by its number of nodes. */
export const clusterPartition = (cluster: string) => `CLUSTER#${cluster}`;

export const keyOf = {
  cluster: (name: string): Key => ({ pk: clusterPartition(name), sk: "CLUSTER" }),
  node: (cluster: string, tier: string, index: number): Key => ({
    pk: clusterPartition(cluster),
    sk: `NODE#${tier}#${String(index).padStart(NODE_INDEX_DIGITS, "0")}`,
  }),
  launch: (cluster: string, launchId: string): Key => ({ pk: clusterPartition(cluster), sk: `LAUNCH#${launchId}` }),
  hookRun: (cluster: string, tier: string, hook: string): Key => ({
    pk: clusterPartition(cluster),
    sk: `HOOK#${tier}#${hook}`,
  }),
  wait: (cluster: string): Key => ({ pk: clusterPartition(cluster), sk: "WAIT" }),
  operation: (id: string): Key => ({ pk: `OPERATION#${id}`, sk: "OPERATION" }),
  timelineEntry: (cluster: string, id: string): Key => ({ pk: timelinePartition(cluster), sk: id }),
  idempotencyKey: (key: string): Key => ({ pk: `KEY#${key}`, sk: "KEY" }),
  sighting: (id: string): Key => ({ pk: `SIGHTING#${id}`, sk: "SIGHTING" }),
};

/** A cluster's timeline grows with age, so it is apart from what every look reads. */
export function timelinePartition(cluster: string): string {
  return `TIMELINE#${cluster}`;
}

/** What kind of row a sort key names. */
export function kindOfRow(sk: string): "cluster" | "node" | "launch" | "hook-run" | "wait" {
  if (sk === "CLUSTER") return "cluster";
  if (sk === "WAIT") return "wait";
  const [prefix] = sk.split("#");
  if (prefix === "NODE") return "node";
  if (prefix === "LAUNCH") return "launch";
  if (prefix === "HOOK") return "hook-run";
  throw new Error(`the table has a row that no version of Muster writes: ${sk}`);
}
