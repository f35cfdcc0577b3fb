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
  type NodeRoles,
  type Operation,
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
  // Looked at before anything is touched: whoever has the cluster now needs its secrets.
  requireLease(snapshot?.cluster, ref, { isUndoing: true });
  if (snapshot === undefined || operation === undefined)
    throw new Error(`operation ${ref.operationId} holds its cluster and has no row`);

  const isGone = goneAfter(operation, input);
  const left = isGone ? await destroyCredentials(snapshot, ports) : [];
  const outcome = left.length > 0 ? "failed" : input.outcome;
  const failure = failureFor(input, isGone, left);
  const status = statusFor(outcome, failure);
  await write(input, ports, rowChanges(snapshot, operation, isGone, outcome), {
    status,
    failure,
    step: stepFor(status, isGone),
    endedAt: context.clock.now(),
  });
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
  if (left.length > 0) return credentialsLeft(cluster, left);
  if (input.outcome === "succeeded") return undefined;
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

function rowChanges(
  snapshot: ClusterSnapshot,
  operation: Operation,
  isGone: boolean,
  outcome: Input["outcome"],
): EndChanges {
  const { nodes, launches, hookRuns } = snapshot;
  const used = new Set(nodes.map((node) => node.launchId));
  const isOver = (launchId: string) => isGone || !used.has(launchId);
  return {
    rows: [
      { drop: "wait" },
      // A launch that failed, or whose nodes are all gone, has nothing more to say than the timeline does.
      ...launches
        .filter((launch) => isOver(launch.launchId))
        .map((launch) => ({ drop: "launch", launchId: launch.launchId }) as const),
      ...(isGone ? nodes.map((node) => ({ drop: "node", tier: node.tier, index: node.index }) as const) : []),
    ],
    last: [
      ...hookRuns.map((run) => ({ drop: "hook-run", tier: run.tier, hook: run.hook }) as const),
      lastChange(snapshot, operation, isGone, outcome),
    ],
  };
}

interface EndChanges {
  readonly rows: readonly Change[];
  /** A few, and only with the end: until then the runs of hooks say to the sweep that the cluster was well. */
  readonly last: readonly Change[];
}

// The fence falls with this one: it comes after everything that it protects.
function lastChange(
  { cluster }: ClusterSnapshot,
  operation: Operation,
  isGone: boolean,
  outcome: Input["outcome"],
): Change {
  if (operation.kind === "destroy" && outcome === "succeeded") return { drop: "cluster" };
  const tiers = isGone
    ? Object.fromEntries(Object.entries(cluster.tiers).map(([name, tier]) => [name, { ...tier, active: 0 }]))
    : cluster.tiers;
  return {
    update: "cluster",
    set: { status: outcome === "succeeded" ? "ready" : "failed", lease: undefined, tiers },
  };
}

async function write(
  input: Input,
  { store }: Ports,
  { rows, last }: EndChanges,
  end: Pick<Operation, "status" | "failure" | "step" | "endedAt">,
): Promise<void> {
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

/** A secret or role that AWS refuses to delete. */
interface Left {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** Answers what AWS refuses to delete; what may pass is thrown, and tried again. */
async function destroyCredentials({ cluster }: ClusterSnapshot, ports: Ports): Promise<readonly Left[]> {
  const { name, spec } = cluster;
  const secretNames = blueprintOf(spec).generatedSecrets.map((secret) => secretName(ports.stage, name, secret.name));
  const left = [];
  for (const id of secretNames) left.push(await leftOf(`secret ${id}`, () => ports.secrets.destroy(id)));
  // A profile of the user's own is not Muster's to delete.
  if (spec.instanceProfile === undefined) left.push(await leftOf("the nodes' role", () => ports.roles.destroy(name)));
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
