import { randomBetween, type Clock, type Random } from "@muster/core";
import { BUCKET_RAFT_DEFAULT } from "../../limits.ts";
import { completeProtection, netBytes } from "../../protection.ts";
import type { WekaDials } from "../dials.ts";
import type { Container, Disk, Machine, Membership } from "./machine.ts";
import { uuidOf } from "./machine.ts";

/** A disk as a cluster's drive. What it is at a moment follows from when things happened to it. */
export interface Drive {
  readonly id: number;
  readonly uuid: string;
  readonly machine: Machine;
  readonly disk: Disk;
  readonly sizeBytes: number;
  owner: Membership | undefined;
  /** When it has taken its share of the data in; undefined before IO was started. */
  activeAt: number | undefined;
  /** When it has given its data away; undefined unless it was deactivated. */
  inactiveAt: number | undefined;
}

export interface Filesystem {
  readonly name: string;
  readonly group: string;
  readonly bytes: number;
  readonly readyAt: number;
}

export type ContainerStatus = "UP" | "DOWN" | "DEACTIVATING" | "INACTIVE";
export type DriveStatus = "ACTIVE" | "INACTIVE" | "PHASING_IN" | "PHASING_OUT" | "FAILED";

/** One WEKA cluster. Only commands change it; what time changes is worked out when somebody looks. */
export class Cluster {
  readonly guid: string;
  readonly release: string;
  readonly password: string;
  readonly createdAt: number;
  name = "";
  data: number | undefined;
  parity: number | undefined;
  hotSpares: number | undefined;
  raftSize = BUCKET_RAFT_DEFAULT;
  isCloudEnabled = false;
  cloudProxy = "";
  /** When IO runs, and when the free capacity is known. */
  ioStartedAt: number | undefined;
  capacityKnownAt = 0;
  readonly members = new Map<number, Membership>();
  readonly drives = new Map<string, Drive>();
  readonly groups = new Set<string>();
  readonly filesystems = new Map<string, Filesystem>();
  readonly #clock: Clock;
  readonly #dials: () => WekaDials;
  #nextMember = 0;
  #nextDrive = 0;

  constructor(options: { guid: string; release: string; password: string; clock: Clock; dials: () => WekaDials }) {
    this.guid = options.guid;
    this.release = options.release;
    this.password = options.password;
    this.#clock = options.clock;
    this.#dials = options.dials;
    this.createdAt = options.clock.now();
  }

  get isIoStarted(): boolean {
    return this.ioStartedAt !== undefined && this.#clock.now() >= this.ioStartedAt;
  }

