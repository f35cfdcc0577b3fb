import type { Placement, Resolved } from "../cluster/cluster.ts";
import type { InstanceTypeFacts, Subnet } from "../ports/account.ts";
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
    return noPlace([blocking(unknownFinding("subnets", "The subnets", facts.subnets.unknown))], images);
  if (!isKnown(facts.instanceTypes))
    return noPlace(
      [blocking(unknownFinding("instance-types", "The instance types", facts.instanceTypes.unknown))],
      images,
    );

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

/** Without it nobody knows where and what to launch. */
function blocking(finding: Finding): Finding {
  return { ...finding, verdict: "block" };
}

function isUsableShape(look: Look): boolean {
  const { shape, tier, facts, findings } = look;
  const before = findings.length;
  const type = isKnown(facts.instanceTypes)
    ? facts.instanceTypes.known.find((t) => t.type === shape.instanceType)
    : undefined;
  if (type === undefined) {
    findings.push({
      id: `instance-type.${shape.instanceType}`,
      verdict: "block",
      subject: `Instance type ${shape.instanceType} (${tier.name})`,
      measured: "unknown to EC2 in this region",
      needed: "an instance type of this region",
      remedy: "Choose another instance type, or another region.",
    });
    return false;
  }
  findings.push(...shapeFindings(look, type));
  return findings.length === before;
}

interface Look {
  readonly shape: NodeShape;
  readonly tier: TierBlueprint;
  readonly subnet: Subnet;
  readonly facts: PreflightFacts;
  /** What is wrong is added here. */
  readonly findings: Finding[];
}

function shapeFindings({ shape, tier, subnet, facts }: Look, type: InstanceTypeFacts): Finding[] {
  const name = shape.instanceType;
  const { availabilityZone } = subnet;
  const isOffered =
    !isKnown(facts.offerings) ||
    facts.offerings.known.some((offering) => offering.type === name && offering.zone === availabilityZone);
  const checks: (Omit<Finding, "verdict"> & { isGood: boolean })[] = [
    {
      isGood: isOffered,
      id: `offering.${name}.${availabilityZone}`,
      subject: `EC2 offers ${name} in ${availabilityZone}`,
      measured: "not offered",
      needed: "offered",
      remedy: `Use a subnet in a zone that offers ${name}, or another type.`,
    },
    {
      isGood: type.interfacesMax >= shape.interfaces,
      id: `interfaces-per-instance.${name}`,
      subject: `Network interfaces of one ${name}`,
      measured: `${type.interfacesMax}`,
      needed: `${shape.interfaces}`,
      remedy: "Choose a larger instance type, or fewer cores for the product.",
    },
    {
      isGood: type.instanceStoreDisks >= shape.instanceStoreDisks,
      id: `instance-store.${name}`,
      subject: `Instance-store disks of one ${name}`,
      measured: `${type.instanceStoreDisks}`,
      needed: `${shape.instanceStoreDisks}`,
      remedy: "Choose an instance type with local NVMe disks.",
    },
    {
      isGood: type.architectures.includes(shape.architecture),
      id: `architecture.${name}`,
      subject: `Architecture of ${name}`,
      measured: type.architectures.join(", "),
      needed: shape.architecture,
      remedy: "Choose an instance type of that architecture.",
    },
    {
      isGood: tier.purchase !== "spot" || type.supportsSpot,
      id: `spot.${name}`,
      subject: `${name} as spot`,
      measured: "on-demand only",
      needed: "spot",
      remedy: `Set purchase: on-demand for tier ${tier.name}.`,
    },
  ];
  return checks.filter((check) => !check.isGood).map(({ isGood: _, ...finding }) => ({ ...finding, verdict: "block" }));
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

function noPlace(findings: readonly Finding[], images: Readonly<Record<string, string>>): PlacementJudgement {
  return { findings, resolved: { placements: [], images, instanceTypes: {} }, firstShapes: new Map() };
}
