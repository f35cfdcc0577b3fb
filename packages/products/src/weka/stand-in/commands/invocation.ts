import { randomBetween, type Clock, type CommandCall, type CommandResult, type Range } from "@muster/core";
import type { WekaDials } from "../dials.ts";
import type { Machine } from "../world/machine.ts";
import type { WekaWorld } from "../world/world.ts";

/** One run of a command on one machine. */
export interface Invocation {
  readonly world: WekaWorld;
  readonly machine: Machine;
  /** Without the command's own name. */
  readonly args: readonly string[];
  readonly call: CommandCall;
}

export type CommandRun = (invocation: Invocation) => Promise<CommandResult> | CommandResult;

/** The exit code of a process that was killed. */
export const KILLED: CommandResult = { exitCode: 137, stdout: "", stderr: "" };

export function ok(stdout = "", stderr = ""): CommandResult {
  return { exitCode: 0, stdout, stderr };
}

/** As ordinary tools fail: a line on standard error. */
export function fail(stderr: string, exitCode = 1): CommandResult {
  return { exitCode, stdout: "", stderr: `${stderr}\n` };
}

/**
 * Does something that takes time. What it changes happens in the middle: a command that is killed may have done its work or
 * not, as with a real one that talks to a cluster.
 */
export async function work(
  invocation: Invocation,
  dial: keyof { [K in keyof WekaDials as WekaDials[K] extends Range ? K : never]: true },
  effect: () => CommandResult,
): Promise<CommandResult> {
  const { world, machine, call } = invocation;
  const halfMs = randomBetween(machine.random, world.dials[dial]) / 2;
  // A dead machine does nothing any more, even where nobody has told the command yet.
  if (!(await pause(world.clock, halfMs, call.signal)) || !machine.isAlive) return KILLED;
  const result = effect();
  // A refusal comes at once.
  if (result.exitCode !== 0) return result;
  return (await pause(world.clock, halfMs, call.signal)) ? result : KILLED;
}

/** Waits on the clock; false when it was killed meanwhile. */
function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    });
    const stop = () => {
      cancel();
      resolve(false);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

/** A path as the machine knows it: without the folder that stands for its root in a sandbox. */
export function unrooted(path: string, { call }: Pick<Invocation, "call">): string {
  const root = call.environment["MUSTER_ROOT"] ?? "";
  return root !== "" && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}

/** A path of the machine as the script knows it. */
export function rooted(path: string, { call }: Pick<Invocation, "call">): string {
  return `${call.environment["MUSTER_ROOT"] ?? ""}${path}`;
}
