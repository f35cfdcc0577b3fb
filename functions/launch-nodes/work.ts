import type {
  Change,
  ClusterStore,
  InstanceEnder,
  InstanceLauncher,
  Node,
  OperationRef,
  TierBlueprint,
} from "@muster/core";
import type { Context } from "@muster/lambda";

export interface Ports {
  readonly store: ClusterStore;
  readonly compute: InstanceLauncher & InstanceEnder;
  readonly stage: string;
}

/** What every step of launching a tier has at hand. */
export interface Work extends Ports {
  readonly context: Context;
  readonly ref: OperationRef;
  readonly tier: TierBlueprint;
}

/** A wait that is shorter is slept through: it costs less than leaving and coming back. */
export const PATIENCE_MS = 5_000;
/** What one more step may take: a throttled call gives up after 32 s at most. Only the first launch waits for its profile. */
export const RESERVE_MS = 45_000;

/** Gives a node's place free. */
export function dropOf(node: Pick<Node, "tier" | "index">): Change {
  return { drop: "node", tier: node.tier, index: node.index };
}
