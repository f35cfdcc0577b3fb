import { NODE_ROLES_PATH } from "../cluster/node-role.ts";
import type { ClusterSpec } from "../spec/spec.ts";
import type { Blueprint, NodeShape, TierBlueprint } from "../product/blueprint.ts";
import type { Fact, PreflightFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { isKnown, unknownFinding } from "./finding-texts.ts";
import { GP3_QUOTA, IAM_QUOTAS, INTERFACES_QUOTA, quotaFamilyOf } from "./limits.ts";
import type { Quota, RoleRoom } from "../ports/account.ts";

/** Checks of the account's quotas for what the tiers would use, with the shape that each would be launched with first. */
export function judgeQuotas(
  blueprint: Blueprint,
  shapes: ReadonlyMap<string, NodeShape>,
  facts: PreflightFacts,
): Finding[] {
  const used = blueprint.tiers.flatMap((tier) => {
    const shape = shapes.get(tier.name) ?? tier.shapes[0];
    return shape === undefined || tier.count === 0 ? [] : [{ tier, shape }];
  });
  return [...vcpuFindings(used, facts), interfaceFinding(used, facts), storageFinding(used, facts)];
}

export function quotaKey(quota: { service: string; code: string }): string {
  return `${quota.service}/${quota.code}`;
}

/** Every quota that the checks of this blueprint will ask for. */
export function quotasNeeded(blueprint: Blueprint): { service: string; code: string }[] {
  const codes = new Set(
    blueprint.tiers.flatMap((tier) =>
      tier.shapes.map((shape) => vcpuQuotaCode(tier, shape)).filter((code) => code !== undefined),
    ),
  );
  return [...[...codes].map((code) => ({ service: "ec2", code })), INTERFACES_QUOTA, GP3_QUOTA];
}

interface Use {
  readonly tier: TierBlueprint;
  readonly shape: NodeShape;
}

function vcpuQuotaCode(tier: TierBlueprint, shape: NodeShape): string | undefined {
  return quotaCodeOf(shape.instanceType, tier.purchase);
}

function quotaCodeOf(instanceType: string, purchase: string): string | undefined {
  const { spot, onDemand } = quotaFamilyOf(instanceType);
  return purchase === "spot" ? spot : onDemand;
}

function vcpuFindings(used: readonly Use[], facts: PreflightFacts): Finding[] {
  const groups = new Map<string, { family: string; purchase: string; code: string; needed: number }>();
  for (const { tier, shape } of used) {
    const code = vcpuQuotaCode(tier, shape);
    if (code === undefined) continue;
    const { family } = quotaFamilyOf(shape.instanceType);
    const group = groups.get(code) ?? { family, purchase: tier.purchase, code, needed: 0 };
    groups.set(code, { ...group, needed: group.needed + tier.count * shape.vCpus });
  }
  return [...groups.values()].map((group) => {
    const id = `vcpu-quota.${group.purchase}.${group.code}`;
    const subject = `vCPU quota of ${group.purchase} ${group.family} instances (ec2 ${group.code})`;
    const { runningInstances } = facts;
    if (!isKnown(runningInstances)) return unknownFinding(id, subject, runningInstances.unknown);
    const inUse = runningInstances.known
      // Families may share a code: what counts against the quota is what has it.
      .filter(
        (i) => i.isSpot === (group.purchase === "spot") && quotaCodeOf(i.instanceType, group.purchase) === group.code,
      )
      .reduce((sum, i) => sum + i.vCpus, 0);
    return quotaFinding(
      { id, subject, unit: "vCPU", service: "ec2", code: group.code, inUse, needed: group.needed },
      facts,
    );
  });
}

function interfaceFinding(used: readonly Use[], facts: PreflightFacts): Finding {
  const id = "interface-quota";
  const subject = "Network interfaces of the region (vpc L-DF5E4CA3)";
  if (!isKnown(facts.networkInterfaces)) return unknownFinding(id, subject, facts.networkInterfaces.unknown);
  const needed = used.reduce((sum, { tier, shape }) => sum + tier.count * shape.interfaces, 0);
  return quotaFinding(
    { id, subject, unit: "interfaces", ...INTERFACES_QUOTA, inUse: facts.networkInterfaces.known, needed },
    facts,
  );
}

function storageFinding(used: readonly Use[], facts: PreflightFacts): Finding {
  const id = "gp3-storage-quota";
  const subject = "gp3 storage of the region (ebs L-7A658B76)";
  if (!isKnown(facts.gp3StorageGiB)) return unknownFinding(id, subject, facts.gp3StorageGiB.unknown);
  const needed = used.reduce((sum, { tier, shape }) => sum + tier.count * storageGiB(shape), 0);
  return quotaFinding(
    { id, subject, unit: "TiB", ...GP3_QUOTA, inUse: toTiB(facts.gp3StorageGiB.known), needed: toTiB(needed) },
    facts,
  );
}

/** EBS storage of one node, GiB. */
export function storageGiB(shape: NodeShape): number {
  return ROOT_VOLUME_GIB + shape.volumes.reduce((sum, volume) => sum + volume.sizeGiB, 0);
}

// The quota is in TiB; two decimals keep a small cluster from reading as nothing.
function toTiB(gib: number): number {
  return Math.ceil((gib / 1024) * 100) / 100;
}

/** The root volume of Amazon Linux 2023 AMIs, GiB. */
export const ROOT_VOLUME_GIB = 8;

function quotaFinding(
  check: { id: string; subject: string; unit: string; service: string; code: string; inUse: number; needed: number },
  facts: PreflightFacts,
): Finding {
  const { id, subject, unit, inUse, needed } = check;
  const fact: Fact<Quota | undefined> = facts.quotas[quotaKey(check)] ?? { unknown: "it was not asked for" };
  if (!isKnown(fact)) return unknownFinding(id, subject, fact.unknown);
  if (fact.known === undefined) return unknownFinding(id, subject, "Service Quotas does not know it in this region");
  const { value } = fact.known;
  const total = Math.round((inUse + needed) * 100) / 100;
  const finding = { id, subject, measured: `${value} ${unit}, ${inUse} in use`, needed: `${needed} more` };
  if (total <= value) return { ...finding, verdict: "ok", remedy: "" };
  return {
    ...finding,
    verdict: "block",
    remedy: `Ask AWS for at least ${Math.ceil(total)} (${unit}): ${increaseCommand(check, Math.ceil(total))}`,
  };
}

/** `options`: with a space behind. */
function increaseCommand(quota: { service: string; code: string }, value: number, options = ""): string {
  return `aws service-quotas request-service-quota-increase ${options}--service-code ${quota.service} --quota-code ${quota.code} --desired-value ${value}`;
}

/** Checks of things that the spec names and that must be there. */
export function judgeNamedThings(spec: ClusterSpec, blueprint: Blueprint, facts: PreflightFacts): Finding[] {
  return [
    ...missingSubnets(spec, facts),
    placementGroupFinding(spec, blueprint, facts),
    ...judgeNodeRole(spec, facts),
    ...blueprint.requiredSecrets.map((secret) =>
      thing(
        `secret.${secret.path}`,
        `Secret ${secret.id} (${secret.purpose})`,
        facts.secrets[secret.id] ?? { unknown: "it was not asked for" },
        `Store it in Secrets Manager, or name another in ${secret.path}.`,
      ),
    ),
  ].filter((finding) => finding !== undefined);
}

/** What nodes will run as: a profile that the spec names, or room for the one that Muster makes. */
function judgeNodeRole({ instanceProfile }: ClusterSpec, facts: PreflightFacts): Finding[] {
  return instanceProfile === undefined
    ? [roomFinding("roles", facts), roomFinding("instanceProfiles", facts)]
    : [profileFinding(instanceProfile, facts)];
}

function profileFinding(name: string, { instanceProfile }: PreflightFacts): Finding {
  const base = { id: "instance-profile", subject: `Instance profile ${name}`, needed: "there, with a role" };
  if (!isKnown(instanceProfile)) return unknownFinding(base.id, base.subject, instanceProfile.unknown);
  const remedy = "Name a profile of your own in instanceProfile, or none: Muster makes one for the cluster.";
  const { known } = instanceProfile;
  if (known === undefined) return { ...base, verdict: "block", measured: "not there", remedy };
  // Its role reads that cluster's secrets, and goes with it.
  if (known.path.startsWith(NODE_ROLES_PATH))
    return { ...base, verdict: "block", measured: "made by Muster for one cluster", needed: "one of your own", remedy };
  return { ...base, verdict: "ok", measured: "there", remedy: "" };
}

function roomFinding(kind: keyof RoleRoom, { roleRoom }: PreflightFacts): Finding {
  const { id, subject } = ROOM[kind];
  if (!isKnown(roleRoom)) return unknownFinding(id, subject, roleRoom.unknown);
  const { used, quota } = roleRoom.known?.[kind] ?? { used: 0, quota: 0 };
  const finding = { id, subject, measured: `${quota}, ${used} in use`, needed: "1 more" };
  if (used < quota) return { ...finding, verdict: "ok", remedy: "" };
  return {
    ...finding,
    verdict: "block",
    // IAM's quotas are the account's, and are kept in us-east-1.
    remedy:
      "Delete what nobody uses, name a profile of your own in instanceProfile, or ask AWS for more: " +
      increaseCommand(IAM_QUOTAS[kind], used + 1, "--region us-east-1 "),
  };
}

const ROOM = {
  roles: { id: "iam-roles", subject: "IAM roles of the account (iam L-FE177D64)" },
  instanceProfiles: { id: "iam-instance-profiles", subject: "Instance profiles of the account (iam L-6E65F664)" },
} as const;

function missingSubnets(spec: ClusterSpec, facts: PreflightFacts): Finding[] {
  const { subnets } = facts;
  if (!isKnown(subnets)) return [];
  return spec.network.subnets
    .filter((id) => !subnets.known.some((subnet) => subnet.id === id))
    .map((id) => ({
      id: `subnet.${id}`,
      verdict: "block",
      subject: `Subnet ${id}`,
      measured: "not there",
      needed: "an existing subnet",
      remedy: "Correct network.subnets.",
    }));
}

function placementGroupFinding(spec: ClusterSpec, blueprint: Blueprint, facts: PreflightFacts): Finding | undefined {
  const name = spec.network.placementGroup;
  if (name === undefined) return undefined;
  const base = { id: "placement-group", subject: `Placement group ${name}`, needed: "strategy cluster, available" };
  const group = facts.placementGroup;
  if (!isKnown(group)) return unknownFinding(base.id, base.subject, group.unknown);
  if (group.known === undefined) {
    return {
      ...base,
      verdict: "block",
      measured: "not there",
      remedy: `aws ec2 create-placement-group --group-name ${name} --strategy cluster`,
    };
  }
  const { strategy, state } = group.known;
  const unfit = isKnown(facts.instanceTypes)
    ? facts.instanceTypes.known.filter(
        (type) =>
          !type.supportsClusterPlacement &&
          blueprint.tiers.some((t) => t.shapes.some((s) => s.instanceType === type.type)),
      )
    : [];
  if (strategy !== "cluster" || state !== "available") {
    return {
      ...base,
      verdict: "block",
      measured: `strategy ${strategy}, ${state}`,
      remedy: "Name a placement group of strategy cluster that is available.",
    };
  }
  if (unfit.length > 0) {
    return {
      ...base,
      verdict: "block",
      measured: `${unfit.map((t) => t.type).join(", ")} cannot be in a cluster placement group`,
      remedy: "Choose other instance types, or leave network.placementGroup out.",
    };
  }
  return { ...base, verdict: "ok", measured: `strategy ${strategy}, ${state}`, remedy: "" };
}

function thing(id: string, subject: string, fact: Fact<boolean>, remedy: string): Finding {
  if (!isKnown(fact)) return unknownFinding(id, subject, fact.unknown);
  return fact.known
    ? { id, verdict: "ok", subject, measured: "there", needed: "there", remedy: "" }
    : { id, verdict: "block", subject, measured: "not there", needed: "there", remedy };
}
