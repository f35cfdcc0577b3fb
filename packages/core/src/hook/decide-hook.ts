import { nodeName, type Node } from "../node/node.ts";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { HookDefinition } from "../product/hook.ts";
import type { HookRun } from "./hook-run.ts";

/** What to send for a hook, now. */
export type HookPlan =
  /** Nothing is left to do. */
  | { readonly kind: "done" }
  /** A run's row is written, but whether SSM was asked is not known. */
  | { readonly kind: "settle"; readonly run: HookRun; readonly nodes: readonly Node[] }
  /** A run is on its way: wait for it. */
  | { readonly kind: "sent"; readonly run: HookRun }
  | { readonly kind: "send"; readonly attempt: number; readonly nodes: readonly Node[]; readonly isWholeTier: boolean };

/** Decides what to send for `hook` on a tier, in one operation. */
export function decideHook(
  snapshot: ClusterSnapshot,
  hook: HookDefinition,
  tier: string,
  operationId: string,
): HookPlan {
  const nodes = snapshot.nodes.filter((node) => node.tier === tier);
  const run = runOf(snapshot, hook, tier, operationId);
  const needing = nodesNeeding(nodes, hook, run);
  if (needing.length === 0) return { kind: "done" };
  if (run?.state === "sending") return { kind: "settle", run, nodes: targetsOf(run, needing) };
  if (run?.state === "sent") return { kind: "sent", run };
  const attempt = (run?.attempt ?? 0) + 1;
  if (hook.targets === "one") return { kind: "send", attempt, nodes: pickOne(needing, attempt), isWholeTier: false };
  return { kind: "send", attempt, nodes: needing, isWholeTier: needing.length === nodes.length };
}

export function runOf(
  snapshot: Pick<ClusterSnapshot, "hookRuns">,
  hook: Pick<HookDefinition, "name">,
  tier: string,
  operationId: string,
): HookRun | undefined {
  return snapshot.hookRuns.find(
    (run) => run.tier === tier && run.hook === hook.name && run.operationId === operationId,
  );
}

/** Nodes that a run was sent to and that are still there. */
export function targetsOf(run: HookRun, nodes: readonly Node[]): readonly Node[] {
  const { nodes: names } = run;
  return names === undefined ? nodes : nodes.filter((node) => names.includes(nodeName(node)));
}

/** Nodes that the hook still has to run on; for a hook that runs on one node, those that may be the one. */
function nodesNeeding(nodes: readonly Node[], hook: HookDefinition, run: HookRun | undefined): readonly Node[] {
  const able = nodes.filter((node) => node.state === "online" || node.state === "active");
  // What one node does for all is done once, as long as its run is kept: until the tier is whole, or has lost nodes. What
  // every node does for itself is done once a node.
  if (hook.targets === "one") return run?.state === "done" ? [] : able;
  return able.filter((node) => !node.hooksDone.includes(hook.name) && !(hook.admits === true && node.isMember));
}

// Another attempt goes to another node: the first may be the reason that it failed.
function pickOne(nodes: readonly Node[], attempt: number): readonly Node[] {
  const node = nodes[(attempt - 1) % nodes.length];
  return node === undefined ? [] : [node];
}
