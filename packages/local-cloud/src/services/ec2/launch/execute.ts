import type { Ec2Core } from "../core.ts";
import { lateFailures, type LateFailure } from "../lifecycle/reasons.ts";
import { Delayed } from "../../../mechanisms/delayed.ts";
import { storageQuotas } from "../quotas.ts";
import type { InstanceRecord, VolumeRecord } from "../state/records.ts";
import type { VolumePlan } from "./block-devices.ts";
import { makeInterface } from "./make-interface.ts";
import type { LaunchPlan } from "./plan.ts";
import { tagsFor } from "./tag-specifications.ts";

/** What a launch adds by itself to the tags of its instances. */
export interface LaunchOrigin {
  readonly fleetId?: string;
  readonly launchTemplate?: { readonly id: string; readonly version: number };
}

/** Launches `count` instances of an admitted plan, as one reservation. */
export function executeLaunch(
  core: Ec2Core,
  plan: LaunchPlan,
  options: { count: number; origin: LaunchOrigin },
): InstanceRecord[] {
  const reservationId = core.ids.next("r");
  core.throttle.takeInstances("RunInstances", options.count);
  const tags = new Map([...tagsFor(plan.tags, "instance"), ...originTags(options.origin)]);
  return Array.from({ length: options.count }, (_, launchIndex) => {
    const { instance, failure } = makeInstance(core, plan, { reservationId, launchIndex, tags });
    core.lifecycle.occupy(instance);
    core.lifecycle.launched(instance, failure);
    return instance;
  });
}

// Tags with this prefix are AWS's own: they show up, and cannot be changed.
function originTags(origin: LaunchOrigin): [string, string][] {
  const { fleetId, launchTemplate: template } = origin;
  return [
    ...(fleetId === undefined ? [] : [["aws:ec2:fleet-id", fleetId] as [string, string]]),
    ...(template === undefined
      ? []
      : ([
          ["aws:ec2launchtemplate:id", template.id],
          ["aws:ec2launchtemplate:version", String(template.version)],
        ] as [string, string][])),
  ];
}

function makeInstance(
  core: Ec2Core,
  plan: LaunchPlan,
  options: { reservationId: string; launchIndex: number; tags: ReadonlyMap<string, string> },
): { instance: InstanceRecord; failure: LateFailure | undefined } {
  const now = core.clock.now();
  const instanceId = core.ids.next("i");
  const failure = lateFailureOf(core, plan);
  const primary = plan.interfaces[0]?.subnet.definition;
  const instance: InstanceRecord = {
    instanceId,
    reservationId: options.reservationId,
    launchIndex: options.launchIndex,
    type: plan.type,
    image: plan.image,
    zone: plan.zone,
    subnetId: primary?.subnetId ?? "",
    vpcId: primary?.vpcId ?? "",
    spotRequestId: plan.market === "spot" ? makeSpotRequest(core, plan) : undefined,
    clientToken: plan.clientToken,
    profile: plan.profile,
    keyName: plan.keyName,
    userData: plan.userData,
    metadata: plan.metadata,
    ebsOptimized: plan.ebsOptimized,
    monitored: plan.monitored,
    placementGroup: plan.placementGroup,
    partition: plan.partition ?? pickPartition(plan, options.launchIndex),
    bornAt: now,
    launchedAt: now,
    state: new Delayed({ name: "pending", transitionReason: "" }, core.lifecycle.seenFrom()),
    epoch: 0,
    protection: { termination: new Delayed(plan.protectTermination, now), stop: new Delayed(plan.protectStop, now) },
    shutdownBehavior: plan.shutdownBehavior,
    sourceDestCheck: true,
    interfaces: plan.interfaces.map((face) => makeInterface(core, { plan: face, tags: plan.tags, instanceId })),
    volumes: failure === undefined ? plan.volumes.map((volume) => makeVolume(core, { plan, volume, instanceId })) : [],
    holdsPlace: false,
    guestUp: false,
    checksOkAt: Number.POSITIVE_INFINITY,
    impairedAt: undefined,
    terminatedAt: undefined,
  };
  core.store.addInstance(instance);
  core.store.tags.add(instanceId, "instance", options.tags);
  plan.placementGroup?.members.add(instance);
  return { instance, failure };
}

function makeSpotRequest(core: Ec2Core, plan: LaunchPlan): string {
  const requestId = `sir-${core.ids.hex8()}`;
  core.store.tags.add(requestId, "spot-instances-request", tagsFor(plan.tags, "spot-instances-request"));
  return requestId;
}

/** EC2 spreads the instances of a partition group over its partitions when the launch names none. */
function pickPartition(plan: LaunchPlan, launchIndex: number): number | undefined {
  const partitions = plan.placementGroup?.partitions;
  if (partitions === undefined) return undefined;
  return (((plan.placementGroup?.members.size ?? 0) + launchIndex) % partitions) + 1;
}

/** Storage quotas and encryption keys are looked at only when the volumes are made, after the call has been answered. */
function lateFailureOf(core: Ec2Core, plan: LaunchPlan): LateFailure | undefined {
  const { usage, world } = core.store;
  const added = new Map<string, number>();
  for (const volume of plan.volumes) {
    if (volume.kmsKeyId !== undefined && !world.kmsKeys.includes(volume.kmsKeyId)) return lateFailures.kmsKey;
    added.set(volume.type, (added.get(volume.type) ?? 0) + volume.sizeGiB);
  }
  for (const [type, sizeGiB] of added) {
    const quota = storageQuotas[type];
    const limitTiB = quota === undefined ? undefined : core.quotas("ebs", quota.code);
    if (limitTiB !== undefined && usage.storageGiB(type) + sizeGiB > limitTiB * GIB_PER_TIB) {
      return lateFailures.volumeLimit;
    }
  }
  return undefined;
}

const GIB_PER_TIB = 1_024;

function makeVolume(
  core: Ec2Core,
  options: { plan: LaunchPlan; volume: VolumePlan; instanceId: string },
): VolumeRecord {
  const { plan, volume, instanceId } = options;
  const now = core.clock.now();
  const record: VolumeRecord = {
    volumeId: core.ids.next("vol"),
    zone: plan.zone,
    sizeGiB: volume.sizeGiB,
    type: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    snapshotId: volume.snapshotId,
    createdAt: now,
    attachment: {
      instanceId,
      deviceName: volume.deviceName,
      attachedAt: now,
      deleteOnTermination: volume.deleteOnTermination,
    },
  };
  core.store.volumes.set(record.volumeId, record);
  core.store.tags.add(record.volumeId, "volume", tagsFor(plan.tags, "volume"));
  core.store.usage.addStorageGiB(volume.type, volume.sizeGiB);
  return record;
}
