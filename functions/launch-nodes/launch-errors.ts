import { MusterError, nodeName, type LaunchReason, type Node, type TierBlueprint, type Tried } from "@muster/core";

/** Nodes of a tier that one operation may replace: a few, or a tenth of a large tier. More is not bad luck. */
export function replacementsMax(tier: TierBlueprint): number {
  return Math.max(3, Math.ceil(tier.count / 10));
}

export function capacityUnavailable(tier: TierBlueprint, tried: readonly Tried[]): MusterError {
  const list = tried.map((t) => `${t.instanceType} in ${t.availabilityZone} (${t.code})`).join(", ");
  return new MusterError("CapacityUnavailable", {
    what: `AWS has no capacity for the ${tier.count} ${tier.name} nodes.`,
    why: `Every candidate came short: ${list === "" ? "there is none" : list} (CapacityUnavailable).`,
    remedy: `Add instance types to tiers.${tier.name}.instanceTypes or subnets of other zones to network.subnets, or try again later.`,
    details: { tried },
  });
}

export function launchRefused(tier: TierBlueprint, reason: LaunchReason): MusterError {
  return new MusterError("LaunchRefused", {
    what: `EC2 refused to launch ${tier.name} nodes.`,
    why: `${reason.code}: ${reason.message} (LaunchRefused)`,
    remedy: "Correct what EC2 names, then start the operation again.",
    details: { code: reason.code },
  });
}

export function nodesLost(tier: TierBlueprint, nodes: readonly Node[], replaced: number): MusterError {
  const named = nodes.slice(0, NAMES_SHOWN).map((node) => `${nodeName(node)}: ${node.note ?? "lost"}`);
  if (nodes.length > NAMES_SHOWN) named.push(`and ${nodes.length - NAMES_SHOWN} more`);
  return new MusterError("NodesLost", {
    what: `${replaced} nodes of tier ${tier.name} were lost while it was launched; ${replacementsMax(tier)} may be replaced.`,
    why: `${named.join("; ")} (NodesLost).`,
    remedy:
      "Look at the instances' system logs and at the image, the subnet's way to the SSM endpoints and the instance profile, then start again.",
    details: { nodes: nodes.map(nodeName).slice(0, 20) },
  });
}

const NAMES_SHOWN = 5;
