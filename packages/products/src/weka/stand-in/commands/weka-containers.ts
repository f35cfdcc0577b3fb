import { randomBetween, type CommandResult } from "@muster/core";
import { containerRecord } from "../records/container-record.ts";
import type { Cluster } from "../world/cluster.ts";
import type { Membership } from "../world/machine.ts";
import { listOf } from "./arguments.ts";
import { ok } from "./invocation.ts";
import { said, stemContainer } from "./weka-cluster.ts";
import { json } from "./weka-local.ts";
import { onCluster, refuse, type Asked, type WekaCommand } from "./weka-command.ts";

/** Commands on a cluster's containers. */
export const containerCommands: readonly WekaCommand[] = [
  { path: "cluster container", grammar: { flags: ["json", "backends", "clients"], short: json().short }, run: list },
  {
    path: "cluster container add",
    grammar: { values: ["ip"], flags: ["no-wait"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => said(asked, add(asked, cluster))),
  },
  {
    path: "cluster container deactivate",
    only: "legacy",
    grammar: { flags: ["no-wait", "skip-resource-validation", "allow-unavailable"] },
    run: deactivate,
  },
  {
    path: "cluster container deactivate",
    only: "six",
    grammar: { flags: ["no-wait", "skip-resource-validation"], values: ["allow-reduced-resilience-to"] },
    run: deactivate,
  },
  {
    path: "cluster container remove",
    grammar: { flags: ["no-wait", "no-unimprint"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => said(asked, remove(asked, cluster))),
  },
];

function list(asked: Asked): Promise<CommandResult> {
  const { args, generation } = asked;
  return onCluster(asked, "look", (cluster) => {
    const ids = args.positional.map(Number);
    const found = (ids.length > 0 ? ids.map((id) => cluster.members.get(id)) : [...cluster.members.values()])
      .filter((membership) => membership !== undefined)
      .filter((membership) => !args.flags.has("backends") || membership.container.role !== "client")
      .filter((membership) => !args.flags.has("clients") || membership.container.role === "client");
    return ok(`${JSON.stringify(found.map((membership) => containerRecord(membership, generation)))}\n`);
  });
}

function add({ invocation, args }: Asked, cluster: Cluster): CommandResult {
  const [hostname = ""] = args.positional;
  const [endpoint = hostname] = listOf(args, "ip");
  const found = stemContainer(invocation.world, endpoint);
  if (typeof found === "string") return refuse(found);
  if (found.machine.release !== cluster.release) return refuse(`${endpoint} runs another version`);
  cluster.admit(found, hostname, invocation.machine.random);
  return ok();
}

function deactivate(asked: Asked): Promise<CommandResult> {
  const { args, invocation, generation } = asked;
  return onCluster(asked, "clusterUpdate", (cluster) => {
    const { clock, dials } = invocation.world;
    const chosen: Membership[] = [];
    for (const text of args.positional) {
      const membership = cluster.members.get(Number(text));
      if (membership === undefined) return refuse(noSuchHost(text));
      chosen.push(membership);
    }
    const dead = chosen.find((membership) => cluster.containerStatus(membership) === "DOWN");
    if (dead !== undefined && generation === "legacy" && !args.flags.has("allow-unavailable")) {
      return refuse(`HostId<${dead.id}> is unavailable`);
    }
    for (const membership of chosen) {
      const drives = [...cluster.drives.values()].filter((drive) => drive.owner === membership);
      // Without data to move it is done at once.
      const movesMs =
        cluster.isIoStarted && drives.length > 0 ? randomBetween(invocation.machine.random, dials.phaseOut) : 0;
      membership.inactiveAt ??= clock.now() + movesMs;
      for (const drive of drives) drive.inactiveAt ??= clock.now() + movesMs;
    }
    return said(asked, ok());
  });
}

function remove({ args }: Asked, cluster: Cluster): CommandResult {
  const [text = ""] = args.positional;
  const membership = cluster.members.get(Number(text));
  if (membership === undefined) return refuse(noSuchHost(text));
  if (cluster.containerStatus(membership) !== "INACTIVE") return refuse(`HostId<${text}> is not inactive`);
  const { container } = membership;
  const isReachable = container.machine.isAlive && container.isRunning;
  if (!isReachable && !args.flags.has("no-unimprint"))
    return refuse(`HostId<${text}> cannot be reached to be unimprinted`);
  cluster.members.delete(membership.id);
  for (const drive of cluster.drives.values()) if (drive.owner === membership) drive.owner = undefined;
  // A container that is told so forgets its cluster and waits in STEM mode again.
  if (isReachable && !args.flags.has("no-unimprint")) container.membership = undefined;
  return ok();
}

/** weka-operator 8abf081, which takes it for "already removed". */
function noSuchHost(id: string): string {
  return `Host HostId<${id}> not found`;
}
