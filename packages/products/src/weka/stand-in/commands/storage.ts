import type { CommandResult } from "@muster/core";
import type { Cluster } from "../world/cluster.ts";
import type { Machine } from "../world/machine.ts";
import { parseArguments, valueOf } from "./arguments.ts";
import { fail, ok, rooted, unrooted, work, type Invocation } from "./invocation.ts";

const GIB = 1_073_741_824;

/** `lsblk --json`, with the columns that were asked for. */
export function lsblk(invocation: Invocation): Promise<CommandResult> {
  const parsed = parseArguments(invocation.args, { flags: ["json", "bytes", "paths"], values: ["output"] });
  if (typeof parsed === "string" || !parsed.flags.has("json") || parsed.positional.length > 0) {
    return Promise.resolve(
      fail(`lsblk: ${typeof parsed === "string" ? parsed : "the stand-in only knows --json of all disks"}`),
    );
  }
  const columns = (valueOf(parsed, "output") ?? "NAME,TYPE,SIZE,MOUNTPOINT").toLowerCase().split(",");
  return work(invocation, "look", () => {
    const devices = blockDevices(invocation);
    const pick = (device: Record<string, unknown>): Record<string, unknown> => ({
      ...Object.fromEntries(columns.map((column) => [column, device[column] ?? null])),
      ...(Array.isArray(device["children"]) ? { children: device["children"].map(pick) } : {}),
    });
    return ok(`${JSON.stringify({ blockdevices: devices.map(pick) }, undefined, 3)}\n`);
  });
}

function blockDevices(invocation: Invocation): Record<string, unknown>[] {
  const { machine, world } = invocation;
  const isAttached = world.clock.now() >= machine.attachedAt;
  const ebs = machine.volumes
    .filter((volume) => volume.isRoot || isAttached)
    .map((volume) => {
      const mountpoint =
        volume.mountedAt === undefined ? null : volume.isRoot ? "/" : rooted(volume.mountedAt, invocation);
      const content = { fstype: volume.label === undefined ? null : "ext4", label: volume.label ?? null, mountpoint };
      const disk = { name: volume.path, type: "disk", model: "Amazon Elastic Block Store", size: volume.sizeGiB * GIB };
      return volume.isRoot
        ? {
            ...disk,
            children: [{ name: `${volume.path}p1`, type: "part", size: volume.sizeGiB * GIB - GIB / 512, ...content }],
          }
        : { ...disk, ...content };
    });
  // A disk that WEKA drives is not the system's any more.
  const nvme = machine.disks
    .filter((disk) => !disk.isInCluster)
    .map((disk) => ({
      name: disk.path,
      type: "disk",
      model: "Amazon EC2 NVMe Instance Storage",
      size: disk.sizeGb * 1e9,
    }));
  return [...ebs, ...nvme];
}

/** `mkfs.ext4 -F -L LABEL DEVICE`. */
export function mkfs(invocation: Invocation): Promise<CommandResult> {
  const parsed = parseArguments(invocation.args, {
    flags: ["force"],
    values: ["label"],
    short: { "-F": "force", "-L": "label" },
  });
  const device = typeof parsed === "string" ? undefined : parsed.positional[0];
  const label = typeof parsed === "string" ? undefined : valueOf(parsed, "label");
  if (device === undefined || label === undefined) return Promise.resolve(fail("Usage: mkfs.ext4 -F -L label device"));
  return work(invocation, "mkfs", () => {
    const volume = invocation.machine.volumes.find((candidate) => candidate.path === device && !candidate.isRoot);
    if (volume === undefined)
      return fail(`mkfs.ext4: ${device} is not the data volume; the stand-in formats nothing else`);
    if (volume.mountedAt !== undefined) return fail(`${device} is mounted; will not make a filesystem here!`);
    volume.label = label;
    return ok("", "mke2fs 1.46.5 (30-Dec-2021)\n");
  });
}

/** `mount -t ext4 DEVICE PATH` and `mount -t wekafs -o OPTIONS SOURCE PATH`. */
export function mount(invocation: Invocation): Promise<CommandResult> {
  const parsed = parseArguments(invocation.args, {
    values: ["type", "options"],
    short: { "-t": "type", "-o": "options" },
  });
  if (typeof parsed === "string") return Promise.resolve(fail(`mount: ${parsed}`, 1));
  const [source = "", target = ""] = parsed.positional;
  const path = unrooted(target, invocation);
  const type = valueOf(parsed, "type");
  if (type === "ext4") return work(invocation, "look", () => mountVolume(invocation.machine, source, path));
  if (type === "wekafs") {
    const options = (parsed.values["options"] ?? []).join(",");
    return work(invocation, "mount", () => mountWeka(invocation, { source, path, options }));
  }
  return Promise.resolve(fail(`mount: unknown filesystem type '${type ?? ""}'.`, 32));
}

function mountVolume(machine: Machine, device: string, path: string): CommandResult {
  const volume = machine.volumes.find((candidate) => candidate.path === device);
  if (volume === undefined) return fail(`mount: ${path}: special device ${device} does not exist.`, 32);
  if (volume.label === undefined)
    return fail(`mount: ${path}: wrong fs type, bad option, bad superblock on ${device}.`, 32);
  if (volume.mountedAt !== undefined)
    return fail(`mount: ${path}: ${device} already mounted on ${volume.mountedAt}.`, 32);
  volume.mountedAt = path;
  return ok();
}

