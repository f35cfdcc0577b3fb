import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomHex, type Clock, type CommandResult, type NodeMachine, type Random, type StandIn } from "@muster/core";
import { loadJq, type Jq } from "./jq.ts";
import { NodeLocks } from "./node-locks.ts";
import type { NodeRuntime, NodeStep, NodeStepResult } from "./node-runtime.ts";
import { runShellTool, SHELL_TOOLS } from "./shell-tools.ts";
import { readRequest, REQUEST_BYTES_MAX, standInScript, writeAnswer } from "./stand-in-wire.ts";
import { findTool, SYSTEM_TOOLS } from "./system-tools.ts";

export interface ShellRuntime extends NodeRuntime {
  /**
   * Resolves when every step that runs waits for the clock, and none computes: the `drain` of a virtual clock, so that
   * real scripts run in virtual time. A step that runs several commands at once counts as waiting when one of them does.
   */
  settled(): Promise<void>;
  /** Where a node's files are; they go with the node. */
  folderOf(instanceId: string): string;
  /** Kills what runs, and removes every folder. */
  close(): Promise<void>;
}

export interface ShellRuntimeOptions {
  readonly clock: Clock;
  /** Makes the key that a command must show to be listened to. */
  readonly random: Random;
  readonly standIns: readonly StandIn[];
  /** Where the nodes' folders are made; by default in the system's folder for temporary files. */
  readonly parent?: string;
  /** The PATH on which bash and the ordinary tools are found. */
  readonly path: string;
}

/** Output of a step beyond this is dropped; SSM itself keeps 24,000 characters. */
const OUTPUT_BYTES_MAX = 1_048_576;
/** Key digits: nobody else on this machine can guess it, so nobody else's process can act as a node. */
const KEY_DIGITS = 32;

/**
 * Runs documents in real bash: each node is a folder, and what a product's scripts call is a small script on the PATH that
 * asks the stand-in in this process. Linux, and macOS with its bash 3.2; root is not needed.
 * @throws {Error} where the machine has no bash
 */
