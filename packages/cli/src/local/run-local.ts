import type { ClusterView, ForecastView, OperationView } from "@muster/core";
import type { Api } from "../api/api.ts";
import { DEFAULT_API, DEFAULT_AWS, EXIT, type ExitCode, type Host } from "../command.ts";
import { CliError } from "../errors/cli-error.ts";
import { stackOf } from "../errors/stack.ts";
import { forecastText } from "../terminal/forecast-text.ts";
import { writeJson } from "../terminal/json.ts";
import { summaryText } from "../terminal/summary-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { clusterOf, watchOperation } from "../watch-operation.ts";
import { measure } from "./measure.ts";
import { startLocalCloud, type LocalCloud, type LocalCloudOptions } from "./start-local-cloud.ts";

export interface RunLocalOptions extends Host {
  readonly terminal: Terminal;
  readonly cloud: Omit<LocalCloudOptions, "onProblem">;
  readonly spec: unknown;
  /** Until Ctrl-C; otherwise it ends with the deployment. */
  readonly staysUp: boolean;
}

/**
 * Starts the embedded cloud and deploys a cluster in it; answers whether it became ready.
 * @throws {CliError} PortUnavailable; Interrupted, at Ctrl-C before the end of the deployment
 */
export async function runLocal(options: RunLocalOptions): Promise<ExitCode> {
  const { terminal, staysUp } = options;
  // Before anything is there: from here on Ctrl-C puts away what was made.
  const signal = options.interruption();
  const say = (text: string) => {
    if (!terminal.json) terminal.err(text);
  };
  const onProblem = (problem: unknown) => terminal.err(`embedded cloud: ${stackOf(problem)}\n`);
  const startedAt = performance.now();
  const local = await startLocalCloud({ ...options.cloud, onProblem });
  try {
    const { awsUrl, apiUrl } = local.servers;
    say(`embedded cloud: AWS protocols at ${awsUrl}\n                Muster's API at ${apiUrl}\n\n`);
    const deployed = await deploy(options, options.connect(apiUrl));
    show(deployed, local, { terminal, staysUp, realMs: performance.now() - startedAt });
    if (staysUp) {
      say("The embedded cloud stays up until Ctrl-C.\n");
      await aborted(signal);
    }
    return deployed.operation.status === "succeeded" ? EXIT.done : EXIT.failed;
  } catch (error) {
    throw error instanceof CliError && error.code === "Interrupted" ? stopped(error) : error;
  } finally {
    await local.close();
  }
}

interface Deployed {
  readonly forecast: ForecastView;
  readonly operation: OperationView;
  readonly cluster: ClusterView | undefined;
}

async function deploy({ spec, terminal, pause, interruption }: RunLocalOptions, api: Api): Promise<Deployed> {
  const forecast = await api.plan(spec);
  if (!terminal.json) terminal.out(`${forecastText(forecast, terminal)}\n`);
  const { id: operationId } = await api.deploy(spec);
  const operation = await watchOperation({
    api,
    terminal,
    pause,
    interruption,
    operationId,
    expectedMs: forecast.minutes * 60_000,
    lookEveryMs: LOOK_EVERY_MS,
  });
  return { forecast, operation, cluster: (await clusterOf(api, operation.cluster)).cluster };
}

/** Real ms: at sixty cloud seconds in a real one, a second would be too long. */
const LOOK_EVERY_MS = 200;

function show(
  { forecast, operation, cluster }: Deployed,
  { muster, servers }: LocalCloud,
  { terminal, staysUp, realMs }: { terminal: Terminal; staysUp: boolean; realMs: number },
): void {
  const endedAt = operation.endedAt === undefined ? undefined : Date.parse(operation.endedAt);
  const measured = measure(muster, Date.parse(operation.requestedAt), endedAt);
  if (!terminal.json) {
    // What to try next is tried with a cloud that is there: this one, or the next one on its usual ports.
    const urls = staysUp ? servers : USUAL_URLS;
    const text = { forecast, operation, cluster, measured, staysUp, ...urls, realMs };
    terminal.out(summaryText(text, terminal));
    return;
  }
  const tiers = cluster?.tiers.map(({ name, desired, active }) => ({ name, desired, active })) ?? [];
  writeJson(terminal, {
    cluster: { name: operation.cluster, status: cluster?.status ?? operation.status, tiers },
    operation,
    findings: operation.findings.length > 0 ? operation.findings : forecast.findings,
    measured,
  });
}

const USUAL_URLS = { awsUrl: DEFAULT_AWS, apiUrl: DEFAULT_API };

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Here the operation does not go on: its cloud is gone. */
function stopped(cause: CliError): CliError {
  return new CliError("Interrupted", {
    what: "The deployment was stopped in the middle, and the embedded cloud is gone.",
    why: cause.why,
    remedy: "Start again: npm start.",
    cause,
  });
}
