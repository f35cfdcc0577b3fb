import type { Cluster } from "../world/cluster.ts";
import type { WekaWorld } from "../world/world.ts";

/** What `weka status -J` prints, the same on both command lines, with the fields of a live 4.4.2 answer that anyone reads. */
export function statusRecord(cluster: Cluster, world: WekaWorld): Record<string, unknown> {
  const counts = countMembers(cluster);
  const drives = [...cluster.drives.values()].map((drive) => cluster.driveStatus(drive));
  const capacity = cluster.capacity();
  const { data, parity, hotSpares } = cluster.protection();
  const word = cluster.statusWord();
  const isStarted = cluster.isIoStarted;
  return {
    active_alerts_count: word === "OK" || word === "UNINITIALIZED" || word === "REDISTRIBUTING" ? 0 : 1,
    capacity: {
      hot_spare_bytes: capacity.hotSpare,
      total_bytes: capacity.total,
      unavailable_bytes: 0,
      unprovisioned_bytes: capacity.unprovisioned,
    },
    cloud: { enabled: cluster.isCloudEnabled, healthy: cluster.isCloudEnabled, proxy: cluster.cloudProxy },
    containers: counts.containers,
    drives: { active: drives.filter((status) => status === "ACTIVE").length, total: drives.length },
    guid: cluster.guid,
    hosts: {
      active_count: counts.containers.active,
      total_count: counts.containers.total,
      backends: counts.containers.backends,
      clients: counts.containers.clients,
    },
    hot_spare: hotSpares,
    // Only INITIALIZED and STARTED have been seen in public; the other words are guesses.
    init_stage: isStarted ? "INITIALIZED" : "INITIALIZING",
    io_status: isStarted ? "STARTED" : "STOPPED",
    is_cluster: true,
    licensing: { io_start_eligibility: true, mode: "Unlicensed" },
    name: cluster.name,
    rebuild: { movingData: word === "REBUILDING" || word === "REDISTRIBUTING", progressPercent: 0 },
    release: cluster.release,
    release_hash: "0".repeat(40),
    response_from_host_id: 0,
    servers: counts.servers,
    status: word,
    stripe_data_drives: data,
    stripe_protection_drives: parity,
    time: { cluster_time: world.clock.now() },
    upgrade_info: { upgrade_paused: false, upgrade_phase: "", upgrade_type: "agent-driven" },
  };
}

function countMembers(cluster: Cluster) {
  const backends = { active: 0, total: 0 };
  const clients = { active: 0, total: 0 };
  const servers = new Map<string, boolean>();
  for (const membership of cluster.members.values()) {
    const isUp = cluster.containerStatus(membership) === "UP";
    const side = membership.container.role === "client" ? clients : backends;
    side.total++;
    if (isUp) side.active++;
    const { instanceId } = membership.container.machine.node;
    servers.set(instanceId, (servers.get(instanceId) ?? true) && isUp);
  }
  const active = [...servers.values()].filter(Boolean).length;
  return {
    containers: { active: backends.active + clients.active, total: backends.total + clients.total, backends, clients },
    servers: { active, total: servers.size, degraded: servers.size - active },
  };
}
