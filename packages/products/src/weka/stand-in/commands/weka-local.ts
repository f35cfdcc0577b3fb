import { randomBetween, type CommandResult } from "@muster/core";
import type { Container, ContainerRole, Machine } from "../world/machine.ts";
import { CONTAINER_CORES_MAX } from "../../limits.ts";
import { listOf, parseArguments, valueOf, type Arguments } from "./arguments.ts";
import { fail, ok, work, type Invocation } from "./invocation.ts";
import { refuse, type Asked, type WekaCommand } from "./weka-command.ts";

/** Commands that only touch the machine they run on. None asks for a login. */
export const localCommands: readonly WekaCommand[] = [
  {
    path: "version current",
    grammar: {},
    run: ({ invocation, release }) => work(invocation, "look", () => ok(`${release}\n`)),
  },
  {
    path: "version",
    grammar: json(),
    run: ({ invocation, release, generation }) =>
      work(invocation, "look", () =>
        ok(
          `${JSON.stringify(generation === "six" ? [{ version: release, current: true, full: true, client: true, driver: true }] : [release])}\n`,
        ),
      ),
  },
  {
    path: "local ps",
    grammar: json(),
    run: (asked) => work(asked.invocation, "look", () => ok(`${JSON.stringify(localPs(asked))}\n`)),
  },
  {
    path: "local setup container",
    grammar: {
      values: [
        "name",
        "base-port",
        "cores",
        "drives-dedicated-cores",
        "compute-dedicated-cores",
        "frontend-dedicated-cores",
        "memory",
        "failure-domain",
        "core-ids",
        "management-ips",
        "join-ips",
        "net",
        "allow-protocols",
      ],
      flags: ["no-frontends", "dedicate"],
    },
    run: ({ invocation, args }) => work(invocation, "containerSetup", () => setUp(invocation, args)),
  },
  {
    path: "local start",
    grammar: {},
    run: ({ invocation, args }) =>
      work(invocation, "containerStart", () =>
        onContainer(invocation, args, (container) => {
          container.isRunning = true;
          container.runsAt = invocation.world.clock.now();
          return ok();
        }),
      ),
  },
  {
    path: "local stop",
    grammar: { flags: ["force"] },
    run: ({ invocation, args }) =>
      work(invocation, "look", () =>
        onContainer(invocation, args, (container) => {
          container.isRunning = false;
          return ok();
        }),
      ),
  },
  {
    path: "local rm",
    grammar: { flags: ["force", "all"] },
    run: ({ invocation, args }) =>
      work(invocation, "look", () =>
        onContainer(invocation, args, (container) => {
          if (container.isRunning) return refuse(`Container ${container.name} is running`);
          invocation.machine.containers.delete(container.name);
          return ok();
        }),
      ),
  },
  {
    path: "local run",
    grammar: { values: ["container"], stopAtFirst: true, short: { "-C": "container" } },
    run: runInside,
  },
  {
    path: "local exec",
    grammar: { values: ["container"], stopAtFirst: true, short: { "-C": "container" } },
    run: sign,
  },
];

export function json(): { flags: readonly string[]; short: Readonly<Record<string, string>> } {
  return { flags: ["json"], short: { "-J": "json" } };
}

function localPs({ invocation: { machine, world }, generation, release }: Asked): unknown[] {
  return [...machine.containers.values()].map((container) => {
    const state = world.internalState(container);
    const isRunning = container.isRunning && state !== "STARTING";
    // The 6.x columns; that its JSON spells them so is inferred.
    if (generation === "six") {
      return {
        name: container.name,
        state: isRunning ? state : "",
        running: isRunning,
        disabled: false,
        port: container.port,
        version: release,
        type: "weka",
      };
    }
    return {
      APIPort: container.port,
      containerPid: isRunning ? 4_000 + container.port : 0,
      internalStatus: isRunning
        ? { action: "NONE", display_status: state, has_lease: state === "READY", message: MESSAGES[state], state }
        : {},
      isDisabled: false,
      isManaged: false,
      isMonitoring: true,
      isPersistent: true,
      isRunning,
      lastFailure: "",
      lastFailureText: "",
      lastFailureTime: "",
      name: container.name,
      runStatus: isRunning ? "Running" : container.isRunning ? "Starting" : "Stopped",
      type: "weka",
      uptime: isRunning ? (world.clock.now() - container.runsAt) / 1_000 : 0,
      versionName: release,
    };
  });
}

/** weka-operator afe7c06, weka_local_status_test.go. */
const MESSAGES = { STEM: "STEM mode", CLUSTERIZING: "Joining cluster", READY: "Ready", STARTING: "" } as const;

