import type {
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
} from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { renderInterface } from "../describe/render-interface.ts";
import { networkInterfaceLimitExceeded, subnetFullForAddresses } from "../errors/launch.ts";
import { checkId, notFound } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers, refuseUnless, required } from "../input.ts";
import { checkGivenAddress } from "../launch/admit.ts";
import { addInterface, takeAddresses } from "../launch/make-interface.ts";
import { onceByToken } from "../launch/idempotency.ts";
import { findSubnet } from "../launch/place.ts";
import { resolveGroups } from "../launch/security-groups.ts";
import { parseTagSpecifications, tagsFor } from "../launch/tag-specifications.ts";
import { deleteInterface } from "../lifecycle/release.ts";
import { NETWORK_INTERFACES_QUOTA } from "../quotas.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html */
export function createNetworkInterface(
  core: Ec2Core,
  input: CreateNetworkInterfaceRequest,
): CreateNetworkInterfaceResult {
  return onceByToken(core, { operation: "CreateNetworkInterface", input }, () => makeNetworkInterface(core, input));
}

function makeNetworkInterface(core: Ec2Core, input: CreateNetworkInterfaceRequest): CreateNetworkInterfaceResult {
  refuseOthers("CreateNetworkInterface", input, [
    "ClientToken",
    "SubnetId",
    "Description",
    "Groups",
    "PrivateIpAddress",
    "SecondaryPrivateIpAddressCount",
    "InterfaceType",
    "TagSpecifications",
    "DryRun",
  ]);
  refuseUnless("CreateNetworkInterface InterfaceType", input.InterfaceType, ["efa"]);
  const subnet = findSubnet(core, required(input.SubnetId, "subnetId"));
  const groupIds = resolveGroups(core, { groupIds: input.Groups, groupNames: undefined, subnet, named: true });
  const tags = parseTagSpecifications(input.TagSpecifications, ["network-interface"]);
  const given = input.PrivateIpAddress === undefined ? [] : [input.PrivateIpAddress];
  for (const address of given) checkGivenAddress(subnet.addresses.stateOf(address), address);
  endDryRun(input);
  const limit = core.quotas(NETWORK_INTERFACES_QUOTA.service, NETWORK_INTERFACES_QUOTA.code) ?? Infinity;
  if (core.store.usage.otherInterfaces + core.store.interfaces.size + 1 > limit) {
    throw networkInterfaceLimitExceeded(limit);
  }
  const picked = (input.SecondaryPrivateIpAddressCount ?? 0) + (given.length === 0 ? 1 : 0);
  if (picked + given.length > subnet.addresses.free) throw subnetFullForAddresses();
  const face = addInterface(core, {
    subnet,
    addresses: takeAddresses(subnet, { givenAddresses: given, pickedAddresses: picked }),
    description: input.Description ?? "",
    kind: input.InterfaceType === "efa" ? "efa" : "interface",
    groupIds,
    tags: tagsFor(tags, "network-interface"),
  });
  return { NetworkInterface: renderInterface(core, face) };
}

/** Refuses what is in use. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html */
export function deleteNetworkInterface(core: Ec2Core, input: DeleteNetworkInterfaceRequest): object {
  refuseOthers("DeleteNetworkInterface", input, ["NetworkInterfaceId", "DryRun"]);
  const id = required(input.NetworkInterfaceId, "networkInterfaceId");
  checkId("network-interface", id);
  const face = core.store.interfaces.get(id);
  if (face === undefined) throw notFound("network-interface", id);
  endDryRun(input);
  if (face.attachment !== undefined) {
    throw new AwsError("InvalidParameterValue", `Network interface '${id}' is currently in use.`);
  }
  deleteInterface(core.store, face);
  return {};
}
