import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  seededRandom,
  VirtualClock,
  type ClusterSpec,
  type CommandCall,
  type HookContext,
  type HookMember,
  type NodeMachine,
  type StandIn,
} from "@muster/core";
import { createModelRuntime } from "../../packages/local-cloud/src/nodes/model-runtime.ts";
import type { NodeRuntime, NodeStep, NodeStepResult } from "../../packages/local-cloud/src/nodes/node-runtime.ts";
import { startShellRuntime, type ShellRuntime } from "../../packages/local-cloud/src/nodes/shell-runtime.ts";
import { productDocuments } from "../../packages/products/src/documents.ts";
import { createWekaStandIn, type WekaDials } from "../../packages/products/src/stand-in.ts";
import { weka } from "../../packages/products/src/weka/weka.ts";

/** What the contract is held by: nodes of a WEKA cluster on one of the two runtimes, in virtual time. */
export type RuntimeKind = "shell" | "model";

export const TOKEN = "token-0123456789";
const ADMIN_SECRET = "muster/demo/admin-password";
export const PASSWORD = "Aa1-0123456789abcdefghij";
export const RELEASES = { legacy: "5.1.31", six: "6.0.0" } as const;

export interface NodesOptions {
  readonly kind: RuntimeKind;
  readonly release: string;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly tiers?: ClusterSpec["tiers"];
  readonly deployment?: string;
  readonly dials?: Partial<WekaDials>;
}

/** Where a step is killed: at its command of that number, before it does anything or once it has done its work. */
export interface KillPoint {
  readonly at: number;
  readonly when: "before" | "after";
}

export async function makeNodes(options: NodesOptions): Promise<Nodes> {
  const settle = { drain: turn };
  const clock = new VirtualClock({ startAt: START_AT, drain: () => settle.drain() });
  const model = createWekaStandIn({
    clock,
    random: seededRandom(7),
    readSecret: (request) => Promise.resolve(readSecret(request.secretId)),
    tokens: [TOKEN],
    ...(options.dials === undefined ? {} : { dials: options.dials }),
  });
  const watched = watch(model);
  if (options.kind === "model") {
    const runtime = createModelRuntime({ clock, standIns: [watched.standIn] });
    return new Nodes({ clock, model, runtime, watched, settle, options });
  }
  const path = process.env["PATH"] ?? "";
  const shell = await startShellRuntime({ clock, random: seededRandom(11), standIns: [watched.standIn], path });
  settle.drain = () => shell.settled();
  return new Nodes({ clock, model, runtime: shell, watched, settle, shell, options });
}

/** 2026-03-02T09:00:00Z. */
const START_AT = 1_772_442_000_000;

export class Nodes {
  readonly clock: VirtualClock;
  readonly model: ReturnType<typeof createWekaStandIn>;
  readonly spec: ClusterSpec;
  readonly journal: JournalEntry[];
  readonly #runtime: NodeRuntime;
  readonly #settle: { drain: () => Promise<void> };
  #shell: ShellRuntime | undefined;
  readonly #watched: Watched;
  readonly #members: { member: HookMember; machine: NodeMachine }[] = [];
  #born = 0;

  constructor(made: {
    clock: VirtualClock;
    model: ReturnType<typeof createWekaStandIn>;
    runtime: NodeRuntime;
    watched: Watched;
    settle: { drain: () => Promise<void> };
    shell?: ShellRuntime;
    options: NodesOptions;
  }) {
    this.clock = made.clock;
    this.model = made.model;
    this.#settle = made.settle;
    this.#shell = made.shell;
    this.#runtime = made.runtime;
    this.#watched = made.watched;
    this.journal = made.watched.journal;
    this.spec = specOf(made.options);
  }

  async close(): Promise<void> {
    await this.#shell?.close();
  }

