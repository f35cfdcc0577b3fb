import { sleep, type Clock, type NodeMachine, type ProgramHost, type StandIn } from "@muster/core";
import { NodeLocks } from "./node-locks.ts";
import type { NodeRuntime, NodeStep, NodeStepResult } from "./node-runtime.ts";

/**
 * Runs documents without a shell: for each there is a program that issues the commands of its script against the same
 * model, on the clock and with nothing else. Thousands of nodes a second of real time.
 */
export function createModelRuntime(options: { clock: Clock; standIns: readonly StandIn[] }): NodeRuntime {
  const { clock, standIns } = options;
  const locks = new NodeLocks(clock);
  const nodes = new Map<string, { files: Map<string, string>; end: AbortController }>();
  return {
    boot(node: NodeMachine) {
      nodes.set(node.instanceId, { files: new Map(), end: new AbortController() });
      for (const standIn of standIns) standIn.boot(node);
    },
    halt(instanceId) {
      for (const standIn of standIns) standIn.halt(instanceId);
      nodes.get(instanceId)?.end.abort();
      nodes.delete(instanceId);
    },
    async run(step) {
      const found = findProgram(standIns, step.documentName);
      const node = nodes.get(step.instanceId);
      if (node === undefined || step.signal.aborted) return KILLED;
      if (found === undefined) return unknownDocument(step);
      const signal = AbortSignal.any([step.signal, node.end.signal]);
      const host = hostOf(step, { clock, locks, standIn: found.standIn, files: node.files, signal });
      try {
        return await Promise.race([found.program(host), killed(signal)]);
      } catch (error) {
        if (error instanceof Killed) return KILLED;
        throw error;
      } finally {
        locks.release(step);
      }
    },
  };
}

/** The exit code of a process that was killed. */
const KILLED: NodeStepResult = { exitCode: 137, stdout: "", stderr: "" };

/** Unwinds a program whose node or time is up, wherever it waits. */
class Killed extends Error {
  override readonly name = "Killed";
}

function hostOf(
  step: NodeStep,
  place: { clock: Clock; locks: NodeLocks; standIn: StandIn; files: Map<string, string>; signal: AbortSignal },
): ProgramHost {
  const { instanceId, environment } = step;
  const { clock, locks, standIn, files, signal } = place;
  const alive = () => {
    if (signal.aborted) throw new Killed();
  };
  return {
    instanceId,
    environment,
    files,
    async run(argv, options = {}) {
      alive();
      const own = { ...environment, ...options.environment };
      const known = standIn.variables.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]] as const]));
      const result = await standIn.run({
        instanceId,
        argv,
        environment: Object.fromEntries(known),
        stdin: options.stdin ?? "",
        signal,
      });
      alive();
      return result;
    },
    async sleep(seconds) {
      alive();
      await sleep(clock, seconds * 1_000);
      alive();
    },
    hasTool: (tool) => standIn.hasTool(instanceId, tool),
    lock: (name, waitSeconds) => locks.take({ instanceId, name }, step, { ms: waitSeconds * 1_000, signal }),
  };
}

/** A document's name is its product's name for it behind the stack's prefix. */
function findProgram(standIns: readonly StandIn[], documentName: string) {
  for (const standIn of standIns) {
    for (const [name, program] of Object.entries(standIn.programs)) {
      if (documentName === name || documentName.endsWith(`-${name}`)) return { standIn, program };
    }
  }
  return undefined;
}

function unknownDocument(step: NodeStep): NodeStepResult {
  return {
    exitCode: 127,
    stdout: "",
    stderr: `the model of this node has no program for document ${step.documentName}; run the cloud in shell mode for scripts of your own\n`,
  };
}

function killed(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(new Killed()), { once: true });
  });
}
