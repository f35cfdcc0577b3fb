import type {
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
  IpPermission,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { findAll } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import type { SecurityGroupDefinition, SecurityGroupRuleDefinition } from "../world/world.ts";
import { refuseIdsWithPage } from "./describe-network.ts";
import { compileFilters, type FilterTable } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";
import { renderTags } from "./render-tags.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export function describeSecurityGroups(
  core: Ec2Core,
  input: DescribeSecurityGroupsRequest,
): DescribeSecurityGroupsResult {
  refuseOthers("DescribeSecurityGroups", input, [
    "GroupIds",
    "GroupNames",
    "Filters",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  refuseIdsWithPage("GroupIds", input.GroupIds, input);
  const table: FilterTable<SecurityGroupDefinition> = {
    tags: (group) => core.store.tags.of(group.groupId),
    fields: {
      description: (group) => group.description,
      "group-id": (group) => group.groupId,
      "group-name": (group) => group.groupName,
      "vpc-id": (group) => group.vpcId,
    },
  };
  const matches = compileFilters(input.Filters, table);
  const named = [...byIds(core, input.GroupIds), ...byNames(core, input.GroupNames)];
  const isNamed = (input.GroupIds ?? []).length + (input.GroupNames ?? []).length > 0;
  endDryRun(input);
  const all = isNamed ? named : [...core.store.securityGroups.values()];
  const { page, ...token } = takePage(all.filter(matches), input, {
    key: (group) => group.groupId,
    range: COMMON_PAGE,
  });
  return {
    ...token,
    SecurityGroups: page.map((group) => ({
      GroupId: group.groupId,
      GroupName: group.groupName,
      Description: group.description,
      VpcId: group.vpcId,
      OwnerId: core.context.account,
      SecurityGroupArn: `arn:aws:ec2:${core.context.region}:${core.context.account}:security-group/${group.groupId}`,
      IpPermissions: permissions(core, group, "ingress"),
      IpPermissionsEgress: permissions(core, group, "egress"),
      Tags: renderTags(core.store.tags.of(group.groupId)),
    })),
  };
}

interface GroupRule {
  readonly group: SecurityGroupDefinition;
  readonly rule: SecurityGroupRuleDefinition;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
export function describeSecurityGroupRules(
  core: Ec2Core,
  input: DescribeSecurityGroupRulesRequest,
): DescribeSecurityGroupRulesResult {
  refuseOthers("DescribeSecurityGroupRules", input, [
    "SecurityGroupRuleIds",
    "Filters",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  refuseIdsWithPage("SecurityGroupRuleIds", input.SecurityGroupRuleIds, input);
  const matches = compileFilters<GroupRule>(input.Filters, {
    tags: () => new Map(),
    fields: { "group-id": ({ group }) => group.groupId, "security-group-rule-id": ({ rule }) => rule.ruleId },
  });
  const all = [...core.store.securityGroups.values()].flatMap((group) => group.rules.map((rule) => ({ group, rule })));
  const ids = input.SecurityGroupRuleIds ?? [];
  const named =
    ids.length === 0 ? all : findAll("security-group-rule", ids, (id) => all.find(({ rule }) => rule.ruleId === id));
  endDryRun(input);
  const { page, ...token } = takePage(named.filter(matches), input, {
    key: ({ rule }) => rule.ruleId,
    range: COMMON_PAGE,
  });
  return {
    ...token,
    SecurityGroupRules: page.map(({ group, rule }) => ({
      SecurityGroupRuleId: rule.ruleId,
      GroupId: group.groupId,
      GroupOwnerId: core.context.account,
      IsEgress: rule.direction === "egress",
      IpProtocol: rule.protocol,
      FromPort: rule.fromPort,
      ToPort: rule.toPort,
      ...("cidr" in rule.peer
        ? { CidrIpv4: rule.peer.cidr }
        : { ReferencedGroupInfo: { GroupId: rule.peer.groupId, UserId: core.context.account } }),
      Tags: [],
    })),
  };
}

/** Rules of the same protocol and ports are one permission. */
function permissions(
  core: Ec2Core,
  group: SecurityGroupDefinition,
  direction: SecurityGroupRuleDefinition["direction"],
): IpPermission[] {
  const rules = group.rules.filter((rule) => rule.direction === direction);
  const merged = Map.groupBy(rules, (rule) => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`);
  return [...merged.values()].map((same) => {
    const [first] = same;
    const allPorts = first?.protocol === "-1";
    return {
      IpProtocol: first?.protocol,
      ...(allPorts ? {} : { FromPort: first?.fromPort, ToPort: first?.toPort }),
      IpRanges: same.flatMap(({ peer }) => ("cidr" in peer ? [{ CidrIp: peer.cidr }] : [])),
      UserIdGroupPairs: same.flatMap(({ peer }) =>
        "groupId" in peer ? [{ GroupId: peer.groupId, UserId: core.context.account }] : [],
      ),
      Ipv6Ranges: [],
      PrefixListIds: [],
    };
  });
}

function byIds(core: Ec2Core, ids: readonly string[] = []): SecurityGroupDefinition[] {
  return findAll("security-group", ids, (id) => core.store.securityGroups.get(id));
}

function byNames(core: Ec2Core, names: readonly string[] = []): SecurityGroupDefinition[] {
  const vpcId = core.store.world.vpcs.find((vpc) => vpc.isDefault)?.vpcId;
  return names.map((name) => {
    const group = core.store.world.securityGroups.find((found) => found.groupName === name && found.vpcId === vpcId);
    if (group !== undefined) return group;
    throw new AwsError(
      "InvalidGroup.NotFound",
      `The security group '${name}' does not exist in default VPC '${vpcId}'`,
    );
  });
}
