import type { NodeShape, VolumeShape } from "@muster/core";
import { BACKEND_TYPES, type BackendType } from "./backend-types.ts";
import { clientType } from "./client-types.ts";
import { WEKA_VOLUME_BASE_GIB, WEKA_VOLUME_DEVICE, WEKA_VOLUME_GIB_PER_CORE } from "./limits.ts";

/** How a backend's WEKA cores are split over its containers. */
export interface CoreSplit {
  readonly drive: number;
  readonly compute: number;
  readonly frontend: number;
  /** Memory of the compute container, as WEKA's command takes it, such as `32.9GB`. */
  readonly computeMemory: string;
}

/** The split of a type: without a frontend container its core goes to compute. */
export function coreSplit(type: BackendType, hasFrontend: boolean): CoreSplit {
  const memoryGb = hasFrontend ? type.computeMemoryGb.besideFrontend : type.computeMemoryGb.alone;
  return {
    drive: type.driveCores,
    compute: hasFrontend ? type.computeCores : type.computeCores + type.frontendCores,
    frontend: hasFrontend ? type.frontendCores : 0,
    computeMemory: `${memoryGb}GB`,
  };
}

export function totalCores(split: CoreSplit): number {
  return split.drive + split.compute + split.frontend;
}

/** What one backend of that type is made of. @throws {TypeError} for a type that is no backend */
export function backendShape(instanceType: string, hasFrontend: boolean): NodeShape {
  const type = BACKEND_TYPES[instanceType];
  if (type === undefined) throw new TypeError(`${instanceType} is no WEKA backend`);
  const split = coreSplit(type, hasFrontend);
  const cores = totalCores(split);
  const volumeGiB = volumeGiBOf(cores);
  return {
    instanceType,
    vCpus: type.vCpus,
    architecture: type.architecture,
    interfaces: cores + 1,
    volumes: [wekaVolume(volumeGiB)],
    instanceStoreDisks: type.disks,
    parameters: {
      driveCores: String(split.drive),
      computeCores: String(split.compute),
      frontendCores: String(split.frontend),
      computeMemory: split.computeMemory,
      volumeGiB: String(volumeGiB),
      disks: String(type.disks),
    },
  };
}

/**
 * What one client of that type is made of. Its /opt/weka is a volume of its own, as a backend's: an image's root volume is
 * smaller than the 48 GiB that WEKA asks for.
 * @throws {TypeError} for a type that is no client
 */
export function clientShape(instanceType: string, client: { cores: number; udp: boolean }): NodeShape {
  const type = clientType(instanceType);
  if (type === undefined) throw new TypeError(`${instanceType} is no WEKA client`);
  const volumeGiB = volumeGiBOf(client.cores);
  return {
    instanceType,
    vCpus: type.vCpus,
    architecture: type.architecture,
    interfaces: client.udp ? 1 : client.cores + 1,
    volumes: [wekaVolume(volumeGiB)],
    instanceStoreDisks: 0,
    parameters: { clientCores: String(client.cores), volumeGiB: String(volumeGiB) },
  };
}

/** WEKA cores that a client of that type can give: one physical core stays with the system, each needs an interface. */
export function clientCoresMax(instanceType: string, udp: boolean): number {
  const type = clientType(instanceType);
  if (type === undefined) return 0;
  const byCpu = Math.max(1, Math.floor(type.vCpus / 2) - 1);
  return udp ? byCpu : Math.min(byCpu, type.interfacesMax - 1);
}

/** Raw bytes of the drives of one backend. */
export function rawBytesOf(instanceType: string): number {
  const type = BACKEND_TYPES[instanceType];
  return type === undefined ? 0 : type.disks * type.diskGb * 1e9;
}

function volumeGiBOf(cores: number): number {
  return WEKA_VOLUME_BASE_GIB + WEKA_VOLUME_GIB_PER_CORE * cores;
}

function wekaVolume(sizeGiB: number): VolumeShape {
  return { deviceName: WEKA_VOLUME_DEVICE, sizeGiB, type: "gp3" };
}
