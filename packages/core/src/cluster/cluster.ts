import type { ClusterSpec } from "../spec/spec.ts";
import type { Lease } from "./lease.ts";

/**
 * `deploying`, `changing` and `destroying`: an operation holds the lease. `failed`: the last operation failed and left
 * nothing (or, with keepOnFailure, what its error names). `destroyed` clusters have no row.
 */
export type ClusterStatus = "deploying" | "ready" | "changing" | "destroying" | "failed";

/** One deployment of one product, with a name unique in account and region. */
export interface Cluster {
  readonly name: string;
  readonly spec: ClusterSpec;
  readonly status: ClusterStatus;
  /** Grows by one whenever an operation takes the cluster; a write with an older one is refused. */
  readonly fence: number;
  /** Who may write now; absent when no operation runs. */
  readonly lease?: Lease | undefined;
  /** The operation that runs, or the last one. */
  readonly operationId: string;
  /** The product's own cluster exists: new nodes join it instead of forming it. */
  readonly formed: boolean;
  /** Where the nodes live: fixed by the first tier that is launched. */
  readonly placement?: Placement | undefined;
  readonly tiers: Readonly<Record<string, TierState>>;
  /** How often in a row the sweep has tried to put back what is left of it. */
  readonly recoveries?: number | undefined;
  /** Name of the role and instance profile that Muster makes for its nodes; absent when there is none to take away. */
  readonly nodeRole?: string | undefined;
  /** What preflight found usable; launches pin what they take from it, so that a repetition is the same request. */
  readonly resolved?: Resolved | undefined;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Placement {
  readonly subnetId: string;
  readonly availabilityZone: string;
}

export interface Resolved {
  /** Subnets in which every tier can be launched, in the spec's order. */
  readonly placements: readonly Placement[];
  /** AMI by architecture. */
  readonly images: Readonly<Record<string, string>>;
  /** Instance types that can be launched, by `<tier>/<subnet>`, in the spec's order. */
  readonly instanceTypes: Readonly<Record<string, readonly string[]>>;
}

export interface TierState {
  readonly desired: number;
  /** Nodes that are members of the product's cluster. */
  readonly active: number;
  /** Nodes that this operation had to replace because they died or never came. */
  readonly replaced?: number | undefined;
}
