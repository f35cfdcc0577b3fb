import type { Cluster, Placement } from "../cluster/cluster.ts";
import type { NodeShape, TierBlueprint } from "../product/blueprint.ts";

/** One way to launch a tier: an instance type in a subnet. */
export interface Candidate extends Placement {
  readonly shape: NodeShape;
  readonly imageId: string;
}

/**
 * The candidates of a tier in the order in which they are tried: each instance type in every zone before the next type,
 * because another zone is the same machine and another type is not. Once a cluster has a place, only that one is left.
 */
export function candidatesOf(cluster: Cluster, tier: TierBlueprint): readonly Candidate[] {
  const { resolved } = cluster;
  if (resolved === undefined) return [];
  const placements = cluster.placement === undefined ? resolved.placements : [cluster.placement];
  return tier.shapes.flatMap((shape) =>
    placements.flatMap((placement) => {
      const imageId = resolved.images[shape.architecture];
      const usable = resolved.instanceTypes[`${tier.name}/${placement.subnetId}`] ?? [];
      return imageId !== undefined && usable.includes(shape.instanceType) ? [{ ...placement, shape, imageId }] : [];
    }),
  );
}

export function isCandidateOf(
  candidate: Candidate,
  launch: { readonly instanceType: string; readonly subnetId: string },
): boolean {
  return candidate.shape.instanceType === launch.instanceType && candidate.subnetId === launch.subnetId;
}
