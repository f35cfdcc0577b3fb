import type { Cluster } from "./cluster.ts";
import type { Machine } from "./machine.ts";
import type { WekaWorld } from "./world.ts";

/**
 * The state in a form that two worlds can be compared by: machines and containers by address and name, drives by serial.
 * Ids, times and what they were drawn from are left out: they depend on when things happened, not on what.
 */
export function dumpWorld(world: WekaWorld): unknown {
  return {
    machines: [...world.machines.values()].map(dumpMachine).toSorted(byKey),
    clusters: [...world.clusters.values()].map((cluster) => dumpCluster(cluster, world)).toSorted(byKey),
  };
}

function dumpMachine(machine: Machine) {
  return {
    key: machine.node.privateIp,
    tools: [...machine.tools].toSorted(),
    release: machine.release,
    isAgentRunning: machine.isAgentRunning,
    volumes: machine.volumes.map(({ path, label, mountedAt }) => ({ path, label, mountedAt })),
    disks: machine.disks.map(({ path, serial, isSigned, isInCluster }) => ({ path, serial, isSigned, isInCluster })),
    containers: [...machine.containers.values()]
      .map(({ name, role, port, cores, nics, failureDomain, isRunning, membership }) => ({
        key: name,
        role,
        port,
        cores,
        nics,
        failureDomain,
        isRunning,
        isMember: membership !== undefined,
      }))
      .toSorted(byKey),
    mounts: [...machine.mounts].map(([path, { source, filesystem, options }]) => ({
      path,
      source,
      filesystem,
      options,
    })),
  };
}

function dumpCluster(cluster: Cluster, world: WekaWorld) {
  return {
    key: cluster.name,
    release: cluster.release,
    protection: cluster.protection(),
    raftSize: cluster.raftSize,
    cloud: { isEnabled: cluster.isCloudEnabled, proxy: cluster.cloudProxy },
    isIoStarted: cluster.isIoStarted,
    members: [...cluster.members.values()]
      .map((membership) => ({
        key: `${membership.container.machine.node.privateIp} ${membership.container.name}`,
        hostname: membership.hostname,
        isAlive: membership.container.machine.isAlive,
        isMeantActive: membership.inactiveAt === undefined,
      }))
      .toSorted(byKey),
    drives: [...cluster.drives.values()]
      .map((drive) => ({
        key: drive.disk.serial,
        owner: drive.owner === undefined ? undefined : drive.owner.container.machine.node.privateIp,
        isMeantActive: drive.inactiveAt === undefined,
      }))
      .toSorted(byKey),
    groups: [...cluster.groups],
    filesystems: [...cluster.filesystems.values()].map(({ name, group, bytes }) => ({ name, group, bytes })),
    machines: world.machines.size,
  };
}

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
