import {
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
  type Operation,
  type OperationStatus,
  type Secrets,
} from "@muster/core";
import type { Context } from "@muster/lambda";
import { blueprintOf } from "@muster/products";
import type * as z from "zod/mini";
import type { finishOperationInput } from "./event.ts";

type Input = z.output<typeof finishOperationInput>;

interface Ports {
  readonly store: ClusterStore;
  readonly secrets: Secrets;
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
  // Looked at before anything is touched: whoever has the cluster now needs its secrets.
  requireLease(snapshot?.cluster, ref, { isUndoing: true });
  if (snapshot === undefined || operation === undefined)
    throw new Error(`operation ${ref.operationId} holds its cluster and has no row`);

  const failure = failureFor(input);
  const status = statusFor(input, failure);
  const isGone = goneAfter(operation, input);
  if (isGone) await destroySecrets(snapshot, ports);
  await write(input, ports, rowChanges(snapshot, operation, isGone, input), {
    status,
    failure,
    step: stepFor(status),
    endedAt: context.clock.now(),
  });
  await store.append({
    cluster: ref.cluster,
    id: context.newId(),
    at: context.clock.now(),
    operationId: ref.operationId,
    event: `operation.${status}`,
    text:
      failure === undefined
        ? `Operation ${ref.operationId} (${operation.kind}) succeeded.`
        : `Operation ${ref.operationId} (${operation.kind}) ${status}: ${failure.what} ${failure.why}`,
  });
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

function failureFor(input: Input): Failure | undefined {
  if (input.outcome === "succeeded") return undefined;
  const failure = readFailure(input.error ?? {});
  if (input.undoError !== undefined) {
    const undo = readFailure(input.undoError);
    return {
      ...failure,
      why: `${failure.why} Putting things back failed too: ${undo.what} ${undo.why}`,
      remedy: `${undo.remedy} Then: muster cluster destroy ${input.operation.cluster}.`,
    };
  }
  if (input.kept === true) {
    return {
      ...failure,
      remedy: `What was launched is kept (keepOnFailure). When you have looked at it: muster cluster destroy ${input.operation.cluster}. ${failure.remedy}`,
    };
  }
  return failure;
}

function statusFor(input: Input, failure: Failure | undefined): OperationStatus {
  if (input.outcome === "succeeded") return "succeeded";
  return failure?.code === "OperationCancelled" ? "cancelled" : "failed";
}

/** Nothing of the cluster is left in EC2: after a destroy that worked, or a deployment that was put back. */
function goneAfter(operation: Operation, input: Input): boolean {
  if (operation.kind === "destroy") return input.outcome === "succeeded";
  return input.outcome === "failed" && input.undoError === undefined && input.kept !== true;
}

function rowChanges(snapshot: ClusterSnapshot, operation: Operation, isGone: boolean, input: Input): Change[] {
  const { nodes, launches, hookRuns } = snapshot;
  const used = new Set(nodes.map((node) => node.launchId));
  const isOver = (launchId: string) => isGone || !used.has(launchId);
  return [
    { drop: "wait" },
    ...hookRuns.map((run) => ({ drop: "hook-run", tier: run.tier, hook: run.hook }) as const),
    // A launch that failed, or whose nodes are all gone, has nothing more to say than the timeline does.
    ...launches
      .filter((launch) => isOver(launch.launchId))
      .map((launch) => ({ drop: "launch", launchId: launch.launchId }) as const),
    ...(isGone ? nodes.map((node) => ({ drop: "node", tier: node.tier, index: node.index }) as const) : []),
    lastChange(snapshot, operation, isGone, input),
  ];
}

// The fence falls with this one: it comes after everything that it protects.
function lastChange({ cluster }: ClusterSnapshot, operation: Operation, isGone: boolean, input: Input): Change {
  if (operation.kind === "destroy" && isGone) return { drop: "cluster" };
  const tiers = isGone
    ? Object.fromEntries(Object.entries(cluster.tiers).map(([name, tier]) => [name, { ...tier, active: 0 }]))
    : cluster.tiers;
  return {
    update: "cluster",
    set: { status: input.outcome === "succeeded" ? "ready" : "failed", lease: undefined, tiers },
  };
}

async function write(
  input: Input,
  { store }: Ports,
  changes: readonly Change[],
  end: Pick<Operation, "status" | "failure" | "step" | "endedAt">,
): Promise<void> {
  const rows = changes.slice(0, -1);
  const last = changes.slice(-1);
  await store.write(input.operation, rows);
  try {
    // Both in one transaction: an operation has ended exactly when its cluster is free.
    await store.write(input.operation, [{ update: "operation", set: end }, ...last]);
  } catch (error) {
    if (!isMusterError(error, "LeaseLost")) throw error;
    // Its own answer may have been lost: then the operation has ended already.
    const operation = await store.operation(input.operation.operationId);
    if (operation === undefined || !isEnded(operation)) throw error;
  }
}

async function destroySecrets({ cluster }: ClusterSnapshot, { secrets, stage }: Ports): Promise<void> {
  const { generatedSecrets } = blueprintOf(cluster.spec);
  for (const secret of generatedSecrets) await secrets.destroy(secretName(stage, cluster.name, secret.name));
}

function stepFor(status: OperationStatus): string {
  return status === "succeeded" ? "Done" : status === "cancelled" ? "Cancelled, and put back" : "Failed";
}

function answer(status: OperationStatus, failure: Failure | undefined): Finished {
  return { status, error: failure?.code ?? "", cause: failure === undefined ? "" : failureText(failure) };
}
