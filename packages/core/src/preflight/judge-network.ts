import type { IngressRule, SecurityGroup, Subnet } from "../ports/account.ts";
import type { Blueprint, PortRule } from "../product/blueprint.ts";
import type { PreflightFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { holds } from "./cidr.ts";
import { isKnown, unknownFinding } from "./finding-texts.ts";

/** Whether the security groups let the members of the cluster reach each other on the product's ports. */
export function judgeSecurityGroups(ids: readonly string[], blueprint: Blueprint, facts: PreflightFacts): Finding[] {
  const { securityGroups, subnets } = facts;
  const subject = `Security groups ${ids.join(", ")}`;
  if (!isKnown(securityGroups)) return [unknownFinding("security-groups", subject, securityGroups.unknown)];
  const groups = securityGroups.known.filter((group) => ids.includes(group.id));
  const missing = ids.filter((id) => !groups.some((group) => group.id === id));
  if (missing.length > 0) {
    return [
      {
        id: "security-groups",
        verdict: "block",
        subject,
        measured: `${missing.join(", ")} not there`,
        needed: "existing groups",
        remedy: "Correct network.securityGroups.",
      },
    ];
  }
  const vpcs = new Set([...groups.map((g) => g.vpcId), ...(isKnown(subnets) ? subnets.known.map((s) => s.vpcId) : [])]);
  if (vpcs.size > 1) {
    return [
      {
        id: "security-groups",
        verdict: "block",
        subject,
        measured: `VPCs ${[...vpcs].join(", ")}`,
        needed: "one VPC for all subnets and groups",
        remedy: "Use subnets and security groups of the same VPC.",
      },
    ];
  }
  const closed = blueprint.ports.filter((port) => !isOpen(port, groups, isKnown(subnets) ? subnets.known : []));
  if (closed.length === 0) {
    return [
      {
        id: "security-groups",
        verdict: "ok",
        subject,
        measured: "members reach each other",
        needed: `${blueprint.ports.length} port ranges`,
        remedy: "",
      },
    ];
  }
  return [
    {
      id: "security-groups",
      verdict: "block",
      subject,
      measured: `closed between members: ${closed.map(portText).join(", ")}`,
      needed: "open between members",
      remedy: `aws ec2 authorize-security-group-ingress --group-id ${ids[0]} --source-group ${ids[0]} --protocol all`,
    },
  ];
}

// Members carry all of these groups, so a rule counts when its source is one of them, or an address range that holds
// every subnet that the cluster may be in.
function isOpen(port: PortRule, groups: readonly SecurityGroup[], subnets: readonly Subnet[]): boolean {
  const ids = new Set(groups.map((group) => group.id));
  const comesFromMembers = (rule: IngressRule) =>
    rule.groups.some((id) => ids.has(id)) ||
    (subnets.length > 0 && rule.ranges.some((range) => subnets.every((subnet) => holds(range, subnet.cidr))));
  return groups.some((group) => group.ingress.some((rule) => covers(rule, port) && comesFromMembers(rule)));
}

function covers(rule: IngressRule, port: PortRule): boolean {
  if (rule.protocol === "-1") return true;
  return rule.protocol === port.protocol && rule.fromPort <= port.fromPort && rule.toPort >= port.toPort;
}

function portText(port: PortRule): string {
  return `${port.protocol} ${port.fromPort}-${port.toPort} (${port.purpose})`;
}
