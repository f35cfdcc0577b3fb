import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fork, type Clock, type Random, type StandIn } from "@muster/core";
import type { Log, MusterFunction } from "@muster/lambda";
import {
  createCloud,
  createModelRuntime,
  generousQuotas,
  startShellRuntime,
  type AppliedQuota,
  type Cloud,
  type CloudOptions,
  type NodeRuntime,
  type ShellRuntime,
} from "@muster/local-cloud";
import { buildManifest, type Manifest } from "@muster/manifest";
import { productDocuments } from "@muster/products/documents";
import { createWekaStandIn, type WekaDials } from "@muster/products/stand-in";
import { functionHosts } from "./function-hosts.ts";
import { functions } from "./functions.ts";

export interface MusterOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** `model`: in memory, for virtual time. `shell`: real bash, in real or scaled time. */
  readonly nodes: "model" | "shell";
  readonly region?: string;
  readonly quotas?: readonly AppliedQuota[];
  readonly log?: (functionName: string) => Log;
  readonly weka?: Partial<WekaDials>;
  readonly cloud?: Pick<CloudOptions, "faults" | "ec2" | "ssm" | "events" | "lambda" | "world" | "observe">;
  /** Other functions than Muster's own: how the simulation plants a fault. */
  readonly functions?: readonly MusterFunction[];
  /** Changes the stack before it is loaded: how tests take a permission away. */
  readonly manifest?: (manifest: Manifest) => Manifest;
}

/** Muster, whole, in the embedded cloud: the same handlers, workflows, documents and permissions as on AWS. */
export interface Muster {
  readonly cloud: Cloud;
  readonly manifest: Manifest;
  readonly clock: Clock;
  /** Resolves when every script that runs in a node waits for the clock: part of a clock's drain. */
  readonly settled: () => Promise<void>;
  /** Kills what runs in nodes, and removes their folders. */
  readonly close: () => Promise<void>;
}

/** The embedded account. */
export const LOCAL_ACCOUNT = "000000000000";
export const LOCAL_STAGE = "local";
/** Name of the secret that examples use as the token for WEKA's downloads; the embedded cloud has it. */
export const LOCAL_TOKEN_SECRET = "weka/token";

/** Its value. Nothing outside of the embedded cloud takes it. */
export const LOCAL_TOKEN = "token-of-the-embedded-cloud";

export async function createMuster(options: MusterOptions): Promise<Muster> {
  const { clock, random } = options;
  const place = { stage: LOCAL_STAGE, region: options.region ?? "us-east-1", account: LOCAL_ACCOUNT };
  const built = buildManifest(
    place,
    productDocuments().map(({ name, content }) => ({ name, content: { ...content } })),
  );
  const manifest = options.manifest?.(built) ?? built;
  const nodes = nodesFor(options);
  const cloud = await createCloud({
    ...options.cloud,
    clock,
    random: fork(random),
    manifest,
    definitions: machineDefinitions(),
    functions: (connection) =>
      functionHosts(manifest, options.functions ?? functions, connection, options.log ?? (() => silent)),
    standIns: [
      (standIn) => createWekaStandIn({ ...standIn, ...(options.weka === undefined ? {} : { dials: options.weka }) }),
    ],
    runtime: nodes.make,
    quotas: options.quotas ?? generousQuotas,
  });
  await storeToken(cloud);
  return { cloud, manifest, clock, settled: nodes.settled, close: nodes.close };
}

/** The workflows' definitions, by folder. */
export function machineDefinitions(): Record<string, string> {
  const folder = fileURLToPath(new URL("../../../../statemachines/", import.meta.url));
  const files = globSync("*/machine.asl.json", { cwd: folder });
  return Object.fromEntries(files.map((file) => [dirname(file), readFileSync(join(folder, file), "utf8")]));
}

function nodesFor({ clock, random, nodes }: MusterOptions) {
  let shell: ShellRuntime | undefined;
  return {
    make: async (standIns: readonly StandIn[]): Promise<NodeRuntime> => {
      if (nodes === "model") return createModelRuntime({ clock, standIns });
      shell = await startShellRuntime({ clock, random: fork(random), standIns, path: process.env["PATH"] ?? "" });
      return shell;
    },
    settled: async () => shell?.settled(),
    close: async () => shell?.close(),
  };
}

/** What a user stores before the first deployment: the token for the product's downloads, readable by nodes. */
async function storeToken(cloud: Cloud): Promise<void> {
  const input = {
    Name: LOCAL_TOKEN_SECRET,
    SecretString: LOCAL_TOKEN,
    Tags: [{ Key: "muster:readable-by", Value: "nodes" }],
  };
  await cloud.load("secretsmanager", "CreateSecret", input);
}

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
