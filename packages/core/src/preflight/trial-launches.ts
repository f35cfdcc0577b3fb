import type { Launch } from "../launch/launch.ts";
import { launchRequest } from "../launch/launch-request.ts";
import type { LaunchRequest } from "../ports/compute.ts";
import type { Blueprint } from "../product/blueprint.ts";
import type { ClusterSpec } from "../spec/spec.ts";
import type { Preflight } from "./judge-preflight.ts";

/**
 * For each tier with nodes, the first launch that it would ask EC2 for: the same request, to be asked as a dry run. The
 * profile that Muster makes is not there yet, and is left out.
 */
export function trialLaunches(plan: {
  readonly operationId: string;
  readonly spec: ClusterSpec;
  readonly blueprint: Blueprint;
  readonly preflight: Preflight;
  readonly stage: string;
  readonly now: number;
}): Record<string, LaunchRequest> {
  const { spec, stage } = plan;
  const { resolved, firstShapes } = plan.preflight;
  const [place] = resolved.placements;
  if (place === undefined) return {};
  const requests = plan.blueprint.tiers.flatMap((tier) => {
    const shape = firstShapes.get(tier.name);
    const imageId = shape === undefined ? undefined : resolved.images[shape.architecture];
    if (shape === undefined || imageId === undefined || tier.count === 0) return [];
    const launch: Launch = {
      cluster: spec.name,
      operationId: plan.operationId,
      launchId: "dry-run",
      tier: tier.name,
      state: "requested",
      indexes: [0],
      instanceType: shape.instanceType,
      imageId,
      ...place,
      purchase: tier.purchase,
      isPartialFine: false,
      cameShort: false,
      requestedAt: plan.now,
    };
    return [
      [tier.name, launchRequest({ launch, tier, shape, spec, instanceProfile: spec.instanceProfile, stage })] as const,
    ];
  });
  return Object.fromEntries(requests);
}