/** Refusals are documented safety checks; their texts are guesses. */
function setUp(invocation: Invocation, args: Arguments): CommandResult {
  const { machine, world } = invocation;
  const name = valueOf(args, "name") ?? "default";
  const cores = Number(valueOf(args, "cores") ?? "1");
  const port = Number(valueOf(args, "base-port") ?? "14000");
  const nics = listOf(args, "net");
  if (!machine.isAgentRunning)
    return refuse("weka-agent isn't running. To start the agent, run 'service weka-agent start'");
  if (machine.containers.has(name)) return refuse(`Container ${name} already exists`);
  const others = [...machine.containers.values()];
  if (others.some((other) => other.port === port && other.isRunning)) return refuse(`Port ${port} is already in use`);
  if (cores > CONTAINER_CORES_MAX) return refuse(`A container can have up to ${CONTAINER_CORES_MAX} cores`);
  const free = machine.freeNics();
  const missing = nics.find((nic) => !free.includes(nic));
  if (missing !== undefined) return refuse(`Network device ${missing} was not found`);
  if (nics.length !== cores)
    return refuse(`${cores} cores need ${cores} network devices, and ${nics.length} were given`);
  if (new Set(listOf(args, "core-ids")).size !== cores) return refuse(`${cores} cores need as many different core ids`);
  const container: Container = {
    machine,
    name,
    role: roleOf(args),
    port,
    cores,
    nics,
    failureDomain: valueOf(args, "failure-domain") ?? "",
    isRunning: true,
    runsAt: world.clock.now() + randomBetween(machine.random, world.dials.containerStart),
    membership: undefined,
  };
  const joinIps = listOf(args, "join-ips");
  const refusal = joinIps.length > 0 ? join(invocation, container, joinIps) : undefined;
  if (refusal !== undefined) return refusal;
  machine.containers.set(name, container);
  return ok();
}

function roleOf(args: Arguments): ContainerRole {
  if (args.values["drives-dedicated-cores"] !== undefined) return "drives";
  return args.values["compute-dedicated-cores"] !== undefined ? "compute" : "frontend";
}

function join(
  { world, machine }: Invocation,
  container: Container,
  joinIps: readonly string[],
): CommandResult | undefined {
  for (const endpoint of joinIps) {
    const [address = ""] = endpoint.split(":");
    const backend = world.at(address);
    const cluster = backend === undefined ? undefined : world.clusterOf(backend);
    if (cluster?.hasQuorum() !== true) continue;
    if (cluster.release !== machine.release) return refuse(`The cluster runs version ${cluster.release}`);
    cluster.admit(container, machine.node.hostname, machine.random);
    return undefined;
  }
  return refuse(`None of ${joinIps.join(", ")} answers: join timed out`);
}

function onContainer(
  { machine }: Invocation,
  args: Arguments,
  effect: (container: Container) => CommandResult,
): CommandResult {
  const [name] = args.positional;
  if (name === undefined) {
    return refuse("The stand-in never acts on all containers of a machine at once: name one");
  }
  const container = machine.containers.get(name);
  return container === undefined ? refuse(`Container ${name} was not found`) : effect(container);
}

/** `weka local run --container X <what>`: the two questions that scripts ask inside a container. */
function runInside({ invocation, args }: Asked): Promise<CommandResult> {
  const inside = args.positional.join(" ");
  const name = valueOf(args, "container") ?? "";
  return work(invocation, "look", () => {
    const container = invocation.machine.containers.get(name);
    if (container === undefined || !invocation.world.isReady(container))
      return refuse(`Container ${name} is not running`);
    if (inside === "bash -ce wapi machine-query-info --info-types=DISKS -J") {
      return ok(`${JSON.stringify({ disks: diskInfo(invocation.machine) })}\n`);
    }
    if (inside === `wapi -W container-get-identity --container-name ${name} --json`) {
      const { membership } = container;
      const value = {
        cluster_guid: membership?.cluster.guid ?? "00000000-0000-0000-0000-000000000000",
        host_id: membership?.id ?? 0,
      };
      return ok(`${JSON.stringify({ exception: null, has_value: true, value })}\n`);
    }
    return fail(`the stand-in does not run '${inside}' inside a container`);
  });
}

function diskInfo(machine: Machine): unknown[] {
  const ebs = machine.volumes.map((volume) => ({
    devPath: volume.path,
    isMounted: volume.mountedAt !== undefined,
    isRotational: false,
    model: "Amazon Elastic Block Store",
    type: "DISK",
  }));
  const nvme = machine.disks
    .filter((disk) => !disk.isInCluster)
    .map((disk) => ({
      devPath: disk.path,
      isMounted: false,
      isRotational: false,
      model: "Amazon EC2 NVMe Instance Storage",
      type: "DISK",
    }));
  return [...ebs, ...nvme];
}

/** `weka local exec --container drives0 /weka/tools/weka_sign_drive DEVICE`. */
function sign({ invocation, args }: Asked): Promise<CommandResult> {
  const [tool, path] = args.positional;
  const inner = parseArguments(args.positional.slice(1), {});
  if (tool !== "/weka/tools/weka_sign_drive" || typeof inner === "string") {
    return Promise.resolve(fail(`the stand-in does not run '${args.positional.join(" ")}' inside a container`));
  }
  return work(invocation, "driveSign", () => {
    const disk = invocation.machine.disks.find((candidate) => candidate.path === path);
    if (disk === undefined || disk.isInCluster) return refuse(`${path ?? ""}: No such file or directory`);
    disk.isSigned = true;
    return ok();
  });
}
