import type { Cluster } from "../cluster/cluster.ts";
import { readFailure, type Failure } from "../errors/failure.ts";
import { runOf } from "../hook/decide-hook.ts";
import type { Operation } from "../operation/operation.ts";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { Standing } from "../ports/workflow.ts";
import { verificationsAtEnd, type Blueprint } from "../product/blueprint.ts";

/** What is kept of an operation's cluster, and the layout that its spec means. */
export interface Kept extends Pick<ClusterSnapshot, "cluster" | "nodes" | "hookRuns"> {
  readonly blueprint: Pick<Blueprint, "tiers" | "verifications">;
}

/** What becomes of an operation whose workflow can no longer act. */
export type Recovery =
  /** Only its last step is missing: every node is a member, and the cluster has said that it is well. */
  | { readonly kind: "complete" }
  | {
      readonly kind: "abandon";
      readonly failure: Failure;
      /** Put back what it launched: its cluster is destroyed. */
      readonly mustDestroy: boolean;
    };

/** An execution that nobody started within this time never will be. */
export const START_WITHIN_MS = 10 * 60_000;

/** How often in a row the sweep tries to put a cluster back; what has not worked by then needs a person. */
export const RECOVERIES_MAX = 8;

/**
 * Decides about an open operation. Undefined: leave it alone. Executions end without a last step when someone stops them
 * in the console, or when Step Functions itself gives them up; then nobody is left to put things back but the sweep.
 */
export function decideRecovery(
  operation: Operation,
  kept: Kept | undefined,
  standing: Standing,
  now: number,
): Recovery | undefined {
  const cluster = kept?.cluster;
  if (standing.isRunning) return undefined;
  if (operation.status === "requested")
    return now - operation.requestedAt > START_WITHIN_MS
      ? { kind: "abandon", failure: neverStarted(operation), mustDestroy: false }
      : undefined;
  const holds = cluster?.lease?.operationId === operation.id;
  if (kept !== undefined && holds && operation.kind === "deploy" && isWhole(kept, operation.id))
    return { kind: "complete" };
  const keeps = operation.kind === "deploy" && cluster?.spec.keepOnFailure === true;
  const mustDestroy = holds && !keeps && mayRecover(cluster);
  return { kind: "abandon", failure: abortedFailure(operation, { keeps, standing }), mustDestroy };
}

/** A deployment or destruction that failed was to leave nothing: whether the sweep is to put back what is left of it. */
export function mustPutBack(cluster: Cluster, last: Operation | undefined, nodes: number, now: number): boolean {
  if (now - (last?.endedAt ?? now) < PUT_BACK_AFTER_MS) return false;
  if (nodes === 0 || cluster.status !== "failed" || cluster.lease !== undefined || !mayRecover(cluster)) return false;
  if (last?.kind === "destroy") return true;
  return last?.kind === "deploy" && !cluster.spec.keepOnFailure;
}

/** What was started for it a moment ago may not have taken the cluster yet. */
const PUT_BACK_AFTER_MS = 10 * 60_000;

function mayRecover(cluster: Cluster): boolean {
  return (cluster.recoveries ?? 0) < RECOVERIES_MAX;
}

function isWhole(kept: Kept, operationId: string): boolean {
  const { cluster, nodes, blueprint } = kept;
  const { lease, tiers } = cluster;
  if (lease?.isCancelled === true || lease?.isUndoing === true) return false;
  const isVerified = verificationsAtEnd(blueprint).every(
    ({ tier, hook }) => runOf(kept, { name: hook }, tier, operationId)?.state === "done",
  );
  if (!isVerified) return false;
  const active = (tier: string) => nodes.filter((node) => node.tier === tier && node.state === "active").length;
  return Object.entries(tiers).every(([name, tier]) => tier.active === tier.desired && active(name) === tier.desired);
}

/** Operations that the sweep starts are named so. */
const RECOVERY = "recover-";

export function recoveryId(cluster: string, digest: string): string {
  return `${cluster}.${RECOVERY}${digest}`;
}

export function isRecovery(operationId: string): boolean {
  return operationId.includes(`.${RECOVERY}`);
}

function neverStarted(operation: Operation): Failure {
  return {
    code: "OperationAborted",
    what: `Operation ${operation.id} never started.`,
    why: "It was accepted, and its workflow did not take the cluster within ten minutes (OperationAborted).",
    remedy: "Start it again.",
  };
}

/** What is said of an operation whose workflow ended without its last step. */
export function abortedFailure(
  operation: Pick<Operation, "id" | "cluster">,
  { keeps, standing }: { readonly keeps: boolean; readonly standing?: Standing },
): Failure {
  return {
    code: "OperationAborted",
    what: `Operation ${operation.id} was aborted.`,
    why: `Its workflow ended without its last step: ${reasonOf(standing)} (OperationAborted).`,
    remedy: keeps
      ? `What it launched is kept (keepOnFailure). When you have looked at it: muster cluster destroy ${operation.cluster} --confirm ${operation.cluster}.`
      : `What it launched is being put back: muster cluster watch ${operation.cluster}. Then start it again.`,
  };
}

function reasonOf({ error, cause }: Standing = { isRunning: false }): string {
  if (error === undefined && cause === undefined)
    return "someone stopped it in the console, or Step Functions gave it up";
  const { code, what, why } = readFailure({ Error: error, Cause: cause });
  return `${code}: ${what} ${why}`.trim();
}
