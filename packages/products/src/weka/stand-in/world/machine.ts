import { seededRandom, type NodeMachine, type Random } from "@muster/core";
import { BACKEND_TYPES } from "../../backend-types.ts";
import { clientType } from "../../client-types.ts";
import type { Cluster } from "./cluster.ts";

/** One instance in the model: its disks, what is installed on it, and its containers. */
export class Machine {
  readonly node: NodeMachine;
  readonly bootedAt: number;
  /** A stream of its own, so that what one machine draws does not depend on what others do. */
  readonly random: Random;
  /** When everything that was attached at launch shows up. */
  readonly attachedAt: number;
  /** When it died; undefined while it lives. */
  haltedAt: number | undefined;
  readonly tools = new Set<string>();
  readonly volumes: Volume[];
  readonly disks: Disk[];
  readonly containers = new Map<string, Container>();
  /** Mounted WEKA filesystems by path. */
  readonly mounts = new Map<string, Mount>();
  /** The release whose software is installed, and whether all of it or a client's part. */
  release: string | undefined;
  isAgentRunning = false;

  constructor(node: NodeMachine, options: { now: number; seed: number; attachMs: (random: Random) => number }) {
    this.node = node;
    this.bootedAt = options.now;
    this.random = seededRandom(hash(`${options.seed} ${node.instanceId}`));
    this.attachedAt = options.now + options.attachMs(this.random);
    this.volumes = volumesOf(node);
    this.disks = node.disks.map((disk, index) => ({
      path: disk.path,
      sizeGb: disk.sizeGb,
      serial:
        `AWS${hex(hash(`${node.instanceId} disk ${index}`))}${hex(hash(`${index} ${node.instanceId}`))}`.toUpperCase(),
      isSigned: false,
      isInCluster: false,
    }));
  }

  get isAlive(): boolean {
    return this.haltedAt === undefined;
  }

  /** Interfaces beside the first that no container drives: those that the system still sees. */
  freeNics(): readonly string[] {
    const used = new Set([...this.containers.values()].flatMap((container) => container.nics));
    return this.node.interfaces
      .filter((nic) => nic.deviceIndex > 0)
      .map((nic) => nicName(nic.deviceIndex))
      .filter((name) => !used.has(name));
  }

  /** CPUs, threads of a core, and NUMA nodes, by its type. */
  topology(): { cpus: number; threads: number; nodes: number } {
    const type = BACKEND_TYPES[this.node.instanceType];
    const cpus = type?.vCpus ?? clientType(this.node.instanceType)?.vCpus ?? 2;
    return { cpus, threads: type?.threadsPerCore ?? 2, nodes: cpus >= NUMA_CPUS ? 2 : 1 };
  }
}

/** EBS volumes under the names that the instance store leaves free; the root first, whether the launch request named it or not. */
function volumesOf(node: NodeMachine): Volume[] {
  const taken = new Set(node.disks.map(({ path }) => path));
  const data = node.volumes.filter(({ deviceName }) => !ROOT_DEVICES.includes(deviceName));
  const root = node.volumes.find(({ deviceName }) => ROOT_DEVICES.includes(deviceName));
  const sizes = [root?.sizeGiB ?? ROOT_GIB, ...data.map(({ sizeGiB }) => sizeGiB)];
  let number = 0;
  return sizes.map((sizeGiB, index) => {
    while (taken.has(`/dev/nvme${number}n1`)) number++;
    const isRoot = index === 0;
    return {
      path: `/dev/nvme${number++}n1`,
      sizeGiB,
      isRoot,
      label: isRoot ? "/" : undefined,
      mountedAt: isRoot ? "/" : undefined,
    };
  });
}

const ROOT_DEVICES: readonly string[] = ["/dev/xvda", "/dev/sda1"];
/** Root volume of the Amazon Linux 2023 image, GiB. */
const ROOT_GIB = 8;

/** From so many CPUs an instance has a second NUMA node. An estimate: AWS gives it only for some types. */
const NUMA_CPUS = 96;

/** As a Nitro instance with Amazon Linux names them: ens5 is the first. */
export function nicName(deviceIndex: number): string {
  return `ens${deviceIndex + 5}`;
}

export interface Volume {
  readonly path: string;
  readonly sizeGiB: number;
  readonly isRoot: boolean;
  label: string | undefined;
  mountedAt: string | undefined;
}

export interface Disk {
  readonly path: string;
  readonly sizeGb: number;
  readonly serial: string;
  isSigned: boolean;
  isInCluster: boolean;
}

export interface Mount {
  readonly source: string;
  readonly filesystem: string;
  readonly cluster: Cluster;
  readonly options: string;
  /** Some process has a file open there. */
  isBusy: boolean;
}

export type ContainerRole = "drives" | "compute" | "frontend" | "client";

/** A WEKA container on a machine. */
export interface Container {
  readonly machine: Machine;
  readonly name: string;
  readonly role: ContainerRole;
  readonly port: number;
  readonly cores: number;
  readonly nics: readonly string[];
  readonly failureDomain: string;
  isRunning: boolean;
  /** When it answers, after it was started. */
  runsAt: number;
  membership: Membership | undefined;
}

/** A container's place in a cluster. */
export interface Membership {
  readonly cluster: Cluster;
  readonly id: number;
  readonly container: Container;
  /** The label that it was added with. */
  readonly hostname: string;
  readonly addedAt: number;
  /** When it is UP, unless it goes down before. */
  readonly upAt: number;
  /** When its deactivation ends; undefined while it is meant to be active. */
  inactiveAt: number | undefined;
  /** When the cluster notices that its machine died. */
  downAt: number | undefined;
}

/** 32 bits of a text, the same on every run (FNV-1a). */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  // FNV leaves neighbouring texts with neighbouring low bits; one more round of mixing spreads them.
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  return (value ^ (value >>> 15)) >>> 0;
}

/** Eight hexadecimal digits. */
export function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** A UUID that follows from a text. */
export function uuidOf(text: string): string {
  const digits = [1, 2, 3, 4].map((part) => hex(hash(`${part} ${text}`))).join("");
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
}