  /** Takes a container in; it is UP some time later. */
  admit(container: Container, hostname: string, random: Random): Membership {
    const now = this.#clock.now();
    const membership: Membership = {
      cluster: this,
      id: this.#nextMember++,
      container,
      hostname,
      addedAt: now,
      upAt: now + randomBetween(random, this.#dials().memberUp),
      inactiveAt: undefined,
      downAt: undefined,
    };
    this.members.set(membership.id, membership);
    container.membership = membership;
    return membership;
  }

  /** Takes a disk in; with IO running it takes its share of the data in, too. */
  addDrive(owner: Membership, disk: Disk, random: Random): Drive {
    const { machine } = owner.container;
    const id = this.#nextDrive++;
    const now = this.#clock.now();
    const drive: Drive = {
      id,
      uuid: this.driveUuid(disk),
      machine,
      disk,
      // What a disk of a nominal size really has: a 475 GB disk shows 474,998,934,528 bytes (weka-k8s-api 0381b3f).
      sizeBytes: disk.sizeGb * 1e9 - 1_065_472,
      owner,
      activeAt: this.isIoStarted ? now + randomBetween(random, this.#dials().phaseIn) : undefined,
      inactiveAt: undefined,
    };
    disk.isInCluster = true;
    disk.isSigned = true;
    this.drives.set(drive.uuid, drive);
    return drive;
  }

  /** The UUID that a disk has as a drive of this cluster. */
  driveUuid(disk: Disk): string {
    return uuidOf(`${this.guid} ${disk.serial}`);
  }

  containerStatus(membership: Membership): ContainerStatus | "ADDING" {
    const now = this.#clock.now();
    if (membership.inactiveAt !== undefined) return now >= membership.inactiveAt ? "INACTIVE" : "DEACTIVATING";
    if (membership.downAt !== undefined && now >= membership.downAt) return "DOWN";
    if (!membership.container.isRunning && membership.container.machine.isAlive) return "DOWN";
    return now >= membership.upAt ? "UP" : "ADDING";
  }

  isUp(membership: Membership): boolean {
    return this.containerStatus(membership) === "UP" && membership.container.machine.isAlive;
  }

  driveStatus(drive: Drive): DriveStatus {
    const now = this.#clock.now();
    if (drive.inactiveAt !== undefined) return now >= drive.inactiveAt ? "INACTIVE" : "PHASING_OUT";
    if (!this.isIoStarted) return "INACTIVE";
    if (this.#failedAt(drive) <= now) return "FAILED";
    return drive.activeAt === undefined || now >= drive.activeAt ? "ACTIVE" : "PHASING_IN";
  }

  backends(): readonly Membership[] {
    return [...this.members.values()].filter((membership) => membership.container.role !== "client");
  }

  /** Servers with a drives container: the failure domains. */
  failureDomains(): ReadonlySet<string> {
    return new Set(
      [...this.drives.values()]
        .filter((drive) => drive.owner !== undefined)
        .map((drive) => drive.machine.node.instanceId),
    );
  }

  /**
   * Whether its management answers: more than half of its backend containers live. WEKA's leadership is a majority of
   * some of them; that all count is a simplification.
   */
  hasQuorum(): boolean {
    let total = 0;
    let alive = 0;
    for (const membership of this.members.values()) {
      if (membership.container.role === "client" || membership.inactiveAt !== undefined) continue;
      total++;
      if (membership.container.machine.isAlive && membership.container.isRunning) alive++;
    }
    return total > 0 && alive * 2 > total;
  }

  protection(): { data: number; parity: number; hotSpares: number } {
    const asked = {
      ...(this.data === undefined ? {} : { data: this.data }),
      ...(this.parity === undefined ? {} : { parity: this.parity }),
      ...(this.hotSpares === undefined ? {} : { hotSpares: this.hotSpares }),
    };
    return completeProtection(this.#drivesServers(), asked);
  }

  #drivesServers(): number {
    let count = 0;
    for (const { container } of this.members.values()) if (container.role === "drives") count++;
    return count;
  }

  capacity(): { total: number; hotSpare: number; unprovisioned: number | null } {
    if (!this.isIoStarted) return { total: 0, hotSpare: 0, unprovisioned: null };
    const domains = this.failureDomains().size;
    const raw = [...this.drives.values()]
      .filter((drive) => drive.inactiveAt === undefined)
      .reduce((sum, drive) => sum + drive.sizeBytes, 0);
    const protection = this.protection();
    const total = netBytes(raw, domains, protection);
    const hotSpare = netBytes(raw, domains, { ...protection, hotSpares: 0 }) - total;
    const provisioned = [...this.filesystems.values()].reduce((sum, filesystem) => sum + filesystem.bytes, 0);
    const isKnown = this.#clock.now() >= this.capacityKnownAt;
    return { total, hotSpare, unprovisioned: isKnown ? total - provisioned : null };
  }

  /** The word in `status`. docs.weka.io, "Status words". */
  statusWord(): string {
    if (this.ioStartedAt === undefined) return "UNINITIALIZED";
    const statuses = [...this.drives.values()].map((drive) => [drive, this.driveStatus(drive)] as const);
    const failed = statuses.filter(([, status]) => status === "FAILED").map(([drive]) => drive);
    const now = this.#clock.now();
    const unrebuilt = failed.filter((drive) => now < this.#failedAt(drive) + this.#rebuildMs(drive));
    const domains = new Set(unrebuilt.map((drive) => drive.machine.node.instanceId)).size;
    if (domains > (this.parity ?? 2)) return "UNAVAILABLE";
    if (domains > 0) return "REBUILDING";
    return statuses.some(([, status]) => status === "PHASING_IN" || status === "PHASING_OUT") ? "REDISTRIBUTING" : "OK";
  }

  #failedAt(drive: Drive): number {
    const downAt = drive.owner?.downAt;
    return downAt === undefined ? Number.POSITIVE_INFINITY : downAt + this.#dials().noticeFailed.min;
  }

  #rebuildMs(drive: Drive): number {
    const { min, max } = this.#dials().rebuild;
    return min + (drive.id % 8) * ((max - min) / 8);
  }
}
