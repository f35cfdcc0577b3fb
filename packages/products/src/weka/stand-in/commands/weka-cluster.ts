import type { CommandResult } from "@muster/core";
import { BACKENDS_MIN, PARITY_LEVELS, STRIPE_WIDTH_MAX, STRIPE_WIDTH_MIN } from "../../limits.ts";
import { statusRecord } from "../records/status-record.ts";
import type { Cluster } from "../world/cluster.ts";
import type { Container } from "../world/machine.ts";
import type { WekaWorld } from "../world/world.ts";
import { listOf, valueOf, type Arguments } from "./arguments.ts";
import { ok, work, type Invocation } from "./invocation.ts";
import { json } from "./weka-local.ts";
import { onCluster, refuse, type Asked, type WekaCommand } from "./weka-command.ts";

const createGrammar = { values: ["host-ips", "admin-password"], ...json() };

/** Commands on a cluster as a whole. Refusals whose text no public source shows are guesses; that they refuse is documented. */
export const clusterCommands: readonly WekaCommand[] = [
  {
    path: "status",
    grammar: json(),
    run: (asked) =>
      onCluster(asked, "look", (cluster) => ok(`${JSON.stringify(statusRecord(cluster, asked.invocation.world))}\n`)),
  },
  { path: "cluster create", only: "create", grammar: createGrammar, run: create },
  { path: "cluster add", only: "add", grammar: createGrammar, run: create },
  {
    path: "cluster update",
    grammar: { values: ["cluster-name", "data-drives", "parity-drives", "bucket-raft-size"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => said(asked, update(asked, cluster))),
  },
  {
    path: "cluster hot-spare",
    grammar: { flags: ["skip-resource-validation"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => said(asked, hotSpare(asked.args, cluster))),
  },
  {
    path: "cluster start-io",
    grammar: {},
    run: (asked) => onCluster(asked, "startIo", (cluster) => said(asked, startIo(asked.invocation, cluster))),
  },
  {
    path: "cluster license",
    grammar: json(),
    run: (asked) =>
      onCluster(asked, "look", () => ok(`${JSON.stringify({ io_start_eligibility: true, mode: "Unlicensed" })}\n`)),
  },
  {
    path: "cloud enable",
    grammar: { values: ["cloud-url"] },
    run: (asked) =>
      onCluster(asked, "clusterUpdate", (cluster) => {
        cluster.isCloudEnabled = true;
        return said(asked, ok());
      }),
  },
  {
    path: "cloud proxy",
    only: "legacy",
    grammar: { values: ["set"] },
    run: (asked) => onCluster(asked, "clusterUpdate", (cluster) => setProxy(cluster, valueOf(asked.args, "set"))),
  },
  {
    path: "cloud proxy set",
    only: "six",
    grammar: {},
    run: (asked) =>
      onCluster(asked, "clusterUpdate", (cluster) => said(asked, setProxy(cluster, asked.args.positional[0]))),
  },
  {
    path: "user",
    grammar: json(),
    run: (asked) =>
      onCluster(asked, "look", () =>
        ok(`${JSON.stringify([{ org_id: 0, role: "ClusterAdmin", source: "Internal", username: "admin" }])}\n`),
      ),
  },
];

/** 6.x confirms each change with a line; the legacy command line is silent. docs.weka.io, migration page. */
export function said({ generation }: Asked, result: CommandResult): CommandResult {
  return generation === "six" && result.exitCode === 0 ? { ...result, stdout: `${result.stdout}Done.\n` } : result;
}

function create(asked: Asked): Promise<CommandResult> {
  const { invocation, args } = asked;
  return work(invocation, "clusterCreate", () => {
    const endpoints = listOf(args, "host-ips");
    const names = args.positional;
    const password = valueOf(args, "admin-password") ?? "admin";
    if (names.length !== endpoints.length) return refuse("The number of hostnames and host ips must be the same");
    const chosen: Container[] = [];
    for (const endpoint of endpoints) {
      const found = stemContainer(invocation.world, endpoint);
      if (typeof found === "string") return refuse(found);
      chosen.push(found);
    }
    const servers = new Set(chosen.map((container) => container.machine));
    if (servers.size < BACKENDS_MIN) return refuse(`At least ${BACKENDS_MIN} servers are required to form a cluster`);
    if (new Set(chosen).size < chosen.length) return refuse("The same host was given more than once");
    const odd = chosen.find((container) => container.machine.release !== asked.release);
    if (odd !== undefined) return refuse(`${odd.machine.node.privateIp} runs another version`);
    if (!isStrong(password))
      return refuse("Password must contain at least 8 characters, an uppercase, a lowercase and a number");
    const cluster = invocation.world.createCluster({ release: asked.release, password, first: invocation.machine });
    chosen.forEach((container, index) => cluster.admit(container, names[index] ?? "", invocation.machine.random));
    return said(asked, ok());
  });
}

/** The container at `address:port` when it waits in STEM mode; else why not. */
export function stemContainer(world: WekaWorld, endpoint: string): Container | string {
  const [address = "", port = "14000"] = endpoint.split(":");
  const machine = world.at(address);
  const container = [...(machine?.containers.values() ?? [])].find(
    (candidate) => candidate.port === Number(port) && candidate.name !== "default",
  );
  if (container === undefined || !world.isReady(container)) return `Failed connecting to ${endpoint}`;
  if (container.membership !== undefined) return `Host ${endpoint} is already part of a cluster`;
  return container;
}

/** docs.weka.io, `weka user passwd`: 8 characters, upper, lower, and a digit or special one. */
function isStrong(password: string): boolean {
  return password.length >= 8 && /[A-Z]/.test(password) && /[a-z]/.test(password) && /[^A-Za-z]/.test(password);
}

function update({ args, generation }: Asked, cluster: Cluster): CommandResult {
  const name = valueOf(args, "cluster-name");
  const data = numberOf(args, "data-drives");
  const parity = numberOf(args, "parity-drives");
  const raft = numberOf(args, "bucket-raft-size");
  if (name === undefined && data === undefined && parity === undefined && raft === undefined) {
    return generation === "six" ? refuse("At least one option is required") : ok();
  }
  if (data !== undefined || parity !== undefined) {
    if (cluster.ioStartedAt !== undefined) return refuse("The stripe cannot be changed after IO was started");
    const [width, level] = [data ?? cluster.data ?? STRIPE_WIDTH_MIN, parity ?? cluster.parity ?? PARITY_LEVELS[0]];
    if (width < STRIPE_WIDTH_MIN || width > STRIPE_WIDTH_MAX) {
      return refuse(`data-drives must be between ${STRIPE_WIDTH_MIN} and ${STRIPE_WIDTH_MAX}`);
    }
    if (!PARITY_LEVELS.some((known) => known === level)) return refuse("parity-drives must be 2 or 4");
    const servers = serverCount(cluster);
    if (width + level > servers)
      return refuse(`A stripe of ${width}+${level} needs as many failure domains, there are ${servers}`);
    cluster.data = width;
    cluster.parity = level;
  }
  if (raft !== undefined) {
    if (cluster.ioStartedAt !== undefined) return refuse("The raft size cannot be changed after IO was started");
    cluster.raftSize = raft;
  }
  cluster.name = name ?? cluster.name;
  return ok();
}

function hotSpare(args: Arguments, cluster: Cluster): CommandResult {
  const [text] = args.positional;
  if (text === undefined) return ok(`${cluster.protection().hotSpares}\n`);
  const count = Number(text);
  const { data, parity } = cluster.protection();
  const servers = serverCount(cluster);
  if (data + parity + count > servers) {
    return refuse(
      `${count} hot spares beside a stripe of ${data}+${parity} need more than the ${servers} failure domains`,
    );
  }
  cluster.hotSpares = count;
  return ok();
}

/** weka-operator 8abf081 waits for 5 drives and 5 compute containers before it starts IO. */
const CONTAINERS_FOR_IO = 5;

function startIo({ world, machine }: Invocation, cluster: Cluster): CommandResult {
  if (cluster.ioStartedAt !== undefined) return refuse("IO is already started");
  const up = cluster.backends().filter((membership) => cluster.isUp(membership));
  for (const role of ["drives", "compute"] as const) {
    const count = up.filter((membership) => membership.container.role === role).length;
    if (count < CONTAINERS_FOR_IO) return refuse(`Not enough ${role} containers are up: ${count}`);
  }
  const domains = cluster.failureDomains().size;
  const { data, parity, hotSpares } = cluster.protection();
  if (domains === 0) return refuse("There are no drives in the cluster");
  if (data < STRIPE_WIDTH_MIN || data + parity > domains) {
    return refuse(`A stripe of ${data}+${parity} needs drives of as many failure domains, there are ${domains}`);
  }
  cluster.data = data;
  cluster.parity = parity;
  cluster.hotSpares = hotSpares;
  cluster.ioStartedAt = world.clock.now();
  const { min, max } = world.dials.capacityKnown;
  cluster.capacityKnownAt = cluster.ioStartedAt + min + machine.random.next() * (max - min);
  return ok();
}

function setProxy(cluster: Cluster, proxy: string | undefined): CommandResult {
  if (proxy === undefined) return refuse("the following arguments are required: proxy", 2);
  cluster.cloudProxy = proxy;
  return ok();
}

function serverCount(cluster: Cluster): number {
  return new Set(cluster.backends().map((membership) => membership.container.machine)).size;
}

function numberOf(args: Arguments, name: string): number | undefined {
  const value = valueOf(args, name);
  return value === undefined ? undefined : Number(value);
}
