import { randomBetween, type CommandResult } from "@muster/core";
import { FILESYSTEM_BYTES_MIN, FILESYSTEM_NAME } from "../../limits.ts";
import type { Cluster } from "../world/cluster.ts";
import { uuidOf } from "../world/machine.ts";
import { valueOf } from "./arguments.ts";
import { ok } from "./invocation.ts";
import { said } from "./weka-cluster.ts";
import { json } from "./weka-local.ts";
import { onCluster, refuse, type Asked, type WekaCommand } from "./weka-command.ts";

/** Commands on filesystems and their groups. */
export const filesystemCommands: readonly WekaCommand[] = [
  {
    path: "fs",
    grammar: { ...json(), values: ["name"] },
    run: (asked) => onCluster(asked, "look", (cluster) => ok(`${JSON.stringify(records(asked, cluster))}\n`)),
  },
  {
    path: "fs group",
    grammar: json(),
    run: (asked) =>
      onCluster(asked, "look", (cluster) => {
        const groups = [...cluster.groups].map((name, id) => ({
          id: asked.generation === "six" ? id : `FSGroupId<${id}>`,
          name,
          start_demote: 10,
          target_ssd_retention: 86_400,
          uid: uuidOf(`${cluster.guid} group ${name}`),
        }));
        return ok(`${JSON.stringify(groups)}\n`);
      }),
  },
  {
    path: "fs group create",
    only: "create",
    grammar: { values: ["target-ssd-retention", "start-demote"] },
    run: addGroup,
  },
  {
    path: "fs group add",
    only: "add",
    grammar: { values: ["ssd-retention", "start-demote", "target-ssd-retention"] },
    run: addGroup,
  },
  {
    path: "fs create",
    only: "create",
    grammar: {},
    run: (asked) => {
      const [name = "", group = "", size = ""] = asked.args.positional;
      return add(asked, { name, group, size });
    },
  },
  {
    path: "fs add",
    only: "add",
    grammar: { values: ["fs-group"] },
    run: (asked) => {
      const [name = "", size = ""] = asked.args.positional;
      return add(asked, { name, group: valueOf(asked.args, "fs-group") ?? "default", size });
    },
  },
];

function records({ generation, invocation }: Asked, cluster: Cluster): unknown[] {
  const groups = [...cluster.groups];
  return [...cluster.filesystems.values()].map((filesystem, id) => {
    const isReady = invocation.world.clock.now() >= filesystem.readyAt;
    const group = groups.indexOf(filesystem.group);
    return {
      ...(generation === "six"
        ? { id, group }
        : { fs_id: `FSId<${id}>`, group_id: `FSGroupId<${group}>`, group_name: filesystem.group }),
      available_total: filesystem.bytes - 4_096,
      is_ready: isReady,
      name: filesystem.name,
      obs_buckets: [],
      ssd_budget: filesystem.bytes,
      status: isReady ? "READY" : "CREATING",
      total_budget: filesystem.bytes,
      uid: uuidOf(`${cluster.guid} filesystem ${filesystem.name}`),
      used_total: 4_096,
    };
  });
}

function addGroup(asked: Asked): Promise<CommandResult> {
  return onCluster(asked, "clusterUpdate", (cluster) => {
    const [name = ""] = asked.args.positional;
    if (!cluster.isIoStarted) return refuse("IO is not started");
    if (cluster.groups.has(name)) return refuse(`Filesystem group ${name} already exists`);
    cluster.groups.add(name);
    return said(asked, ok());
  });
}

function add(asked: Asked, wanted: { name: string; group: string; size: string }): Promise<CommandResult> {
  return onCluster(asked, "filesystemCreate", (cluster) => {
    const bytes = bytesOf(wanted.size);
    if (!cluster.isIoStarted) return refuse("IO is not started");
    if (!FILESYSTEM_NAME.test(wanted.name)) return refuse(`'${wanted.name}' is not a valid filesystem name`);
    if (!cluster.groups.has(wanted.group)) return refuse(`Filesystem group ${wanted.group} does not exist`);
    if (bytes === undefined) return refuse(`'${wanted.size}' is not a capacity`, 2);
    if (bytes < FILESYSTEM_BYTES_MIN) return refuse("A filesystem must have at least 1GiB");
    // A substring that public scripts look for (weka-operator 8abf081); what stands before it is a guess.
    if (cluster.filesystems.has(wanted.name)) return refuse(`Filesystem ${wanted.name} already exists`);
    const { unprovisioned } = cluster.capacity();
    if (unprovisioned === null || bytes > unprovisioned)
      return refuse("Not enough available drive capacity for the filesystem");
    const { clock, dials } = asked.invocation.world;
    const readyAt = clock.now() + randomBetween(asked.invocation.machine.random, dials.filesystemCreate);
    cluster.filesystems.set(wanted.name, { name: wanted.name, group: wanted.group, bytes, readyAt });
    return said(asked, ok());
  });
}

/** `22GB`, `1000B`: decimal or binary units, as `weka fs create` takes them. */
function bytesOf(size: string): number | undefined {
  const [, digits, unit = ""] = /^([0-9]+)(B|GB|TB|PB|GiB|TiB|PiB)$/.exec(size) ?? [];
  const factor = { B: 1, GB: 1e9, TB: 1e12, PB: 1e15, GiB: 2 ** 30, TiB: 2 ** 40, PiB: 2 ** 50 }[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
