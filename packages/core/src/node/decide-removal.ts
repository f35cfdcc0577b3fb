import type { Instance, Leftovers } from "../ports/compute.ts";
import type { Launch } from "../launch/launch.ts";
import type { Node } from "./node.ts";
import { VISIBLE_WITHIN_MS } from "./observe-nodes.ts";

/** Instances of one round of removal: lifting protection costs two calls a node at 5 a second (EC2's bucket for mutating calls). */
export const REMOVAL_ROUND_NODES = 200;

/** EC2 TerminateInstances takes 1,000 ids. */
export const TERMINATE_IDS_MAX = 1_000;

export interface RemovalRound {
  /** Protection is lifted one by one; interrupted, it is simply done again. */
  readonly unprotect: readonly Instance[];
  readonly terminate: readonly Instance[];
  /** More nodes than one round takes. */
  readonly hasMore: boolean;
}

/**
 * The next round of removing these nodes. EC2's list decides what is still there; a node that EC2 does not show, though
 * it was launched moments ago, is waited for by the look that follows.
 */
export function decideRemoval(nodes: readonly Node[], instances: readonly Instance[]): RemovalRound {
  const protectedIds = new Set(nodes.filter((node) => node.isProtected).map((node) => node.instanceId));
  const alive = instances.filter((instance) => !isOnItsWay(instance));
  const round = alive.slice(0, REMOVAL_ROUND_NODES);
  // An instance that no row knows may be protected too: lifting what is not there does no harm.
  const known = new Set(nodes.map((node) => node.instanceId));
  const needsLifting = ({ instanceId, isSpot }: Instance) =>
    !isSpot && (protectedIds.has(instanceId) || !known.has(instanceId));
  return { unprotect: round.filter(needsLifting), terminate: round, hasMore: alive.length > round.length };
}

export function isOnItsWay(instance: Instance): boolean {
  return instance.state === "terminated" || instance.state === "shutting-down";
}

/** How a removal stands. */
export interface RemovalState {
  readonly isOver: boolean;
  /** Someone must terminate again: an instance lives that should not. */
  readonly mustRepeat: boolean;
  /** Leftovers that no instance uses any more, and that did not go by themselves. */
  readonly orphans: Leftovers;
  /** What is still there, for a person. */
  readonly remaining: string;
}

/** Interfaces and volumes follow their instance within minutes; what is free and still there after that was left behind. */
export const FOLLOW_WITHIN_MS = 3 * 60_000;

export function judgeRemoval(seen: {
  readonly instances: readonly Instance[];
  readonly leftovers: Leftovers;
  /** Epoch ms until which EC2 may still come up with an instance that it does not show yet. */
  readonly unseenUntil: number;
  /** Epoch ms at which the waiting began. */
  readonly since: number;
  readonly now: number;
}): RemovalState {
  const { interfaces, volumes } = seen.leftovers;
  const existing = seen.instances.filter((instance) => instance.state !== "terminated");
  const isPatient = existing.length > 0 || seen.now - seen.since < FOLLOW_WITHIN_MS;
  return {
    isOver: existing.length + interfaces.length + volumes.length === 0 && seen.now >= seen.unseenUntil,
    mustRepeat: existing.some((instance) => !isOnItsWay(instance)),
    orphans: isPatient
      ? { interfaces: [], volumes: [] }
      : { interfaces: interfaces.filter((i) => !i.inUse), volumes: volumes.filter((v) => !v.inUse) },
    remaining: `${existing.length} instances, ${interfaces.length} interfaces, ${volumes.length} volumes`,
  };
}

/**
 * Until when EC2 may still come up with instances that it does not show: those of launches whose answer never came, and
 * those that it has answered for but does not list.
 */
export function unseenUntil(
  rows: { readonly launches: readonly Launch[]; readonly nodes: readonly Node[] },
  instances: readonly Instance[],
): number {
  const listed = new Set(instances.map((instance) => instance.instanceId));
  const unanswered = rows.launches.filter((launch) => launch.state === "requested").map((launch) => launch.requestedAt);
  const unlisted = rows.nodes
    .filter((node) => node.instanceId !== undefined && !listed.has(node.instanceId))
    .map((node) => node.launchedAt);
  return Math.max(0, ...unanswered, ...unlisted) + (unanswered.length + unlisted.length > 0 ? VISIBLE_WITHIN_MS : 0);
}