/** The texts of WEKA's mount helper are guesses, except where a source is named; that it refuses in these cases is documented. */
function mountWeka(invocation: Invocation, wanted: { source: string; path: string; options: string }): CommandResult {
  const { machine } = invocation;
  if (!machine.isAgentRunning) return fail("mount: unknown filesystem type 'wekafs'.", 32);
  if (machine.mounts.has(wanted.path)) return fail(`mount.wekafs: ${wanted.path} is already mounted`, 32);
  const slash = wanted.source.lastIndexOf("/");
  const name = wanted.source.slice(slash + 1);
  const cluster =
    slash < 0 ? localCluster(invocation) : reachable(invocation, wanted.source.slice(0, slash).split(","));
  if (cluster === undefined) return fail(`mount.wekafs: Failed connecting to ${wanted.source}: no backend answers`, 32);
  if (!cluster.isIoStarted) return fail("mount.wekafs: IO is not started in the cluster", 32);
  if (!cluster.filesystems.has(name)) return fail(`mount.wekafs: Filesystem ${name} does not exist`, 32);
  if (slash >= 0) {
    const refusal = startClient(invocation, cluster, wanted.options.split(","));
    if (refusal !== undefined) return refusal;
  }
  machine.mounts.set(wanted.path, {
    source: wanted.source,
    filesystem: name,
    cluster,
    options: wanted.options,
    isBusy: false,
  });
  return ok("", "Mount completed successfully\n");
}

/** A converged node mounts through the frontend container that it has; without one there is nothing to mount through. */
function localCluster({ machine }: Invocation): Cluster | undefined {
  const frontend = machine.containers.get("frontend0");
  return frontend?.isRunning === true ? frontend.membership?.cluster : undefined;
}

function reachable({ world }: Invocation, addresses: readonly string[]): Cluster | undefined {
  for (const address of addresses) {
    const machine = world.at(address);
    const cluster = machine === undefined ? undefined : world.clusterOf(machine);
    if (cluster?.hasQuorum() === true) return cluster;
  }
  return undefined;
}

/** The first mount starts a stateless client container, which takes an interface for each of its cores. */
function startClient(invocation: Invocation, cluster: Cluster, options: readonly string[]): CommandResult | undefined {
  const { machine, world } = invocation;
  if (machine.containers.has("client")) return undefined;
  if (machine.containers.size > 0)
    return fail("mount.wekafs: WEKA does not support mixing backend and client containers", 32);
  const cores = Number(options.find((option) => option.startsWith("num_cores="))?.slice("num_cores=".length) ?? "1");
  const isUdp = options.includes("net=udp");
  const free = machine.freeNics();
  if (!isUdp && free.length < cores) {
    return fail(`mount.wekafs: ${cores} cores need ${cores} network devices, and ${free.length} are free`, 32);
  }
  const container = {
    machine,
    name: "client",
    role: "client" as const,
    port: 14_000,
    cores,
    nics: isUdp ? [] : free.slice(0, cores),
    failureDomain: machine.node.privateIp.replaceAll(".", "-"),
    isRunning: true,
    runsAt: world.clock.now(),
    membership: undefined,
  };
  machine.containers.set("client", container);
  cluster.admit(container, machine.node.hostname, machine.random);
  return undefined;
}

/** `umount PATH`. */
export function umount(invocation: Invocation): Promise<CommandResult> {
  const path = unrooted(invocation.args.at(-1) ?? "", invocation);
  return work(invocation, "unmount", () => {
    const { machine } = invocation;
    const mounted = machine.mounts.get(path);
    if (mounted === undefined) return fail(`umount: ${path}: not mounted.`, 32);
    if (mounted.isBusy) return fail(`umount: ${path}: target is busy.`, 32);
    machine.mounts.delete(path);
    const client = machine.containers.get("client");
    if (client === undefined || machine.mounts.size > 0) return ok();
    // The last mount gone, a stateless client leaves by itself. Text: docs.weka.io, "Mount filesystems".
    if (client.membership !== undefined) client.membership.cluster.members.delete(client.membership.id);
    machine.containers.delete("client");
    return ok("umount successful, stopping and deleting container 'client'\n");
  });
}

/** `findmnt --noheadings --types wekafs --mountpoint PATH`. */
export function findmnt(invocation: Invocation): Promise<CommandResult> {
  const parsed = parseArguments(invocation.args, { flags: ["noheadings"], values: ["types", "mountpoint"] });
  if (typeof parsed === "string" || valueOf(parsed, "types") !== "wekafs") {
    return Promise.resolve(fail("findmnt: the stand-in only knows --types wekafs --mountpoint PATH"));
  }
  const path = unrooted(valueOf(parsed, "mountpoint") ?? "", invocation);
  return work(invocation, "look", () => {
    const mounted = invocation.machine.mounts.get(path);
    if (mounted === undefined) return { exitCode: 1, stdout: "", stderr: "" };
    return ok(`${rooted(path, invocation)} ${mounted.filesystem} wekafs rw,relatime,writecache,inode_bits=64\n`);
  });
}
