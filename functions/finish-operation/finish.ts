import {
  dropRuns,
  failureText,
  isEnded,
  isMusterError,
  readFailure,
  requireLease,
  secretName,
  type Announcements,
  type Change,
  type ClusterSnapshot,
  type ClusterStore,
  type Failure,
  type NodeRoles,
  type Operation,
  type OperationRef,
  type OperationStatus,
  type Secrets,
} from "@muster/core";
import { timelineEntry, type Context } from "@muster/lambda";
import { blueprintOf } from "@muster/products";
import type * as z from "zod/mini";
import type { finishOperationInput } from "./event.ts";

type Input = z.output<typeof finishOperationInput>;

interface Ports {
  readonly store: ClusterStore;
  readonly secrets: Secrets;
  readonly roles: Pick<NodeRoles, "destroy">;
  readonly announcements: Announcements;
  readonly stage: string;
}

/** How the operation ended; the workflow's own end says the same. */
export interface Finished {
  readonly status: OperationStatus;
  readonly error: string;
  readonly cause: string;
}

export async function finish(input: Input, ports: Ports, context: Context): Promise<Finished> {
  const { store } = ports;
  const { operation: ref } = input;
  const operation = await store.operation(ref.operationId);
  // An invocation before this one did it, and its answer was lost.
  if (operation !== undefined && isEnded(operation)) return answer(operation.status, operation.failure);
  const snapshot = await store.snapshot(ref.cluster);
  // Looked at before anything is touched: whoever has the cluster now needs what belongs to it.
  requireLease(snapshot?.cluster, ref, { isUndoing: true });
  if (snapshot === undefined || operation === undefined)
    throw new Error(`operation ${ref.operationId} holds its cluster and has no row`);

  const isGone = goneAfter(operation, input);
  let left: readonly Left[];
  try {
    left = isGone ? await destroyCredentials(snapshot, ref, ports) : [];
    await store.write(ref, rowsOver(snapshot, isGone));
  } catch (error) {
    const ended = await endedMeanwhile(store, ref, error);
    return answer(ended.status, ended.failure);
  }
  const outcome = left.length > 0 ? "failed" : input.outcome;
  const failure = failureFor(input, isGone, left);
  const status = statusFor(outcome, failure);
  const end = { status, failure, step: stepFor(status, isGone), endedAt: context.clock.now() };
  try {
    // All in one transaction: an operation has ended exactly when its cluster is free.
    await store.write(ref, [
      { update: "operation", set: end },
      ...lastChanges(snapshot, operation, { isGone, hasLeft: left.length > 0, outcome }),
    ]);
  } catch (error) {
    const ended = await endedMeanwhile(store, ref, error);
    // Where it was this write, and its answer was lost, nobody has been told yet.
    if (ended.status !== end.status || ended.endedAt !== end.endedAt) return answer(ended.status, ended.failure);
  }
  await store.append(
    timelineEntry(context, ref, {
      event: `operation.${status}`,
      text:
        failure === undefined
          ? `Operation ${ref.operationId} (${operation.kind}) succeeded.`
          : `Operation ${ref.operationId} (${operation.kind}) ${status}: ${failure.what} ${failure.why}`,
    }),
  );
  await ports.announcements.announce({
    type: `Muster Operation ${status[0]?.toUpperCase()}${status.slice(1)}`,
    detail: {
      cluster: ref.cluster,
      operationId: ref.operationId,
      kind: operation.kind,
      status,
      ...(failure === undefined ? {} : { error: failure.code, reason: failure.why }),
    },
  });
  return answer(status, failure);
}

function failureFor(input: Input, isGone: boolean, left: readonly Left[]): Failure | undefined {
  const { cluster } = input.operation;
  if (input.outcome === "succeeded") return left.length > 0 ? credentialsLeft(cluster, left) : undefined;
  const failure = readFailure(input.error ?? {});
  const destroy = `muster cluster destroy ${cluster} --confirm ${cluster}`;
  if (input.undoError !== undefined) {
    const undo = readFailure(input.undoError);
    return {
      ...failure,
      why: `${failure.why} Not all could be put back: ${undo.what} ${undo.why}`,
      remedy: `${undo.remedy} The sweep tries again every quarter of an hour; to do it now: ${destroy}.`,
    };
  }
  if (input.kept === true) {
    return {
      ...failure,
      remedy: `What was launched is kept (keepOnFailure). When you have looked at it: ${destroy}. ${failure.remedy}`,
    };
  }
  if (left.length > 0) {
    const { what, why, remedy } = credentialsLeft(cluster, left);
    return { ...failure, why: `${failure.why} ${what} ${why}`, remedy: `${failure.remedy} ${remedy}` };
  }
  if (isGone && failure.code === "OperationCancelled")
    return { ...failure, why: `${failure.why} What it had launched was put back.` };
  return failure;
}

