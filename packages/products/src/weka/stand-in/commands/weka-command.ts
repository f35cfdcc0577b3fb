import type { CommandResult } from "@muster/core";
import type { CliGeneration } from "../../versions.ts";
import type { Cluster } from "../world/cluster.ts";
import type { Arguments, Grammar } from "./arguments.ts";
import { work, type Invocation } from "./invocation.ts";

/** One command of WEKA's command line. */
export interface WekaCommand {
  /** Its words, such as `cluster drive add`. */
  readonly path: string;
  /** The command line that has it; 5.x knows both verbs (docs.weka.io, 5.0 hierarchy; inferred). */
  readonly only?: "create" | "add" | "legacy" | "six";
  readonly grammar: Grammar;
  readonly run: (asked: Asked) => Promise<CommandResult> | CommandResult;
}

/** A command of WEKA's that was understood. */
export interface Asked {
  readonly invocation: Invocation;
  readonly args: Arguments;
  readonly generation: CliGeneration;
  readonly release: string;
}

/** As WEKA's command line fails: its texts begin with `error:` and end with a line end and a NUL byte (weka-operator 8abf081). */
export function refuse(text: string, exitCode = 1): CommandResult {
  return { exitCode, stdout: "", stderr: `error: ${text}\n\0` };
}

/** Without a valid login. weka/tools 99eed0d looks for this code in 14 places; the text is a guess. */
const NOT_LOGGED_IN = 41;

/** What a cluster command does once it has found its cluster, and that lets it in. */
export function onCluster(
  asked: Asked,
  dial: Parameters<typeof work>[1],
  effect: (cluster: Cluster) => CommandResult,
): Promise<CommandResult> {
  const { world, machine, call } = asked.invocation;
  return work(asked.invocation, dial, () => {
    const host = call.environment["WEKA_HOST"];
    const target = host === undefined || host === "" ? machine : world.at(host);
    if (target === undefined) return refuse(`Failed connecting to ${host ?? ""}:14000: timed out`);
    const cluster = world.clusterOf(target);
    if (cluster === undefined) return refuse("This host is not part of a cluster");
    if (!cluster.hasQuorum()) return refuse("The cluster has no leader");
    const { WEKA_USERNAME: user, WEKA_PASSWORD: password } = call.environment;
    if (user !== "admin" || password !== cluster.password)
      return refuse("Authentication failed, please log in", NOT_LOGGED_IN);
    return effect(cluster);
  });
}
