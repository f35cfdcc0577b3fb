import { randomBetween, type CommandResult } from "@muster/core";
import { driveRecord } from "../records/drive-record.ts";
import type { Cluster, Drive } from "../world/cluster.ts";
import type { Membership } from "../world/machine.ts";
import { listOf } from "./arguments.ts";
import { ok } from "./invocation.ts";
import { said } from "./weka-cluster.ts";
import { json } from "./weka-local.ts";
import { onCluster, refuse, type Asked, type WekaCommand } from "./weka-command.ts";

/** Commands on a cluster's drives. */
export const driveCommands: readonly WekaCommand[] = [
  { path: "cluster drive", grammar: { ...json(), values: ["container"] }, run: list },
  {
    path: "cluster drive add",
    grammar: { flags: ["force", "allow-format-non-wekafs-drives"] },
    run: (asked) => onCluster(asked, "driveAdd", (cluster) => said(asked, add(asked, cluster))),
  },
  {
    path: "cluster drive scan",
    grammar: {},
    run: (asked) => onCluster(asked, "driveSign", (cluster) => said(asked, scan(asked, cluster))),
  },
  {
    path: "cluster drive deactivate",
    grammar: { flags: ["force", "skip-resource-validation"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => said(asked, deactivate(asked, cluster))),
  },
  {
    path: "cluster drive remove",
    grammar: { flags: ["force"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => said(asked, remove(asked.args.positional, cluster))),
  },
];

function list(asked: Asked): Promise<CommandResult> {
  return onCluster(asked, "look", (cluster) => {
    const owners = listOf(asked.args, "container").map(Number);
    const drives = owners.length > 0 ? drivesOf(cluster, owners) : [...cluster.drives.values()];
    return ok(`${JSON.stringify(drives.map((drive) => driveRecord(cluster, drive, asked.generation)))}\n`);
  });
}

/** The drives of some containers, by the disks of their machines: one member's drives cost no walk over all. */
function drivesOf(cluster: Cluster, owners: readonly number[]): Drive[] {
  return owners.flatMap((id) => {
    const owner = cluster.members.get(id);
    const disks = owner?.container.machine.disks ?? [];
    return disks.flatMap((disk) => {
      const drive = cluster.drives.get(cluster.driveUuid(disk));
      return drive === undefined || drive.owner !== owner ? [] : [drive];
    });
  });
}

function add({ args, invocation }: Asked, cluster: Cluster): CommandResult {
  const [id = "", ...paths] = args.positional;
  const owner = cluster.members.get(Number(id));
  if (owner === undefined) return refuse(`Host HostId<${id}> not found`);
  if (owner.container.role !== "drives") return refuse(`HostId<${id}> has no drive processes`);
  if (!cluster.isUp(owner)) return refuse(`HostId<${id}> is not up`);
  for (const path of paths) {
    const disk = owner.container.machine.disks.find((candidate) => candidate.path === path);
    if (disk === undefined) return refuse(`${path}: No such device`);
    // A substring that public scripts look for (weka-operator 8abf081); what stands before it is a guess.
    if (disk.isInCluster) return refuse(`${path}: Device is already in use`);
    cluster.addDrive(owner, disk, invocation.machine.random);
  }
  return ok();
}

function scan({ args, invocation }: Asked, cluster: Cluster): CommandResult {
  const owners = args.positional.length > 0 ? args.positional.map(Number) : [...cluster.members.keys()];
  for (const id of owners) {
    const owner = cluster.members.get(id);
    if (owner === undefined) return refuse(`Host HostId<${id}> not found`);
    if (owner.container.role === "drives" && cluster.isUp(owner)) takeSigned(cluster, owner, invocation);
  }
  return ok();
}

function takeSigned(cluster: Cluster, owner: Membership, { machine }: Asked["invocation"]): void {
  for (const disk of owner.container.machine.disks) {
    if (disk.isSigned && !disk.isInCluster) cluster.addDrive(owner, disk, machine.random);
  }
}

function deactivate({ args, invocation }: Asked, cluster: Cluster): CommandResult {
  const { clock, dials } = invocation.world;
  for (const uuid of args.positional) {
    const drive = cluster.drives.get(uuid);
    if (drive === undefined) return refuse(noSuchDrive(uuid));
    drive.inactiveAt ??=
      clock.now() + (cluster.isIoStarted ? randomBetween(invocation.machine.random, dials.phaseOut) : 0);
  }
  return ok();
}

function remove(uuids: readonly string[], cluster: Cluster): CommandResult {
  for (const uuid of uuids) {
    const drive = cluster.drives.get(uuid);
    if (drive === undefined) return refuse(noSuchDrive(uuid));
    if (cluster.driveStatus(drive) !== "INACTIVE") return refuse(`The drive ${uuid} is not inactive`);
    drive.disk.isInCluster = false;
    // Removed drives stay signed for their cluster and must be signed again to be used (weka-operator 8abf081).
    drive.disk.isSigned = false;
    cluster.drives.delete(uuid);
  }
  return ok();
}

/** weka-operator 8abf081. */
function noSuchDrive(uuid: string): string {
  return `The given drive "${uuid}" does not exist.`;
}
