import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination } from "../errors/general.ts";
import { securityGroupsPerInterfaceExceeded } from "../errors/launch.ts";
import { checkId, notFound } from "../errors/resource-ids.ts";
import { GROUPS_PER_INTERFACE_QUOTA } from "../quotas.ts";
import type { Subnet } from "../state/store.ts";

/**
 * The security groups of an interface in that subnet: those given, or the VPC's default group.
 * @throws InvalidGroup.NotFound, InvalidParameter (another VPC), SecurityGroupsPerInterfaceLimitExceeded
 */
export function resolveGroups(
  core: Ec2Core,
  options: {
    groupIds: readonly string[] | undefined;
    groupNames: readonly string[] | undefined;
    subnet: Subnet;
    /** The subnet was asked for by id: groups then go by id too. */
    named: boolean;
  },
): readonly string[] {
  const { groupNames = [], subnet } = options;
  const { vpcId, subnetId } = subnet.definition;
  if (groupNames.length > 0 && options.named) {
    throw invalidParameterCombination("The parameter groupName cannot be used with the parameter subnet");
  }
  const ids = [...(options.groupIds ?? []), ...groupNames.map((name) => groupByName(core, name, vpcId))];
  if (ids.length === 0) return [groupByName(core, "default", vpcId)];
  for (const id of ids) {
    checkId("security-group", id);
    const group = core.store.securityGroups.get(id);
    if (group === undefined) throw notFound("security-group", id);
    if (group.vpcId !== vpcId) {
      throw new AwsError(
        "InvalidParameter",
        `Security group ${id} and subnet ${subnetId} belong to different networks.`,
      );
    }
  }
  const { service, code } = GROUPS_PER_INTERFACE_QUOTA;
  if (ids.length > (core.quotas(service, code) ?? Infinity)) throw securityGroupsPerInterfaceExceeded();
  return [...new Set(ids)];
}

function groupByName(core: Ec2Core, name: string, vpcId: string): string {
  const group = core.store.world.securityGroups.find((found) => found.groupName === name && found.vpcId === vpcId);
  if (group === undefined) {
    throw new AwsError(
      "InvalidGroup.NotFound",
      `The security group '${name}' does not exist in default VPC '${vpcId}'`,
    );
  }
  return group.groupId;
}
