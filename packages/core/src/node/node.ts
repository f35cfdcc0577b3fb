/**
 * `launching`: asked of EC2. `booting`: EC2 has it. `online`: its SSM agent answers. `active`: a member of the product's
 * cluster. `lost`: died, or never came; its slot waits for another. `leaving`: being terminated.
 */
export type NodeState = "launching" | "booting" | "online" | "active" | "lost" | "leaving";

/** One place in a tier, held by one EC2 instance at a time. */
export interface Node {
  readonly cluster: string;
  readonly tier: string;
  /** Place in the tier, from 0. */
  readonly index: number;
  readonly state: NodeState;
  /** The launch that fills this place. */
  readonly launchId: string;
  readonly instanceId?: string | undefined;
  readonly privateIp?: string | undefined;
  readonly availabilityZone: string;
  /** Launched with API termination and stop protection: two calls must lift them before it can be terminated. */
  readonly isProtected: boolean;
  /** Hooks that it has been through, in order. */
  readonly hooksDone: readonly string[];
  /** It is a member of the product's cluster, though perhaps not verified yet. */
  readonly isMember: boolean;
  /** Why it is in this state, when that is not obvious: shown to a person. */
  readonly note?: string | undefined;
  /** Epoch ms at which its instance was asked for. */
  readonly launchedAt: number;
}

/** The node's name: unique in its cluster, sorts by place. */
export function nodeName(node: Pick<Node, "tier" | "index">): string {
  return `${node.tier}-${String(node.index).padStart(NODE_INDEX_DIGITS, "0")}`;
}

/** TIER_NODES_MAX has four digits; one to spare. */
export const NODE_INDEX_DIGITS = 5;
