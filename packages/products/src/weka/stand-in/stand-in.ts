import type { CommandCall, CommandResult, StandIn, StandInOptions } from "@muster/core";
import { curl, wekaInstaller } from "./commands/curl.ts";
import { fail, KILLED, type CommandRun, type Invocation } from "./commands/invocation.ts";
import { findmnt, lsblk, mkfs, mount, umount } from "./commands/storage.ts";
import { aws, ip, lscpu, packageManager, systemctl } from "./commands/system.ts";
import { weka } from "./commands/weka.ts";
import { calmWeka, type WekaDials } from "./dials.ts";
import { wekaPrograms } from "./programs/programs.ts";
import { dumpWorld } from "./world/dump.ts";
import { WekaWorld } from "./world/world.ts";

export interface WekaStandInOptions extends StandInOptions {
  readonly dials?: Partial<WekaDials>;
  /** Tokens that get.weka.io takes; by default any. */
  readonly tokens?: readonly string[];
}

/** WEKA in the embedded cloud. Tests may look into its world, and turn its dials. */
export interface WekaStandIn extends StandIn {
  readonly world: WekaWorld;
  /** Everything that matters of the state, without ids and times that depend on the order of things: two may be compared. */
  dump(): unknown;
}

export function createWekaStandIn(options: WekaStandInOptions): WekaStandIn {
  const world = new WekaWorld({
    clock: options.clock,
    random: options.random,
    dials: { ...calmWeka, ...options.dials },
  });
  const isToken = (token: string) => options.tokens?.includes(token) ?? true;
  const runs: Readonly<Record<string, CommandRun>> = {
    aws: (invocation) => aws(invocation, options.readSecret),
    curl: (invocation) => curl(invocation, isToken),
    dnf: packageManager,
    findmnt,
    ip,
    lsblk,
    lscpu,
    "mkfs.ext4": mkfs,
    mount,
    systemctl,
    umount,
    weka,
    "weka-installer": wekaInstaller,
    yum: packageManager,
  };
  return {
    world,
    commands: Object.keys(runs),
    variables: ["MUSTER_ROOT", "WEKA_HOST", "WEKA_USERNAME", "WEKA_PASSWORD"],
    programs: wekaPrograms,
    boot: (machine) => world.boot(machine),
    halt: (instanceId) => world.halt(instanceId),
    hasTool: (instanceId, tool) => world.machines.get(instanceId)?.tools.has(tool) === true,
    run: (call) => run(world, runs, call),
    dump: () => dumpWorld(world),
  };
}

async function run(
  world: WekaWorld,
  runs: Readonly<Record<string, CommandRun>>,
  call: CommandCall,
): Promise<CommandResult> {
  const [name = "", ...args] = call.argv;
  const machine = world.machines.get(call.instanceId);
  if (machine === undefined || call.signal.aborted) return KILLED;
  const fault = world.dials.fault?.({ instanceId: call.instanceId, argv: call.argv });
  if (fault !== undefined) return { stdout: "", ...fault };
  const command = runs[name];
  if (command === undefined) return fail(`bash: ${name}: command not found`, 127);
  const invocation: Invocation = { world, machine, args, call };
  return command(invocation);
}
