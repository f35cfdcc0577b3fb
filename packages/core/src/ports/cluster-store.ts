import type { Cluster } from "../cluster/cluster.ts";
import type { OperationRef } from "../cluster/lease.ts";
import type { HookRun } from "../hook/hook-run.ts";
import type { Launch } from "../launch/launch.ts";
import type { Node } from "../node/node.ts";
import type { Operation } from "../operation/operation.ts";
import type { TimelineEntry } from "../timeline/entry.ts";
import type { Wait } from "../wait/wait.ts";

/** Everything that is kept of one cluster, read consistently. */
export interface ClusterSnapshot {
  readonly cluster: Cluster;
  /** By tier, then by index. */
  readonly nodes: readonly Node[];
  readonly launches: readonly Launch[];
  readonly hookRuns: readonly HookRun[];
  readonly wait?: Wait | undefined;
}

/** One write of an operation. Rows that an operation owns are written whole; the cluster and the operation in part. */
export type Change =
  /** `isNew`: only where no such node is, so that two invocations of one step do not fill a place twice. */
  | { readonly put: "node"; readonly node: Node; readonly isNew?: boolean }
  | { readonly put: "launch"; readonly launch: Launch }
  /** `isNew`: only where the operation has made no such attempt, nor a later one. */
  | { readonly put: "hook-run"; readonly run: HookRun; readonly isNew?: boolean }
  | { readonly put: "wait"; readonly wait: Wait }
  | { readonly drop: "node"; readonly tier: string; readonly index: number }
  | { readonly drop: "launch"; readonly launchId: string }
  | { readonly drop: "hook-run"; readonly tier: string; readonly hook: string }
  | { readonly drop: "wait" }
  | { readonly drop: "cluster" }
  | { readonly update: "cluster"; readonly set: ClusterUpdate }
  /**
   * A sign of life. In part too: a request to cancel may be written to the lease at the same moment, and must not get
   * lost. Once the lease is to be cancelled, only an undoing renews it; any other is refused as if the lease were lost.
   */
  | { readonly renew: "lease"; readonly expiresAt: number; readonly isUndoing: boolean }
  | { readonly update: "operation"; readonly set: Partial<Omit<Operation, "id" | "cluster" | "kind">> };

/** `undefined` takes an attribute away; a lease can only be given back so, and a role's name be forgotten. */
export type ClusterUpdate = Partial<Pick<Cluster, "status" | "formed" | "placement" | "tiers" | "resolved">> & {
  readonly lease?: undefined;
  readonly nodeRole?: undefined;
};

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly next?: string | undefined;
}

/** Cluster state. Reads are consistent unless said otherwise. Transient faults of the store are retried inside, then AwsUnavailable. */
export interface ClusterStore {
  /** Undefined when there is no such cluster. */
  snapshot(cluster: string): Promise<ClusterSnapshot | undefined>;
  cluster(name: string): Promise<Cluster | undefined>;
  /** By name; may lag behind by moments. */
  clusters(page: { limit: number; after?: string | undefined }): Promise<Page<Cluster>>;
  operation(id: string): Promise<Operation | undefined>;
  /** Operations that have not ended; may lag behind by moments. */
  openOperations(): Promise<readonly Operation[]>;
  /**
   * Takes the cluster for an operation: writes the cluster's row with the lease and the next fence, and the operation's,
   * at once. False when the cluster is not as it was `seen` any more: another fence, or its holder has let go of it and
   * written how it left it (undefined: it must not exist).
   */
  take(cluster: Cluster, operation: Operation, seen: Pick<Cluster, "fence" | "lease"> | undefined): Promise<boolean>;
  /**
   * Writes changes of an operation, each fenced: in chunks that are atomic in themselves, in the order given. Safe to
   * repeat.
   * @throws LeaseLost when the cluster has moved on to another fence; StepOvertaken when something new is there already
   */
  write(ref: OperationRef, changes: readonly Change[]): Promise<void>;
  /**
   * Writes what a look found, like `write`, and only while its wait is still the one that is kept. False: another look has
   * answered it, and what this one saw is of the past.
   */
  writeLook(wait: Wait, changes: readonly Change[]): Promise<boolean>;
  /** Writes an operation that holds no lease: requested, or refused. Never overwrites one that runs or has ended. */
  record(operation: Operation): Promise<void>;
  /**
   * Marks an operation, and the lease that it holds, as to be cancelled. False when it has ended, does not exist, or is
   * putting things back already.
   */
  requestCancel(id: string, cluster: string): Promise<boolean>;
  /** The cluster whose node or wait that instance or command belongs to; may lag behind by moments. */
  clusterOf(awsId: string): Promise<string | undefined>;
  /**
   * Ends an operation whose workflow can no longer do it, and takes the lease away that it holds. False when it has ended
   * by itself meanwhile.
   */
  abandon(operation: Operation, end: Pick<Operation, "failure" | "endedAt">): Promise<boolean>;
  /** Remembers when each of these was first seen, until `expiresAt` (epoch ms); answers what is known by now. */
  sight(ids: readonly string[], now: number, expiresAt: number): Promise<ReadonlyMap<string, number>>;
  append(entry: TimelineEntry): Promise<void>;
  /** Newest first. */
  timeline(cluster: string, page: { limit: number; after?: string | undefined }): Promise<Page<TimelineEntry>>;
  /**
   * Remembers that an idempotency key stands for that request, until `expiresAt` (epoch ms).
   * Answers what the key stands for: this request, or the one that came first.
   */
  claimKey(claim: IdempotencyClaim): Promise<IdempotencyClaim>;
}

export interface IdempotencyClaim {
  readonly key: string;
  /** Digest of the request. */
  readonly request: string;
  readonly operationId: string;
  readonly expiresAt: number;
}
