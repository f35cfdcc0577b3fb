import { launchTags } from "../cluster/tags.ts";
import type { LaunchRequest } from "../ports/compute.ts";
import type { NodeShape, TierBlueprint } from "../product/blueprint.ts";
import type { ClusterSpec } from "../spec/spec.ts";
import type { Launch } from "./launch.ts";

/** What EC2 is asked for a launch: the ledger's row, and what the spec says of all nodes. */
export function launchRequest(plan: {
  readonly launch: Launch;
  readonly tier: TierBlueprint;
  readonly shape: NodeShape;
  readonly spec: ClusterSpec;
  readonly instanceProfile: string | undefined;
  readonly stage: string;
}): LaunchRequest {
  const { launch, tier, shape, spec } = plan;
  return {
    launch,
    interfaces: shape.interfaces,
    securityGroups: spec.network.securityGroups,
    volumes: shape.volumes,
    placementGroup: spec.network.placementGroup,
    instanceProfile: plan.instanceProfile,
    protect: tier.holdsData,
    tags: launchTags({
      stage: plan.stage,
      cluster: launch.cluster,
      tier: launch.tier,
      operationId: launch.operationId,
      launchId: launch.launchId,
      userTags: spec.tags,
    }),
  };
}
