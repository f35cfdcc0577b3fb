import type { PurchaseOption } from "../spec/spec.ts";

/** Spec + product -> ordered tiers, their sizes, instance shapes and hooks. Pure data, JSON all through. */
export interface Blueprint {
  readonly product: string;
  readonly deployment: string;
  /** In the order in which they are grown; shrinking and destroying go the other way round. */
  readonly tiers: readonly TierBlueprint[];
  /** What tells whether the whole cluster is well, all of its tiers together. */
  readonly verifications: readonly Verification[];
  /** Ports that members must reach on each other; preflight checks the security groups for them. */
  readonly ports: readonly PortRule[];
  /** Secrets that Muster makes for this cluster; hooks are told their full names in HookContext.secretNames. */
  readonly generatedSecrets: readonly GeneratedSecret[];
  /** Secrets of the user's own that the nodes will read: names or ARNs. */
  readonly requiredSecrets: readonly RequiredSecret[];
  /** Free text for a person: what this layout gives (capacity, what it survives). */
  readonly summary: readonly string[];
}

/**
 * A hook that looks at the whole cluster, and the tier of which one node runs it (targets `one`: what every node does for
 * itself is done once a node, and would not run again).
 */
export interface Verification {
  readonly tier: string;
  readonly hook: string;
}

export interface TierBlueprint {
  readonly name: string;
  readonly count: number;
  /** Below this the product does not work, or loses data; refused before anything is touched. */
  readonly minimum: number;
  readonly purchase: PurchaseOption;
  /** Nodes hold data on their instance store: launched with API termination and stop protection, removed only when drained. */
  readonly holdsData: boolean;
  /** All of `count`, of one candidate, or none; otherwise what can be had of the candidates in order. */
  readonly allOrNothing: boolean;
  /** In order of preference. */
  readonly shapes: readonly NodeShape[];
  /** Names of the hooks that make a launched node a member, in order, when the product's cluster does not exist yet. */
  readonly formHooks: readonly string[];
  /** The same, for nodes that are added to a product's cluster that exists. */
  readonly joinHooks: readonly string[];
  /** Hooks that make members leave in good order before their instances go. */
  readonly leaveHooks?: readonly string[];
}

/** What one instance of a tier is made of. */
export interface NodeShape {
  readonly instanceType: string;
  readonly vCpus: number;
  readonly architecture: "x86_64" | "arm64";
  /** Network interfaces, the primary included: one address of the subnet each. */
  readonly interfaces: number;
  /** Data volumes besides the root volume. */
  readonly volumes: readonly VolumeShape[];
  /** Instance-store disks that the product counts on; 0 when it needs none. */
  readonly instanceStoreDisks: number;
  /** The product's own figures for its hooks, such as cores per container. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface VolumeShape {
  /** As in the launch request, such as `/dev/sdp`. */
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly type: "gp3";
}

export interface PortRule {
  readonly protocol: "tcp" | "udp";
  readonly fromPort: number;
  readonly toPort: number;
  /** What it is for, for the finding's text. */
  readonly purpose: string;
}

export interface GeneratedSecret {
  readonly name: string;
  /** Characters of the generated password. */
  readonly length: number;
  readonly purpose: string;
}

export interface RequiredSecret {
  /** Name or ARN, as the spec gives it. */
  readonly id: string;
  readonly purpose: string;
  /** Path in the spec that names it. */
  readonly path: string;
}

/**
 * The verifications that a deployment has to repeat when every tier is grown: minutes have passed since they ran. One with
 * which the last tier's own growth has just ended would say nothing new.
 */
export function verificationsAtEnd({
  tiers,
  verifications,
}: Pick<Blueprint, "tiers" | "verifications">): readonly Verification[] {
  const grown = tiers.filter((tier) => tier.count > 0);
  const last = grown.at(-1);
  const isJustDone = ({ tier, hook }: Verification) =>
    tier === last?.name && last.formHooks.at(-1) === hook && last.joinHooks.at(-1) === hook;
  return verifications.filter(
    (verification) => grown.some((tier) => tier.name === verification.tier) && !isJustDone(verification),
  );
}

/** The shape of a tier's instance type; a launch never has another. */
export function shapeOf(tier: TierBlueprint, instanceType: string): NodeShape {
  const shape = tier.shapes.find((s) => s.instanceType === instanceType);
  if (shape === undefined) throw new Error(`tier ${tier.name} has no shape for ${instanceType}`);
  return shape;
}
