import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { TierBlueprint } from "../product/blueprint.ts";
import type { Node } from "../node/node.ts";
import { candidatesOf, isCandidateOf, type Candidate } from "./candidates.ts";
import { LAUNCH_NODES_MAX, type Launch, type LaunchReason } from "./launch.ts";

/** What to do next about the launches of a tier. */
export type LaunchPlan =
  /** Every place is filled, as far as EC2's answers say. */
  | { readonly kind: "filled" }
  /** Rows whose outcome is not known: ask EC2 again, with the same token. */
  | { readonly kind: "repeat"; readonly launches: readonly Launch[] }
  /** Instances that must go before anything new is launched: lost nodes, or a candidate that came short. */
  | {
      readonly kind: "clear";
      readonly nodes: readonly Node[];
      readonly launches: readonly Launch[];
      readonly reason: string;
    }
  | { readonly kind: "launch"; readonly candidate: Candidate; readonly batches: readonly (readonly number[])[] }
  | { readonly kind: "exhausted"; readonly tried: readonly Tried[] }
  | { readonly kind: "refused"; readonly reason: LaunchReason };

export interface Tried {
  readonly instanceType: string;
  readonly availabilityZone: string;
  readonly code: string;
}

/** Decides, from what is known, the one next step; the caller performs it and asks again. */
export function decideLaunches(snapshot: ClusterSnapshot, tier: TierBlueprint, operationId: string): LaunchPlan {
  const launches = snapshot.launches.filter(
    (launch) => launch.tier === tier.name && launch.operationId === operationId,
  );
  const nodes = snapshot.nodes.filter((node) => node.tier === tier.name);
  const pending = launches.filter((launch) => launch.state === "requested");
  if (pending.length > 0) return { kind: "repeat", launches: pending };

  const refusal = launches.find((launch) => launch.state === "failed" && launch.reason?.kind === "refused")?.reason;
  if (refusal !== undefined) return { kind: "refused", reason: refusal };

  const lost = nodes.filter((node) => node.state === "lost");
  if (lost.length > 0) return { kind: "clear", nodes: lost, launches: [], reason: "they were lost" };

  const missing = missingIndexes(tier.count, nodes);
  if (missing.length === 0) return { kind: "filled" };
  return decideCandidate({ snapshot, tier, launches, nodes, missing });
}

function decideCandidate(state: {
  snapshot: ClusterSnapshot;
  tier: TierBlueprint;
  launches: readonly Launch[];
  nodes: readonly Node[];
  missing: readonly number[];
}): LaunchPlan {
  const { snapshot, tier, launches, nodes, missing } = state;
  const short = launches.filter(
    (launch) => launch.reason?.kind === "capacity" || launch.cameShort || launch.state === "abandoned",
  );
  const isShort = (candidate: Candidate) => short.some((launch) => isCandidateOf(candidate, launch));
  const live = launches.filter((launch) => launch.state === "launched");
  const candidates = placeableCandidates(snapshot, tier);
  const next = candidates.find((candidate) => !isShort(candidate));

  if (tier.allOrNothing && live.length > 0) {
    const current = candidates.find((candidate) => live.some((launch) => isCandidateOf(candidate, launch)));
    if (current !== undefined && !isShort(current))
      return { kind: "launch", candidate: current, batches: batchesOf(missing) };
    const own = nodes.filter((node) => live.some((launch) => launch.launchId === node.launchId));
    // Good nodes are not thrown away when nothing else is left to try, nor those that have been worked on: the operation
    // fails instead.
    if (next !== undefined && own.every((node) => node.hooksDone.length === 0)) {
      return { kind: "clear", nodes: own, launches: live, reason: "their candidate has no more capacity" };
    }
    return { kind: "exhausted", tried: triedOf(short) };
  }
  if (next === undefined) return { kind: "exhausted", tried: triedOf(short) };
  return { kind: "launch", candidate: next, batches: batchesOf(missing) };
}

/** Those where the cluster lives; before it is formed its first tier may still go elsewhere as a whole, and those are last. */
function placeableCandidates({ cluster, nodes }: ClusterSnapshot, tier: TierBlueprint): readonly Candidate[] {
  const here = candidatesOf(cluster, tier);
  if (cluster.formed || nodes.some((node) => node.tier !== tier.name)) return here;
  const anywhere = candidatesOf({ ...cluster, placement: undefined }, tier);
  const isHere = (candidate: Candidate) => here.some(({ subnetId }) => subnetId === candidate.subnetId);
  return [...here, ...anywhere.filter((candidate) => !isHere(candidate))];
}

function missingIndexes(count: number, nodes: readonly Node[]): number[] {
  const held = new Set(nodes.map((node) => node.index));
  return Array.from({ length: count }, (_, index) => index).filter((index) => !held.has(index));
}

function batchesOf(indexes: readonly number[]): number[][] {
  const batches: number[][] = [];
  for (let start = 0; start < indexes.length; start += LAUNCH_NODES_MAX) {
    batches.push(indexes.slice(start, start + LAUNCH_NODES_MAX));
  }
  return batches;
}

function triedOf(launches: readonly Launch[]): Tried[] {
  const seen = new Map<string, Tried>();
  for (const { instanceType, availabilityZone, reason } of launches) {
    seen.set(`${instanceType} ${availabilityZone}`, {
      instanceType,
      availabilityZone,
      code: reason?.code ?? "came short",
    });
  }
  return [...seen.values()];
}
