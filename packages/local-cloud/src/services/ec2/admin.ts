import type { Ec2Core } from "./core.ts";
import type { CapacityPool } from "./dials.ts";
import { emitRebalance, emitSpotWarning } from "./lifecycle/events.ts";
import { marketOf } from "./lifecycle/lifecycle.ts";
import { whys } from "./lifecycle/reasons.ts";
import type { Agenda } from "../../mechanisms/agenda.ts";
import type { InstanceRecord, InstanceStateName, InterfaceRecord, VolumeRecord } from "./state/records.ts";
import { poolKey } from "./state/usage.ts";

/** How long before it takes a spot instance EC2 says so, ms. EC2 user guide, "Spot Instance interruption notices". */
const SPOT_WARNING_MS = 120_000;

/** The other side of EC2: what tests, the simulation and invariant checkers may look at and do. */
export interface Ec2Admin {
  /** Every instance there ever was, as it really is. */
  instances(): readonly InstanceFacts[];
  instance(instanceId: string): InstanceFacts | undefined;
  interfaces(): readonly InterfaceFacts[];
  volumes(): readonly VolumeFacts[];
  /** What carries the tag and is still there: instances that are not terminated, interfaces, volumes and the rest. */
  leftovers(tag: { key: string; value?: string }): readonly Leftover[];
  /** Instances that the pool can hold from now on; undefined gives it back to the dial. Those that run are left alone. */
  setCapacity(pool: CapacityPool, places: number | undefined): void;
  vCpusInUse(quotaCode: string): number;
  storageGiBInUse(volumeType: string): number;
  /** EC2 wants a spot instance back: a rebalance recommendation if asked for, the warning, and two minutes later the end. */
  interruptSpot(instanceId: string, options?: { rebalance?: boolean }): void;
  /** EC2 recommends to leave an instance, and does nothing more. */
  recommendRebalance(instanceId: string): void;
  /** Its hardware dies: unnoticed, or with EC2 stopping or terminating it, protected or not. */
  failHardware(instanceId: string, as: "silent" | "stopped" | "terminated"): void;
  /** Somebody runs `shutdown` on it. */
  shutDownFromInside(instanceId: string): void;
}

export interface InstanceFacts {
  readonly instanceId: string;
  readonly state: InstanceStateName;
  readonly stateReason: string | undefined;
  readonly instanceType: string;
  readonly zone: string;
  readonly market: "on-demand" | "spot";
  readonly clientToken: string;
  readonly bornAt: number;
  readonly terminatedAt: number | undefined;
  readonly guestUp: boolean;
  readonly protectedFromTermination: boolean;
  readonly protectedFromStop: boolean;
  readonly privateIp: string | undefined;
  readonly interfaceIds: readonly string[];
  readonly volumeIds: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface InterfaceFacts {
  readonly interfaceId: string;
  readonly subnetId: string;
  readonly addresses: readonly string[];
  readonly instanceId: string | undefined;
  readonly deleteOnTermination: boolean | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VolumeFacts {
  readonly volumeId: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly instanceId: string | undefined;
  readonly deviceName: string | undefined;
  readonly deleteOnTermination: boolean | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Leftover {
  readonly resourceType: "instance" | "network-interface" | "volume" | "other";
  readonly resourceId: string;
}

export function ec2Admin(core: Ec2Core, agenda: Agenda): Ec2Admin {
  const { store, lifecycle, context } = core;
  const find = (instanceId: string): InstanceRecord => {
    const instance = store.instances.get(instanceId);
    if (instance === undefined) throw new Error(`there is no instance ${instanceId}`);
    return instance;
  };
  return {
    instances: () => [...store.instances.values()].map((instance) => instanceFacts(core, instance)),
    instance: (instanceId) => {
      const instance = store.instances.get(instanceId);
      return instance === undefined ? undefined : instanceFacts(core, instance);
    },
    interfaces: () => [...store.interfaces.values()].map((face) => interfaceFacts(core, face)),
    volumes: () => [...store.volumes.values()].map((volume) => volumeFacts(core, volume)),
    leftovers: ({ key, value }) =>
      store.tags
        .carriers(key, value === undefined ? undefined : [value])
        .map((resourceId) => ({ resourceId, resourceType: kindOf(core, resourceId) }))
        .filter(({ resourceId }) => store.instances.get(resourceId)?.terminatedAt === undefined),
    setCapacity: (pool, places) => {
      if (places === undefined) store.capacities.delete(poolKey(pool));
      else store.capacities.set(poolKey(pool), places);
    },
    vCpusInUse: (quotaCode) => store.usage.vCpus(quotaCode),
    storageGiBInUse: (volumeType) => store.usage.storageGiB(volumeType),
    interruptSpot: (instanceId, options = {}) => {
      const instance = find(instanceId);
      if (marketOf(instance) !== "spot") throw new Error(`${instanceId} is no spot instance`);
      if (options.rebalance === true) emitRebalance(context, instanceId);
      emitSpotWarning(context, instance);
      agenda.at(context.clock.now() + SPOT_WARNING_MS, () => lifecycle.terminate(instance, whys.spotTermination));
    },
    recommendRebalance: (instanceId) => emitRebalance(context, find(instanceId).instanceId),
    failHardware: (instanceId, as) => lifecycle.failHardware(find(instanceId), as),
    shutDownFromInside: (instanceId) => lifecycle.shutDownFromInside(find(instanceId)),
  };
}

function kindOf(core: Ec2Core, resourceId: string): Leftover["resourceType"] {
  if (core.store.instances.has(resourceId)) return "instance";
  if (core.store.interfaces.has(resourceId)) return "network-interface";
  return core.store.volumes.has(resourceId) ? "volume" : "other";
}

function instanceFacts(core: Ec2Core, instance: InstanceRecord): InstanceFacts {
  const { state, protection } = instance;
  return {
    instanceId: instance.instanceId,
    state: state.actual.name,
    stateReason: state.actual.reason?.message,
    instanceType: instance.type.name,
    zone: instance.zone,
    market: marketOf(instance),
    clientToken: instance.clientToken,
    bornAt: instance.bornAt,
    terminatedAt: instance.terminatedAt,
    guestUp: instance.guestUp,
    protectedFromTermination: protection.termination.actual,
    protectedFromStop: protection.stop.actual,
    privateIp: instance.interfaces[0]?.addresses[0],
    interfaceIds: instance.interfaces.map((face) => face.interfaceId),
    volumeIds: instance.volumes.map((volume) => volume.volumeId),
    tags: Object.fromEntries(core.store.tags.of(instance.instanceId)),
  };
}

function interfaceFacts(core: Ec2Core, face: InterfaceRecord): InterfaceFacts {
  return {
    interfaceId: face.interfaceId,
    subnetId: face.subnetId,
    addresses: face.addresses,
    instanceId: face.attachment?.instanceId,
    deleteOnTermination: face.attachment?.deleteOnTermination,
    tags: Object.fromEntries(core.store.tags.of(face.interfaceId)),
  };
}

function volumeFacts(core: Ec2Core, volume: VolumeRecord): VolumeFacts {
  return {
    volumeId: volume.volumeId,
    sizeGiB: volume.sizeGiB,
    type: volume.type,
    instanceId: volume.attachment?.instanceId,
    deviceName: volume.attachment?.deviceName,
    deleteOnTermination: volume.attachment?.deleteOnTermination,
    tags: Object.fromEntries(core.store.tags.of(volume.volumeId)),
  };
}