export async function startShellRuntime(options: ShellRuntimeOptions): Promise<ShellRuntime> {
  const bash = findTool("bash", options.path);
  if (bash === undefined) throw new Error("nodes in shell mode need bash; install it, or run the cloud in model mode");
  const jq = await loadJq();
  const folder = mkdtempSync(join(options.parent ?? tmpdir(), "muster-nodes-"));
  try {
    makeBin({ bin: join(folder, "bin"), bash, options });
    const runtime = new BashNodes({ ...options, bash, folder, jq });
    await runtime.listen();
    return runtime;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Running {
  readonly step: NodeStep;
  /** Ends the script, and whatever command of it is under way. */
  readonly end: AbortController;
  /** Commands of it that are being served. */
  waiting: number;
}

class BashNodes implements ShellRuntime {
  readonly #options: ShellRuntimeOptions & { bash: string; folder: string; jq: Jq };
  readonly #server: Server;
  readonly #locks: NodeLocks;
  readonly #key: string;
  readonly #variables: readonly string[];
  readonly #running = new Map<string, Running>();
  readonly #nodes = new Set<string>();
  #steps = 0;
  #port = 0;
  #watchers: (() => void)[] = [];

  constructor(options: ShellRuntimeOptions & { bash: string; folder: string; jq: Jq }) {
    this.#options = options;
    this.#locks = new NodeLocks(options.clock);
    this.#key = randomHex(options.random, KEY_DIGITS);
    this.#variables = variablesOf(options.standIns);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        this.#port = typeof address === "object" && address !== null ? address.port : 0;
        resolve();
      });
    });
  }

  boot(node: NodeMachine): void {
    const folder = this.folderOf(node.instanceId);
    for (const part of ["root", "home", "steps"]) mkdirSync(join(folder, part), { recursive: true });
    this.#nodes.add(node.instanceId);
    for (const standIn of this.#options.standIns) standIn.boot(node);
  }

  halt(instanceId: string): void {
    for (const standIn of this.#options.standIns) standIn.halt(instanceId);
    for (const { step, end } of this.#running.values()) if (step.instanceId === instanceId) end.abort();
    this.#nodes.delete(instanceId);
    rmSync(this.folderOf(instanceId), { recursive: true, force: true, maxRetries: 3 });
  }

  folderOf(instanceId: string): string {
    return join(this.#options.folder, "nodes", instanceId);
  }

  async run(step: NodeStep): Promise<NodeStepResult> {
    if (!this.#nodes.has(step.instanceId) || step.signal.aborted) return { exitCode: 137, stdout: "", stderr: "" };
    const id = `${++this.#steps}`;
    const folder = join(this.folderOf(step.instanceId), "steps", id);
    mkdirSync(folder);
    const script = join(folder, "_script.sh");
    writeFileSync(script, `${step.script}\n`, { mode: 0o700 });
    try {
      return await this.#spawn(step, { id, script });
    } finally {
      this.#running.delete(id);
      this.#locks.release(step);
      this.#changed();
    }
  }

  async settled(): Promise<void> {
    do {
      while (this.#isComputing()) {
        await new Promise<void>((resolve) => {
          this.#watchers.push(resolve);
        });
      }
      // A command that needs no time has its answer in this turn already: then its script computes again.
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    } while (this.#isComputing());
  }

  async close(): Promise<void> {
    for (const { end } of this.#running.values()) end.abort();
    for (const node of this.#nodes) for (const standIn of this.#options.standIns) standIn.halt(node);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    rmSync(this.#options.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #isComputing(): boolean {
    for (const running of this.#running.values()) if (running.waiting === 0) return true;
    return false;
  }

  #changed(): void {
    if (this.#isComputing()) return;
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const resolve of watchers) resolve();
  }

  #spawn(step: NodeStep, { id, script }: { id: string; script: string }): Promise<NodeStepResult> {
    const folder = this.folderOf(step.instanceId);
    const child = spawn(this.#options.bash, [script], {
      // A process group of its own, so that everything that the script started can be ended at once.
      detached: true,
      cwd: join(folder, "root"),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...step.environment,
        PATH: join(this.#options.folder, "bin"),
        HOME: join(folder, "home"),
        LC_ALL: "C",
        MUSTER_ROOT: join(folder, "root"),
        MUSTER_STAND_IN: `${this.#port}:${this.#key}:${id}`,
      },
    });
    const end = new AbortController();
    const stop = () => end.abort();
    const kill = () => killGroup(child.pid);
    end.signal.addEventListener("abort", kill, { once: true });
    step.signal.addEventListener("abort", stop, { once: true });
    this.#running.set(id, { step, end, waiting: 0 });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => {
        // What it left in the background would keep the pipes open, and act on the model for a step that has ended.
        end.abort();
        child.once("close", () => {
          step.signal.removeEventListener("abort", stop);
          resolve({ exitCode: code ?? 137, stdout: stdout(), stderr: stderr() });
        });
      });
    });
  }

  #serve(socket: Socket): void {
    const chunks: Buffer[] = [];
    let size = 0;
    // A command that is killed in the middle breaks its connection; there is nobody left to answer.
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > REQUEST_BYTES_MAX) {
        socket.destroy();
        return;
      }
      // Every request ends with a NUL byte; before it has come there is no use in looking.
      if (chunk.at(-1) !== 0) return;
      const request = readRequest(Buffer.concat(chunks, size), this.#variables);
      if (request === undefined) return;
      const id = request.key.startsWith(`${this.#key}:`) ? request.key.slice(this.#key.length + 1) : "";
      const running = this.#running.get(id);
      if (running === undefined) {
        socket.destroy();
        return;
      }
      void this.#answer(socket, running, request);
    });
  }

  async #answer(socket: Socket, running: Running, request: NonNullable<ReturnType<typeof readRequest>>): Promise<void> {
    running.waiting++;
    let result: CommandResult;
    try {
      this.#changed();
      result = await this.#perform(running, request);
    } catch (error) {
      // A bug of the stand-in: the script sees a command that crashed, and a person sees why.
      result = {
        exitCode: 70,
        stdout: "",
        stderr: `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      };
    } finally {
      running.waiting--;
    }
    if (!socket.destroyed) socket.end(writeAnswer(result));
  }

  #perform({ step, end }: Running, request: NonNullable<ReturnType<typeof readRequest>>): Promise<CommandResult> {
    const { command, args, environment, stdin } = request;
    const { instanceId } = step;
    const { signal } = end;
    if (SHELL_TOOLS.includes(command)) {
      const hasTool = (node: string, tool: string) =>
        this.#options.standIns.some((standIn) => standIn.hasTool(node, tool));
      const world = { clock: this.#options.clock, locks: this.#locks, jq: this.#options.jq, hasTool };
      return runShellTool({ instanceId, command, args, stdin, step, signal }, world);
    }
    const standIn = this.#options.standIns.find((candidate) => candidate.commands.includes(command));
    if (standIn === undefined) throw new Error(`no stand-in has the command ${command}`);
    const known = standIn.variables.flatMap((name) =>
      environment[name] === undefined ? [] : [[name, environment[name]] as const],
    );
    return standIn.run({ instanceId, argv: [command, ...args], environment: Object.fromEntries(known), stdin, signal });
  }
}

function variablesOf(standIns: readonly StandIn[]): readonly string[] {
  return [...new Set(standIns.flatMap((standIn) => standIn.variables))];
}

/** The folder that is all of a node's PATH. */
function makeBin({ bin, bash, options }: { bin: string; bash: string; options: ShellRuntimeOptions }): void {
  mkdirSync(bin);
  symlinkSync(bash, join(bin, "bash"));
  for (const tool of SYSTEM_TOOLS) {
    const found = findTool(tool, options.path);
    if (found !== undefined) symlinkSync(found, join(bin, tool));
  }
  const variables = variablesOf(options.standIns);
  for (const command of new Set([...SHELL_TOOLS, ...options.standIns.flatMap((standIn) => standIn.commands)])) {
    const file = join(bin, command);
    writeFileSync(file, standInScript({ bash, command, variables }));
    chmodSync(file, 0o755);
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    // It has ended already; anything else would be a defect.
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}

/** Everything that a stream says, up to the limit, in order. */
function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on("data", (chunk: Buffer) => {
    if (size < OUTPUT_BYTES_MAX) chunks.push(chunk.subarray(0, OUTPUT_BYTES_MAX - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
