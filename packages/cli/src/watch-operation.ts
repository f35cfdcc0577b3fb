import type { ClusterView, OperationView } from "@muster/core";
import { ApiError, type Api } from "./api/api.ts";
import { EXIT } from "./command.ts";
import { progressLines } from "./terminal/progress-text.ts";
import { rewind, styles, type Terminal } from "./terminal/terminal.ts";

export interface WatchOptions {
  readonly api: Api;
  readonly terminal: Terminal;
  readonly operationId: string;
  readonly expectedMs?: number | undefined;
  /** Waits between two looks. */
  readonly pause: () => Promise<void>;
}

/** Shows an operation until it has ended; answers how it ended. */
export async function watchOperation(options: WatchOptions): Promise<OperationView> {
  const { api, terminal, operationId, expectedMs } = options;
  const screen = liveScreen(terminal);
  for (;;) {
    const { value: operation, now } = await api.at(() => api.operation(operationId));
    const cluster = await clusterOf(api, operation);
    const elapsedMs =
      (operation.endedAt === undefined ? now : Date.parse(operation.endedAt)) - Date.parse(operation.requestedAt);
    screen.show(progressLines({ operation, cluster, elapsedMs, expectedMs }, terminal), operation.step);
    if (operation.status !== "requested" && operation.status !== "running") return operation;
    await options.pause();
  }
}

/** Says how an operation ended; answers the exit code. */
export function concludeOperation(operation: OperationView, terminal: Terminal): number {
  const { green, red } = styles(terminal);
  if (terminal.json) {
    terminal.out(`${JSON.stringify(operation, undefined, 2)}\n`);
  } else if (operation.failure !== undefined) {
    terminal.err(
      `${red("error:")} ${operation.failure.what}\n  why: ${operation.failure.why}\n  do:  ${operation.failure.remedy}\n`,
    );
  } else {
    terminal.out(`${green("done:")} ${operation.kind} of ${operation.cluster} ${operation.status}\n`);
  }
  return operation.status === "succeeded" ? EXIT.done : EXIT.failed;
}

async function clusterOf(api: Api, operation: OperationView): Promise<ClusterView | undefined> {
  try {
    return await api.cluster(operation.cluster);
  } catch (error) {
    // Not taken yet, or destroyed: the operation itself says which.
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** On a terminal the lines are drawn in place; elsewhere only a new step is a new line. */
function liveScreen(terminal: Terminal) {
  let drawn = 0;
  let lastStep = "";
  return {
    show(lines: readonly string[], step: string): void {
      if (terminal.json) return;
      if (terminal.isInteractive) {
        terminal.err(rewind(drawn) + lines.map((line) => `${line}\n`).join(""));
        drawn = lines.length;
      } else if (step !== lastStep) {
        terminal.err(`${lines[0]?.replace(/[█░]+ +/, "") ?? ""}  ${step}\n`);
      }
      lastStep = step;
    },
  };
}
