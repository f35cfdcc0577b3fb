import type { Instance, Reservation } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { coresOf } from "../instance-types/instance-type.ts";
import { privateDnsName } from "../lifecycle/node-machine.ts";
import { instanceStateCodes, type InstanceRecord, type StateView } from "../state/records.ts";
import { groupIdentifiers, renderAttachedInterface } from "./render-interface.ts";
import { renderTags } from "./render-tags.ts";

/** `actual`: as it is, for the answer of the call that did it. `late`: as eventual consistency shows it to readers. */
type Seeing = "actual" | "late";

/** Instances of one launch, in the order of their launch index. */
export function renderReservation(
  core: Ec2Core,
  instances: readonly InstanceRecord[],
  options: { seen: Seeing },
): Reservation {
  return {
    ReservationId: instances[0]?.reservationId,
    OwnerId: core.context.account,
    Groups: [],
    Instances: instances.map((instance) => renderInstance(core, instance, options)),
  };
}

/** The state that is shown; undefined while the instance has not shown up yet. */
export function shownState(core: Ec2Core, instance: InstanceRecord, seen: Seeing): StateView | undefined {
  return seen === "actual" ? instance.state.actual : instance.state.seen(core.clock.now());
}

function renderInstance(core: Ec2Core, instance: InstanceRecord, options: { seen: Seeing }): Instance {
  const state = shownState(core, instance, options.seen) ?? instance.state.actual;
  const { type, image } = instance;
  return {
    InstanceId: instance.instanceId,
    ImageId: image.imageId,
    InstanceType: type.name as NonNullable<Instance["InstanceType"]>,
    AmiLaunchIndex: instance.launchIndex,
    LaunchTime: new Date(instance.launchedAt),
    Architecture: image.architecture,
    ClientToken: instance.clientToken,
    EbsOptimized: instance.ebsOptimized,
    EnaSupport: type.ena !== "unsupported",
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: "ebs",
    ProductCodes: [],
    ...(image.platform === "windows" ? { Platform: "Windows" as const } : {}),
    PlatformDetails: image.platform === "windows" ? "Windows" : "Linux/UNIX",
    UsageOperation: image.platform === "windows" ? "RunInstances:0002" : "RunInstances",
    UsageOperationUpdateTime: new Date(instance.bornAt),
    ...(instance.keyName === undefined ? {} : { KeyName: instance.keyName }),
    ...(instance.spotRequestId === undefined
      ? {}
      : { InstanceLifecycle: "spot" as const, SpotInstanceRequestId: instance.spotRequestId }),
    ...(instance.profile === undefined
      ? {}
      : { IamInstanceProfile: { Arn: instance.profile.arn, Id: instance.profile.id } }),
    Monitoring: { State: instance.monitored ? "enabled" : "disabled" },
    Placement: renderPlacement(core, instance),
    CpuOptions: { CoreCount: coresOf(type), ThreadsPerCore: type.threadsPerCore },
    CapacityReservationSpecification: { CapacityReservationPreference: "open" },
    HibernationOptions: { Configured: false },
    EnclaveOptions: { Enabled: false },
    MaintenanceOptions: { AutoRecovery: "default" },
    MetadataOptions: {
      State: state.name === "pending" ? "pending" : "applied",
      HttpTokens: instance.metadata.httpTokens,
      HttpPutResponseHopLimit: instance.metadata.hopLimit,
      HttpEndpoint: instance.metadata.httpEndpoint,
      HttpProtocolIpv6: "disabled",
      InstanceMetadataTags: instance.metadata.instanceTags,
    },
    Tags: renderTags(core.store.tags.of(instance.instanceId)),
    ...renderState(state),
    ...renderAttachments(core, instance, { state, seen: options.seen }),
  };
}

function renderState(state: StateView): Partial<Instance> {
  return {
    State: { Code: instanceStateCodes[state.name], Name: state.name },
    StateTransitionReason: state.transitionReason,
    ...(state.reason === undefined
      ? state.name === "pending"
        ? { StateReason: { Code: "pending", Message: "pending" } }
        : {}
      : { StateReason: { Code: state.reason.code, Message: state.reason.message } }),
  };
}

function renderPlacement(core: Ec2Core, instance: InstanceRecord): NonNullable<Instance["Placement"]> {
  const { placementGroup: group, partition, zone } = instance;
  return {
    AvailabilityZone: zone,
    AvailabilityZoneId: core.store.world.zones.find((found) => found.name === zone)?.id,
    Tenancy: "default",
    GroupName: group?.groupName ?? "",
    ...(group === undefined ? {} : { GroupId: group.groupId }),
    ...(partition === undefined ? {} : { PartitionNumber: partition }),
  };
}

/** What a terminated instance no longer has: its network, its addresses and its volumes. */
function renderAttachments(
  core: Ec2Core,
  instance: InstanceRecord,
  options: { state: StateView; seen: Seeing },
): Partial<Instance> {
  const primary = instance.interfaces[0];
  if (options.state.name === "terminated" || primary === undefined) {
    return {
      PrivateDnsName: "",
      PublicDnsName: "",
      NetworkInterfaces: [],
      SecurityGroups: [],
      BlockDeviceMappings: [],
    };
  }
  const address = primary.addresses[0] ?? "";
  // A launch answers before its volumes are attached.
  const volumes = options.seen === "actual" ? [] : instance.volumes;
  return {
    SubnetId: instance.subnetId,
    VpcId: instance.vpcId,
    PrivateIpAddress: address,
    PrivateDnsName: privateDnsName(address, core.context.region),
    PublicDnsName: "",
    ...(primary.publicIp === undefined ? {} : { PublicIpAddress: primary.publicIp }),
    SourceDestCheck: instance.sourceDestCheck,
    SecurityGroups: groupIdentifiers(core, primary.groupIds),
    NetworkInterfaces: instance.interfaces.map((face) => renderAttachedInterface(core, face)),
    BlockDeviceMappings: volumes.map((volume) => ({
      DeviceName: volume.attachment?.deviceName,
      Ebs: {
        VolumeId: volume.volumeId,
        Status: "attached",
        AttachTime: new Date(volume.attachment?.attachedAt ?? volume.createdAt),
        DeleteOnTermination: volume.attachment?.deleteOnTermination,
      },
    })),
  };
}
