import type { GroupIdentifier, InstanceNetworkInterface, NetworkInterface } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { privateDnsName } from "../lifecycle/node-machine.ts";
import type { InterfaceRecord } from "../state/records.ts";
import { renderTags } from "./render-tags.ts";

/** An interface as DescribeInstances shows it inside its instance. */
export function renderAttachedInterface(core: Ec2Core, face: InterfaceRecord): InstanceNetworkInterface {
  const { attachment } = face;
  return {
    ...renderCommon(core, face),
    Status: "in-use",
    PrivateIpAddresses: renderAddresses(core, face),
    InterfaceType: face.kind,
    ...(attachment === undefined ? {} : { Attachment: renderAttachment(attachment) }),
  };
}

/** An interface as DescribeNetworkInterfaces shows it. */
export function renderInterface(core: Ec2Core, face: InterfaceRecord): NetworkInterface {
  const { attachment } = face;
  return {
    ...renderCommon(core, face),
    Status: attachment === undefined ? "available" : "in-use",
    PrivateIpAddresses: renderAddresses(core, face),
    InterfaceType: face.kind,
    AvailabilityZone: face.zone,
    AvailabilityZoneId: core.store.world.zones.find((zone) => zone.name === face.zone)?.id,
    RequesterManaged: false,
    TagSet: renderTags(core.store.tags.of(face.interfaceId)),
    ...(attachment === undefined
      ? {}
      : {
          Attachment: {
            ...renderAttachment(attachment),
            InstanceId: attachment.instanceId,
            InstanceOwnerId: core.context.account,
          },
        }),
  };
}

export function groupIdentifiers(core: Ec2Core, groupIds: readonly string[]): GroupIdentifier[] {
  return groupIds.map((id) => ({ GroupId: id, GroupName: core.store.securityGroups.get(id)?.groupName ?? "" }));
}

function renderAttachment(attachment: NonNullable<InterfaceRecord["attachment"]>) {
  return {
    AttachmentId: attachment.attachmentId,
    AttachTime: new Date(attachment.attachedAt),
    DeleteOnTermination: attachment.deleteOnTermination,
    DeviceIndex: attachment.deviceIndex,
    NetworkCardIndex: attachment.cardIndex,
    Status: "attached",
  } as const;
}

function renderCommon(core: Ec2Core, face: InterfaceRecord) {
  const address = face.addresses[0] ?? "";
  return {
    NetworkInterfaceId: face.interfaceId,
    SubnetId: face.subnetId,
    VpcId: face.vpcId,
    OwnerId: core.context.account,
    Description: face.description,
    MacAddress: face.mac,
    PrivateIpAddress: address,
    PrivateDnsName: privateDnsName(address, core.context.region),
    Groups: groupIdentifiers(core, face.groupIds),
    Ipv6Addresses: [],
    SourceDestCheck: face.sourceDestCheck,
    ...(face.publicIp === undefined ? {} : { Association: { PublicIp: face.publicIp, IpOwnerId: "amazon" } }),
  };
}

function renderAddresses(core: Ec2Core, face: InterfaceRecord) {
  return face.addresses.map((address, index) => ({
    Primary: index === 0,
    PrivateIpAddress: address,
    PrivateDnsName: privateDnsName(address, core.context.region),
  }));
}
