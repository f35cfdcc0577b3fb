import { isEnded, type ClusterView, type NodeView, type OperationView } from "@muster/core";
import { ApiError } from "./api/api-error.ts";
import type { Api } from "./api/api.ts";
import type { Host } from "./command.ts";
import { CliError } from "./errors/cli-error.ts";
import { liveScreen } from "./terminal/live-screen.ts";
import { NODES_SHOWN_MAX, type Progress } from "./terminal/progress-text.ts";
import type { Terminal } from "./terminal/terminal.ts";

export interface WatchOptions extends Pick<Host, "pause" | "interruption"> {
  readonly api: Api;
  readonly terminal: Terminal;
  readonly operationId: string;
  /** What the forecast said in all, ms. */
  readonly expectedMs?: number;
  /** Real ms between two looks. */
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
/** Looks in a row that may fail: an operation outlives the API's bad minute, and so does who watches it. */
const FAILURES_MAX = 5;

/**
 * Shows an operation until it has ended; answers how it ended.
 * @throws {CliError} Interrupted, at Ctrl-C: the operation goes on
 */
export async function watchOperation(options: WatchOptions): Promise<OperationView> {
  const { terminal, operationId, expectedMs, lookEveryMs = LOOK_EVERY_MS } = options;
  const signal = options.interruption();
  const screen = liveScreen(terminal);
  let failures = 0;
  while (!signal.aborted) {
    try {
      const seen = await look(options);
      failures = 0;
      screen.show({ ...seen, expectedMs });
      if (isEnded(seen.operation)) return seen.operation;
    } catch (error) {
      if (!isPassing(error) || ++failures > FAILURES_MAX) throw error;
    }
    await options.pause(lookEveryMs, signal);
  }
  throw new CliError("Interrupted", {
    what: `Nobody watches operation ${operationId} any more; it goes on.`,
    why: "You pressed Ctrl-C, or something ended this command.",
    remedy: `See how it stands (muster operation get ${operationId}), or cancel it (muster operation cancel ${operationId}).`,
  });
}

async function look({ api, operationId }: WatchOptions): Promise<Progress> {
  const operation = await api.operation(operationId);
  const { cluster, nodes } = await clusterOf(api, operation.cluster);
  const endedAt = operation.endedAt === undefined ? api.now() : Date.parse(operation.endedAt);
  return { operation, cluster, nodes, elapsedMs: Math.max(0, endedAt - Date.parse(operation.requestedAt)) };
}

/** The same look may go well a moment later. */
function isPassing(error: unknown): boolean {
  if (error instanceof CliError) return error.code === "ApiUnreachable" || error.code === "ApiFailed";
  return error instanceof ApiError && error.status >= 500;
}

/** The cluster as it stands, if there is one: an operation may not have taken it yet, or has destroyed it. */
export async function clusterOf(
  api: Api,
  name: string,
): Promise<{ readonly cluster: ClusterView | undefined; readonly nodes: readonly NodeView[] }> {
  try {
    const cluster = await api.cluster(name);
    const count = cluster.tiers.flatMap((tier) => Object.values(tier.states)).reduce((a, b) => a + b, 0);
    return { cluster, nodes: count > NODES_SHOWN_MAX ? [] : await api.nodes(name) };
  } catch (error) {
    if (error instanceof ApiError && error.code === "ClusterNotFound") return { cluster: undefined, nodes: [] };
    throw error;
  }
}