/** Everything else of the cluster is gone, and this is no reason to keep its name. */
function credentialsLeft(cluster: string, left: readonly Left[]): Failure {
  return {
    code: "RemovalIncomplete",
    what: `Cluster ${cluster} is gone, and not all of its credentials are.`,
    why: `AWS refuses to delete ${left.map(({ what, why }) => `${what}: ${why}`).join("; ")} (RemovalIncomplete).`,
    remedy: `${[...new Set(left.map(({ remedy }) => remedy))].join(" ")} Then: muster cluster destroy ${cluster} --confirm ${cluster}.`,
  };
}

function statusFor(outcome: Input["outcome"], failure: Failure | undefined): OperationStatus {
  if (outcome === "succeeded") return "succeeded";
  return failure?.code === "OperationCancelled" ? "cancelled" : "failed";
}

/** Nothing of the cluster is left in EC2: after a destroy that worked, or a deployment that was put back. */
function goneAfter(operation: Operation, input: Input): boolean {
  if (operation.kind === "destroy") return input.outcome === "succeeded";
  return input.outcome === "failed" && input.undoError === undefined && input.kept !== true;
}

/** What has nothing more to say than the timeline does. */
function rowsOver({ nodes, launches }: ClusterSnapshot, isGone: boolean): Change[] {
  const used = new Set(nodes.map((node) => node.launchId));
  return [
    { drop: "wait" },
    ...launches
      // It failed, or its nodes are all gone.
      .filter((launch) => isGone || !used.has(launch.launchId))
      .map((launch) => ({ drop: "launch", launchId: launch.launchId }) as const),
    ...(isGone ? nodes.map((node) => ({ drop: "node", tier: node.tier, index: node.index }) as const) : []),
  ];
}

interface End {
  readonly isGone: boolean;
  /** AWS refused to delete a secret or the role. */
  readonly hasLeft: boolean;
  readonly outcome: Input["outcome"];
}

/** A few. Until the end the runs of hooks say to the sweep that the cluster was well; the fence falls last. */
function lastChanges(
  { cluster, hookRuns }: ClusterSnapshot,
  operation: Operation,
  { isGone, hasLeft, outcome }: End,
): Change[] {
  const runs = dropRuns(hookRuns);
  if (operation.kind === "destroy" && outcome === "succeeded") return [...runs, { drop: "cluster" }];
  const tiers = isGone
    ? Object.fromEntries(Object.entries(cluster.tiers).map(([name, tier]) => [name, { ...tier, active: 0 }]))
    : cluster.tiers;
  return [
    ...runs,
    {
      update: "cluster",
      set: {
        status: outcome === "succeeded" ? "ready" : "failed",
        lease: undefined,
        tiers,
        // One that is left is for the next destruction to take away; after another deployment, for the sweep.
        ...(isGone && !hasLeft ? { nodeRole: undefined } : {}),
      },
    },
  ];
}

/**
 * The operation, when it has ended: another invocation did it, or the answer to this one was lost.
 * @throws the error, when that is not why the lease is lost
 */
async function endedMeanwhile(store: ClusterStore, ref: OperationRef, error: unknown): Promise<Operation> {
  if (!isMusterError(error, "LeaseLost")) throw error;
  const operation = await store.operation(ref.operationId);
  if (operation === undefined || !isEnded(operation)) throw error;
  return operation;
}

/** A secret or role that AWS refuses to delete. */
interface Left {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/**
 * Answers what AWS refuses to delete; what may pass is thrown, and tried again. It may take a minute, so before a name that
 * the next deployment uses again is touched, the lease is looked at again.
 */
async function destroyCredentials({ cluster }: ClusterSnapshot, ref: OperationRef, ports: Ports): Promise<Left[]> {
  const { name, spec, nodeRole } = cluster;
  const left = [];
  // Never used again, whoever has the cluster by then.
  if (nodeRole !== undefined) left.push(await leftOf(`role ${nodeRole}`, () => ports.roles.destroy(nodeRole)));
  for (const secret of blueprintOf(spec).generatedSecrets) {
    const id = secretName(ports.stage, name, secret.name);
    requireLease(await ports.store.cluster(name), ref, { isUndoing: true });
    left.push(await leftOf(`secret ${id}`, () => ports.secrets.destroy(id)));
  }
  return left.filter((one) => one !== undefined);
}

async function leftOf(what: string, destroy: () => Promise<void>): Promise<Left | undefined> {
  try {
    await destroy();
    return undefined;
  } catch (error) {
    if (!isMusterError(error, "AwsAccessDenied") && !isMusterError(error, "RoleInUse")) throw error;
    return { what, why: error.why, remedy: error.remedy };
  }
}

function stepFor(status: OperationStatus, isGone: boolean): string {
  if (status === "succeeded") return "Done";
  if (status !== "cancelled") return "Failed";
  return isGone ? "Cancelled, and put back" : "Cancelled; not all is put back";
}

function answer(status: OperationStatus, failure: Failure | undefined): Finished {
  return { status, error: failure?.code ?? "", cause: failure === undefined ? "" : failureText(failure) };
}
