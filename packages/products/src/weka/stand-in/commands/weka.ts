import type { CommandResult } from "@muster/core";
import { cliGeneration, type CliGeneration } from "../../versions.ts";
import { parseArguments } from "./arguments.ts";
import { fail, type Invocation } from "./invocation.ts";
import { clusterCommands } from "./weka-cluster.ts";
import { refuse, type WekaCommand } from "./weka-command.ts";
import { containerCommands } from "./weka-containers.ts";
import { driveCommands } from "./weka-drives.ts";
import { filesystemCommands } from "./weka-filesystems.ts";
import { localCommands } from "./weka-local.ts";

/** Runs `weka`, as the release that is installed on the machine has it. */
export async function weka(invocation: Invocation): Promise<CommandResult> {
  const { release } = invocation.machine;
  if (release === undefined) return fail("bash: weka: command not found", 127);
  const generation = cliGeneration(release) ?? "legacy";
  const command = find(invocation.args, generation, release);
  if (command === undefined) {
    const word = invocation.args.find((arg) => !arg.startsWith("-")) ?? "";
    return refuse(`'${invocation.args.slice(0, 3).join(" ")}' is not a known command (near '${word}')`, 2);
  }
  const rest = invocation.args.slice(command.path.split(" ").length);
  const args = parseArguments(rest, command.grammar);
  if (typeof args === "string") return refuse(args, 2);
  return command.run({ invocation, args, generation, release });
}

const commands: readonly WekaCommand[] = [
  ...localCommands,
  ...clusterCommands,
  ...containerCommands,
  ...driveCommands,
  ...filesystemCommands,
].toSorted((a, b) => b.path.split(" ").length - a.path.split(" ").length);

function find(args: readonly string[], generation: CliGeneration, release: string): WekaCommand | undefined {
  const known = commands.filter(
    ({ path, only }) => isIn(only, generation, release) && path.split(" ").every((word, index) => args[index] === word),
  );
  return known[0];
}

function isIn(only: WekaCommand["only"], generation: CliGeneration, release: string): boolean {
  if (only === undefined) return true;
  if (only === "legacy" || only === "six") return only === generation;
  if (only === "create") return generation === "legacy";
  return generation === "six" || release.startsWith("5.");
}
