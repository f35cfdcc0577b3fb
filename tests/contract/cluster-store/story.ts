import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import type { Cluster, ClusterStore, Lease, Operation, OperationRef, TimelineEntry, Wait } from "@muster/core";
import { aCluster, NOW } from "@muster/testing";
import { expect } from "vitest";
import type { Item } from "../../../packages/aws/src/dynamodb/items.ts";
import type { StoreWorld } from "./worlds.ts";

/** One behaviour of a cluster store. */
export interface Story {
  readonly title: string;
  /** What it needs of DynamoDB that not everybody has. */
  readonly needs?: Need;
  readonly tell: (bench: Bench) => Promise<void>;
}

export type Need = "transactions" | "the item of a failed condition";

/** What a story has at hand. */
export interface Bench {
  readonly world: StoreWorld;
  readonly store: ClusterStore;
  readonly run: StoreWorld["run"];
  /** A cluster of a name that nobody else has, not written yet. */
  readonly fresh: () => Sample;
  /** The same, taken by its operation. */
  readonly held: () => Promise<Sample>;
  /** Puts rows into the table as the store would, past its conditions: for stories of reading. */
  readonly plant: (...items: readonly Item[]) => Promise<void>;
  /** Waits until the indexes have followed their table. */
  readonly indexed: () => Promise<void>;
}

export interface Sample {
  readonly name: string;
  readonly lease: Lease;
  readonly cluster: Cluster;
  readonly operation: Operation;
  readonly ref: OperationRef;
}

export function benchOf(world: StoreWorld): Bench {
  const store = world.store();
  let clusters = 0;
  const fresh = () => sample(`demo-${++clusters}`);
  const indexed = () => world.advance(INDEXED_WITHIN_MS);
  return {
    world,
    store,
    run: world.run,
    fresh,
    held: async () => {
      const made = fresh();
      expect(await world.run(store.take(made.cluster, made.operation, undefined))).toBe(true);
      return made;
    },
    plant: async (...items) => {
      for (let start = 0; start < items.length; start += BATCH_WRITES_MAX) {
        const requests = items.slice(start, start + BATCH_WRITES_MAX).map((Item) => ({ PutRequest: { Item } }));
        await world.run(world.client.send(new BatchWriteItemCommand({ RequestItems: { [world.table]: requests } })));
      }
      await indexed();
    },
    indexed,
  };
}

/** DynamoDB: requests of one BatchWriteItem. */
const BATCH_WRITES_MAX = 25;
/** The embedded DynamoDB's indexes are up to 200 ms behind. */
const INDEXED_WITHIN_MS = 1_000;

function sample(name: string): Sample {
  const operation = anOperation(name);
  const lease = { operationId: operation.id, executionArn: `arn:execution:${name}`, expiresAt: NOW + 900_000 };
  const cluster = aCluster({ name, lease, operationId: operation.id });
  return { name, lease, cluster, operation, ref: { cluster: name, operationId: operation.id, fence: cluster.fence } };
}

export function anOperation(cluster: string, change: Partial<Operation> = {}): Operation {
  return {
    id: `${cluster}.op`,
    cluster,
    kind: "deploy",
    status: "running",
    step: "Admitted",
    cancelRequested: false,
    findings: [],
    requestedAt: NOW,
    ...change,
  };
}

export function aWait(ref: OperationRef, change: Partial<Wait> = {}): Wait {
  return { ...ref, kind: "hook", tier: "backend", hook: "form", token: "token", since: NOW, ...change };
}

export function anEntry(cluster: string, id: string, text = id): TimelineEntry {
  return { cluster, id, at: NOW, operationId: `${cluster}.op`, event: "nodes.launched", text };
}

/** The next holder of a cluster. */
export function successorOf({ cluster, operation }: Sample, id: string): { cluster: Cluster; operation: Operation } {
  const operationId = `${cluster.name}.${id}`;
  const lease = { operationId, executionArn: `arn:${id}`, expiresAt: NOW };
  return {
    cluster: { ...cluster, fence: cluster.fence + 1, operationId, lease },
    operation: { ...operation, id: operationId },
  };
}
