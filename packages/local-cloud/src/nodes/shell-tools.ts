import { toIso, type Clock, type CommandResult } from "@muster/core";
import type { Jq } from "./jq.ts";
import type { NodeLocks } from "./node-locks.ts";

/** Commands that every node has, whatever the product: those that depend on time, on other steps, or on the machine. */
export const SHELL_TOOLS: readonly string[] = ["date", "flock", "jq", "sleep"];

export interface ShellToolCall {
  readonly instanceId: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly stdin: string;
  /** The step that the command belongs to. */
  readonly step: object;
  readonly signal: AbortSignal;
}

export interface ShellToolWorld {
  readonly clock: Clock;
  readonly locks: NodeLocks;
  readonly jq: Jq;
  readonly hasTool: (instanceId: string, tool: string) => boolean;
}

export async function runShellTool(call: ShellToolCall, world: ShellToolWorld): Promise<CommandResult> {
  switch (call.command) {
    case "date":
      return date(call.args, world.clock);
    case "flock":
      return flock(call, world);
    case "jq":
      return jq(call, world);
    case "sleep":
      return pause(call, world.clock);
    default:
      return { exitCode: 127, stdout: "", stderr: `${call.command}: command not found\n` };
  }
}

/** `date -u +%Y-%m-%dT%H:%M:%SZ`, on the cloud's clock. */
function date(args: readonly string[], clock: Clock): CommandResult {
  if (args.join(" ") !== "-u +%Y-%m-%dT%H:%M:%SZ") return refuse("date", "only knows -u +%Y-%m-%dT%H:%M:%SZ");
  return { exitCode: 0, stdout: `${toIso(clock.now()).slice(0, 19)}Z\n`, stderr: "" };
}

/**
 * `flock -w SECONDS FD`. The lock is the node's, by the number of the descriptor, and ends with the step: what a script with
 * one lock file sees of the real one. macOS has none, and a real one would wait where no virtual clock could see it.
 */
async function flock(
  { args, instanceId, step, signal }: ShellToolCall,
  { locks }: ShellToolWorld,
): Promise<CommandResult> {
  const [option, seconds = "", descriptor = "", ...rest] = args;
  if (option !== "-w" || rest.length > 0 || !/^[0-9]+$/.test(seconds) || !/^[0-9]+$/.test(descriptor)) {
    return refuse("flock", "only knows -w SECONDS DESCRIPTOR");
  }
  const isTaken = await locks.take({ instanceId, name: descriptor }, step, { ms: Number(seconds) * 1_000, signal });
  return { exitCode: isTaken ? 0 : 1, stdout: "", stderr: "" };
}

function jq(call: ShellToolCall, world: ShellToolWorld): CommandResult {
  if (!world.hasTool(call.instanceId, "jq"))
    return { exitCode: 127, stdout: "", stderr: "bash: jq: command not found\n" };
  if (call.args.join(" ") === "--version") return { exitCode: 0, stdout: "jq-1.8\n", stderr: "" };
  return world.jq(call.args, call.stdin);
}

function pause({ args, signal }: ShellToolCall, clock: Clock): Promise<CommandResult> {
  const seconds = args.map((word) => (/^[0-9]+(\.[0-9]+)?s?$/.test(word) ? Number.parseFloat(word) : Number.NaN));
  const total = seconds.reduce((sum, value) => sum + value, 0);
  if (args.length === 0 || Number.isNaN(total)) return Promise.resolve(refuse("sleep", "only knows seconds"));
  return new Promise((resolve) => {
    const end = (exitCode: number) => resolve({ exitCode, stdout: "", stderr: "" });
    const cancel = clock.after(total * 1_000, () => {
      signal.removeEventListener("abort", stop);
      end(0);
    });
    const stop = () => {
      cancel();
      end(137);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

function refuse(command: string, what: string): CommandResult {
  return { exitCode: 2, stdout: "", stderr: `${command}: the embedded cloud's ${command} ${what}\n` };
}