  /** Where a node's files are, in shell mode. */
  folderOf(instanceId: string): string {
    if (this.#shell === undefined) throw new Error("nodes in model mode have no folders");
    return this.#shell.folderOf(instanceId);
  }

  /** Ids of the living nodes of a tier. */
  ids(tier: string): readonly string[] {
    return this.#members.filter(({ member }) => member.tier === tier).map(({ member }) => member.instanceId);
  }

  /** Starts nodes of a tier, as many as the spec says unless told otherwise. */
  boot(tier: string, count = this.spec.tiers[tier]?.count ?? 0, address?: string): readonly string[] {
    const shape = this.#blueprint().tiers.find(({ name }) => name === tier)?.shapes[0];
    if (shape === undefined) throw new Error(`the spec has no tier ${tier}`);
    return Array.from({ length: count }, () => {
      const machine = machineOf(++this.#born, { ...shape, tier, ...(address === undefined ? {} : { address }) });
      this.#runtime.boot(machine);
      const { instanceId, privateIp } = machine;
      this.#members.push({ member: { tier, instanceId, privateIp, isMember: false }, machine });
      return instanceId;
    });
  }

  /** An instance dies, with everything on it. */
  halt(instanceId: string): void {
    const index = this.#members.findIndex(({ member }) => member.instanceId === instanceId);
    this.#members.splice(index, 1);
    this.#runtime.halt(instanceId);
  }

  /** Marks them as members from before, as the next operation sees them. */
  admit(ids: readonly string[]): void {
    for (const entry of this.#members) {
      if (ids.includes(entry.member.instanceId)) entry.member = { ...entry.member, isMember: true };
    }
  }

  addressOf(instanceId: string): string {
    return this.#members.find(({ member }) => member.instanceId === instanceId)?.member.privateIp ?? "";
  }

  /** Runs a hook on nodes at the same time, and waits for all of them. */
  async run(hook: keyof typeof weka.hooks, ids: readonly string[], kill?: KillPoint): Promise<NodeStepResult[]> {
    return this.clock.run(Promise.all(ids.map((id) => this.start(hook, id, kill))));
  }

  /**
   * Runs a hook's script on one node of a cluster in model mode: of thousands of nodes, or of a few that took seconds less
   * to make, one is real bash.
   */
  async runInShell(hook: keyof typeof weka.hooks, instanceId: string): Promise<NodeStepResult> {
    const shell = (this.#shell ??= await this.#startShell());
    const machine = this.#members.find(({ member }) => member.instanceId === instanceId)?.machine;
    if (machine === undefined) throw new Error(`${instanceId} is no node of the cluster`);
    shell.boot(machine);
    // What prepare leaves on a node.
    const kept = join(shell.folderOf(instanceId), "root", "var", "lib", "muster");
    mkdirSync(kept, { recursive: true });
    writeFileSync(
      join(kept, "weka-nics"),
      machine.interfaces
        .slice(1)
        .map((_, index) => `ens${index + 6}\n`)
        .join(""),
    );
    writeFileSync(join(kept, "weka-disks"), machine.disks.map(({ path }) => `${path}\n`).join(""));
    return this.clock.run(shell.run(this.#step(hook, instanceId)));
  }

  async #startShell(): Promise<ShellRuntime> {
    // The model knows every node already; only its folder is new.
    const standIn: StandIn = { ...this.#watched.standIn, boot: () => {}, halt: () => {} };
    const path = process.env["PATH"] ?? "";
    const shell = await startShellRuntime({ clock: this.clock, random: seededRandom(11), standIns: [standIn], path });
    this.#settle.drain = () => shell.settled();
    return shell;
  }

  /** Starts a hook on one node: time must be moved for it. */
  async start(
    hook: string,
    instanceId: string,
    kill?: KillPoint,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<NodeStepResult> {
    const killer = new AbortController();
    this.#watched.killAt(instanceId, kill === undefined ? undefined : { ...kill, kill: () => killer.abort() });
    const step = this.#step(hook, instanceId);
    return this.#runtime.run({
      ...step,
      environment: { ...step.environment, ...environment },
      signal: killer.signal,
    });
  }

  #step(hook: string, instanceId: string): NodeStep {
    const definition = weka.hooks[hook];
    const document = productDocuments().find(({ name }) => name === definition?.document);
    if (definition === undefined || document === undefined) throw new Error(`there is no hook ${hook}`);
    const [step] = document.content.mainSteps;
    const parameters = Object.entries(definition.parameters(this.context(instanceId)));
    return {
      instanceId,
      documentName: `muster-test-${document.name}`,
      stepName: step?.name ?? "",
      script: step?.inputs.runCommand.join("\n") ?? "",
      environment: Object.fromEntries(parameters.map(([name, value]) => [`SSM_${name}`, value])),
      signal: new AbortController().signal,
    };
  }

  context(instanceId: string): HookContext {
    const blueprint = this.#blueprint();
    const tierName = this.#members.find(({ member }) => member.instanceId === instanceId)?.member.tier;
    const tier = blueprint.tiers.find(({ name }) => name === tierName);
    const shape = tier?.shapes[0];
    if (tier === undefined || shape === undefined) throw new Error(`${instanceId} is no node of the cluster`);
    const members = this.#members.map(({ member }) => member);
    return {
      cluster: "demo",
      spec: this.spec,
      blueprint,
      tier,
      shape,
      members,
      region: "us-east-1",
      secretNames: { "admin-password": ADMIN_SECRET },
    };
  }

  #blueprint() {
    return weka.blueprint(this.spec);
  }
}

export interface JournalEntry {
  readonly instanceId: string;
  readonly command: string;
}

interface Watched {
  readonly standIn: StandIn;
  readonly journal: JournalEntry[];
  killAt(instanceId: string, point: (KillPoint & { kill: () => void }) | undefined): void;
}

/** Writes down what nodes run, and kills them where it is told to. */
function watch(inner: StandIn): Watched {
  const journal: JournalEntry[] = [];
  const points = new Map<string, KillPoint & { kill: () => void; count: number }>();
  const run = async (call: CommandCall) => {
    journal.push({ instanceId: call.instanceId, command: shown(call) });
    const point = points.get(call.instanceId);
    if (point !== undefined && ++point.count === point.at) {
      if (point.when === "before") point.kill();
      const result = await inner.run(call);
      point.kill();
      return result;
    }
    return inner.run(call);
  };
  return {
    journal,
    standIn: { ...inner, run },
    killAt(instanceId, point) {
      if (point === undefined) points.delete(instanceId);
      else points.set(instanceId, { ...point, count: 0 });
    },
  };
}

function shown({ argv, environment }: CommandCall): string {
  const root = environment["MUSTER_ROOT"];
  const host = environment["WEKA_HOST"];
  const line = argv.join(" ");
  return `${host === undefined ? "" : `${host}> `}${root === undefined ? line : line.replaceAll(`${root}/`, "/")}`;
}

function readSecret(id: string) {
  if (id === "weka/token") return { value: TOKEN };
  if (id === ADMIN_SECRET) return { value: PASSWORD };
  return {
    error: { code: "ResourceNotFoundException", message: "Secrets Manager can't find the specified secret." },
  };
}

function specOf({ release, spec, tiers, deployment = "client-backend" }: NodesOptions): ClusterSpec {
  const data = deployment === "converged" ? "converged" : "backend";
  return {
    apiVersion: "muster/v1",
    name: "demo",
    product: "weka",
    deployment,
    network: { subnets: ["subnet-00000001"], securityGroups: ["sg-00000001"] },
    tiers: {
      [data]: { count: 6, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" },
      client: { count: 2, instanceTypes: ["c5.2xlarge"], purchase: "on-demand" },
      ...tiers,
    },
    tags: {},
    keepOnFailure: false,
    weka: { version: release, tokenSecret: "weka/token", ...spec },
  };
}

function machineOf(
  number: number,
  shape: ReturnType<typeof weka.blueprint>["tiers"][number]["shapes"][number] & { tier: string; address?: string },
): NodeMachine {
  const id = number.toString(16).padStart(8, "0");
  const privateIp = shape.address ?? `10.0.${Math.floor(number / 200)}.${(number % 200) + 10}`;
  const firstDisk = shape.volumes.length + 1;
  return {
    instanceId: `i-0${id}00000000`,
    instanceType: shape.instanceType,
    region: "us-east-1",
    availabilityZone: "us-east-1a",
    privateIp,
    hostname: `ip-${privateIp.replaceAll(".", "-")}`,
    interfaces: Array.from({ length: shape.interfaces }, (_, deviceIndex) => ({
      interfaceId: `eni-${id}${deviceIndex}`,
      deviceIndex,
      privateIp: deviceIndex === 0 ? privateIp : `10.1.${deviceIndex}.${number % 250}`,
      mac: `02:00:00:${id.slice(2, 4)}:${id.slice(6, 8)}:${deviceIndex.toString(16).padStart(2, "0")}`,
    })),
    volumes: shape.volumes.map((volume, index) => ({ ...volume, volumeId: `vol-${id}${index}` })),
    disks: Array.from({ length: shape.instanceStoreDisks }, (_, index) => ({
      path: `/dev/nvme${firstDisk + index}n1`,
      sizeGb: 2_500,
    })),
    tags: { "muster:cluster": "demo", "muster:tier": shape.tier },
    roleArn: "arn:aws:iam::123456789012:role/muster-node",
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
