import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ClusterView, ForecastView, OperationView } from "@muster/core";
import { ApiError, httpApi, type Api } from "../../api/api.ts";
import { EXIT, type Command, type CommandInvocation } from "../../command.ts";
import { measure } from "../../local/measure.ts";
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from "../../local/start-local-cloud.ts";
import { numberOption } from "../../parse-command-line.ts";
import { readSpecFile } from "../../spec-file.ts";
import { UsageError } from "../../terminal/errors.ts";
import { forecastText } from "../../terminal/forecast-text.ts";
import { summaryText } from "../../terminal/summary-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { watchOperation } from "../../watch-operation.ts";

export const localStart: Command = {
  name: "local start",
  summary: "Start the embedded cloud and deploy a cluster in it; no AWS account",
  arguments: [],
  options: {
    spec: { type: "string", value: "FILE", description: "Spec to deploy (default: examples/weka-client-backend.yaml)" },
    exit: { type: "boolean", description: "End after the deployment: 0 ready, 1 refused or failed" },
    port: { type: "string", value: "PORT", description: "AWS protocols, on this machine only", default: "4566" },
    "api-port": { type: "string", value: "PORT", description: "Muster's API, on this machine only", default: "4700" },
    region: { type: "string", value: "REGION", description: "Region that the cloud says it is", default: "us-east-1" },
    // The example's ten minutes pass in about ten seconds, besides what its shell scripts take to run.
    speed: {
      type: "string",
      value: "N",
      description: "Cloud seconds in one real second; 1 is real time",
      default: "60",
    },
    nodes: {
      type: "string",
      value: "MODE",
      description: "shell: hooks run in real bash; model: in memory",
      default: "shell",
    },
  },
  run: async (invocation) => {
    const { options, terminal } = invocation;
    const startedAt = performance.now();
    const spec = await readSpecFile(typeof options["spec"] === "string" ? options["spec"] : DEFAULT_SPEC);
    const local = await startLocalCloud(readOptions(invocation));
    try {
      if (!terminal.json)
        terminal.err(
          `embedded cloud: AWS protocols at ${local.servers.awsUrl}, Muster's API at ${local.servers.apiUrl}\n\n`,
        );
      const deployed = await deploy(spec, httpApi(local.servers.apiUrl), terminal);
      show(deployed, local, terminal, performance.now() - startedAt);
      if (options["exit"] !== true) {
        if (!terminal.json) terminal.err("The embedded cloud stays up until Ctrl-C.\n");
        await interrupted();
      }
      return deployed.operation.status === "succeeded" ? EXIT.done : EXIT.failed;
    } finally {
      await local.close();
    }
  },
};

const DEFAULT_SPEC = fileURLToPath(new URL("../../../../../examples/weka-client-backend.yaml", import.meta.url));

interface Deployed {
  readonly forecast: ForecastView;
  readonly operation: OperationView;
  readonly cluster: ClusterView | undefined;
}

async function deploy(spec: unknown, api: Api, terminal: Terminal): Promise<Deployed> {
  const forecast = await api.plan(spec);
  if (!terminal.json) terminal.out(`${forecastText(forecast, terminal)}\n`);
  const started = await api.deploy(spec);
  const operation = await watchOperation({
    api,
    terminal,
    operationId: started.id,
    expectedMs: forecast.minutes * 60_000,
    pause: () => pause(LOOK_EVERY_MS),
  });
  return { forecast, operation, cluster: await clusterOf(api, operation.cluster) };
}

const LOOK_EVERY_MS = 200;

async function clusterOf(api: Api, name: string): Promise<ClusterView | undefined> {
  try {
    return await api.cluster(name);
  } catch (error) {
    // Refused before it was made.
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function show(
  { forecast, operation, cluster }: Deployed,
  { muster, servers }: LocalCloud,
  terminal: Terminal,
  realMs: number,
): void {
  const measured = measure(muster, Date.parse(operation.requestedAt));
  if (!terminal.json) {
    terminal.out(summaryText({ forecast, operation, cluster, measured, awsUrl: servers.awsUrl, realMs }, terminal));
    return;
  }
  const tiers = cluster?.tiers.map(({ name, desired, active }) => ({ name, desired, active })) ?? [];
  const body = {
    cluster: { name: operation.cluster, status: cluster?.status ?? operation.status, tiers },
    operation,
    findings: operation.findings.length > 0 ? operation.findings : forecast.findings,
    measured,
  };
  terminal.out(`${JSON.stringify(body, undefined, 2)}\n`);
}

function readOptions({ options, terminal }: CommandInvocation): LocalCloudOptions {
  const { nodes, region } = options;
  if (nodes !== "shell" && nodes !== "model") throw new UsageError(`--nodes is shell or model, not ${String(nodes)}.`);
  if (typeof region !== "string" || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new UsageError(`--region takes a region such as eu-west-1, not ${String(region)}.`);
  const port = { min: 0, max: 65_535 };
  return {
    nodes,
    region,
    port: numberOption("port", options["port"], port) ?? 0,
    apiPort: numberOption("api-port", options["api-port"], port) ?? 0,
    speed: numberOption("speed", options["speed"], { min: 0.1, max: 10_000 }) ?? 1,
    onProblem: (problem) =>
      terminal.err(
        `embedded cloud: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}\n`,
      ),
  };
}

/** Resolves at the first Ctrl-C, or when someone else ends this process. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve());
    process.once("SIGTERM", () => resolve());
  });
}
