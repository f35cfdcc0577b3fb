import type { Placement, Resolved } from "../cluster/cluster.ts";
import type { Subnet } from "../ports/account.ts";
import type { Blueprint, NodeShape, TierBlueprint } from "../product/blueprint.ts";
import type { PreflightFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { isKnown, unknownFinding } from "./finding-texts.ts";

/** Where the cluster can be, and with what. */
export interface PlacementJudgement {
  readonly findings: readonly Finding[];
  readonly resolved: Resolved;
  /** Per usable placement, the shape that each tier would be launched with first. */
  readonly firstShapes: ReadonlyMap<string, NodeShape>;
}

/**
 * Looks at every combination of subnet and instance type. A subnet in which one tier cannot be launched at all is no
 * place for the cluster; what is wrong with it blocks only when no other place is left.
 */
export function judgePlacement(
  blueprint: Blueprint,
  facts: PreflightFacts,
  images: Readonly<Record<string, string>>,
): PlacementJudgement {
  const findings: Finding[] = [];
  if (!isKnown(facts.subnets))
    return noPlace([unknownFinding("subnets", "The subnets", facts.subnets.unknown)], images);
  if (!isKnown(facts.instanceTypes))
    return noPlace([unknownFinding("instance-types", "The instance types", facts.instanceTypes.unknown)], images);

  const placements: Placement[] = [];
  const instanceTypes: Record<string, string[]> = {};
  const firstShapes = new Map<string, NodeShape>();
  for (const subnet of facts.subnets.known) {
    const local: Finding[] = [];
    let needed = 0;
    let isUsable = true;
    for (const tier of blueprint.tiers) {
      const usable = tier.shapes.filter((shape) => isUsableShape({ shape, tier, subnet, facts, findings: local }));
      const [first] = usable;
      if (first === undefined) isUsable = false;
      else {
        needed += tier.count * first.interfaces;
        instanceTypes[`${tier.name}/${subnet.id}`] = usable.map((shape) => shape.instanceType);
        if (placements.length === 0) firstShapes.set(tier.name, first);
      }
    }
    const addresses = addressFinding(subnet, needed);
    if (addresses.verdict !== "ok") isUsable = false;
    findings.push(...local, addresses);
    if (isUsable) placements.push({ subnetId: subnet.id, availabilityZone: subnet.availabilityZone });
  }
  const hasPlace = placements.length > 0;
  return {
    // With a place left, what is wrong elsewhere only means fewer ways out when capacity is short.
    findings: findings.map((finding) =>
      hasPlace && finding.verdict === "block" ? { ...finding, verdict: "warn" } : finding,
    ),
    resolved: { placements, images, instanceTypes },
    firstShapes,
  };
}

function isUsableShape(look: {
  shape: NodeShape;
  tier: TierBlueprint;
  subnet: Subnet;
  facts: PreflightFacts;
  findings: Finding[];
}): boolean {
  const { shape, tier, subnet, facts, findings } = look;
  const before = findings.length;
  const type = isKnown(facts.instanceTypes)
    ? facts.instanceTypes.known.find((t) => t.type === shape.instanceType)
    : undefined;
  const at = `${shape.instanceType} in ${subnet.availabilityZone}`;
  if (type === undefined) {
    findings.push(
      blocked(
        `instance-type.${shape.instanceType}`,
        `Instance type ${shape.instanceType} (${tier.name})`,
        "unknown to EC2 in this region",
        "an instance type of this region",
        "Choose another instance type, or another region.",
      ),
    );
    return false;
  }
  if (
    isKnown(facts.offerings) &&
    !facts.offerings.known.some((o) => o.type === shape.instanceType && o.zone === subnet.availabilityZone)
  ) {
    findings.push(
      blocked(
        `offering.${shape.instanceType}.${subnet.availabilityZone}`,
        `EC2 offers ${at}`,
        "not offered",
        "offered",
        `Use a subnet in a zone that offers ${shape.instanceType}, or another type.`,
      ),
    );
  }
  if (type.interfacesMax < shape.interfaces) {
    findings.push(
      blocked(
        `interfaces-per-instance.${shape.instanceType}`,
        `Network interfaces of one ${shape.instanceType}`,
        `${type.interfacesMax}`,
        `${shape.interfaces}`,
        "Choose a larger instance type, or fewer cores for the product.",
      ),
    );
  }
  if (type.instanceStoreDisks < shape.instanceStoreDisks) {
    findings.push(
      blocked(
        `instance-store.${shape.instanceType}`,
        `Instance-store disks of one ${shape.instanceType}`,
        `${type.instanceStoreDisks}`,
        `${shape.instanceStoreDisks}`,
        "Choose an instance type with local NVMe disks.",
      ),
    );
  }
  if (!type.architectures.includes(shape.architecture)) {
    findings.push(
      blocked(
        `architecture.${shape.instanceType}`,
        `Architecture of ${shape.instanceType}`,
        type.architectures.join(", "),
        shape.architecture,
        "Choose an instance type of that architecture.",
      ),
    );
  }
  if (tier.purchase === "spot" && !type.supportsSpot) {
    findings.push(
      blocked(
        `spot.${shape.instanceType}`,
        `${shape.instanceType} as spot`,
        "on-demand only",
        "spot",
        `Set purchase: on-demand for tier ${tier.name}.`,
      ),
    );
  }
  return findings.length === before;
}

function addressFinding(subnet: Subnet, needed: number): Finding {
  const finding = {
    id: `addresses.${subnet.id}`,
    subject: `Free addresses in ${subnet.id} (${subnet.availabilityZone})`,
    measured: `${subnet.freeAddresses}`,
    needed: `${needed}`,
  };
  if (subnet.freeAddresses >= needed) return { ...finding, verdict: "ok", remedy: "" };
  return {
    ...finding,
    verdict: "block",
    remedy: "Use a larger subnet, or fewer nodes: every network interface takes an address.",
  };
}

function blocked(id: string, subject: string, measured: string, needed: string, remedy: string): Finding {
  return { id, verdict: "block", subject, measured, needed, remedy };
}

function noPlace(findings: readonly Finding[], images: Readonly<Record<string, string>>): PlacementJudgement {
  return { findings, resolved: { placements: [], images, instanceTypes: {} }, firstShapes: new Map() };
}
