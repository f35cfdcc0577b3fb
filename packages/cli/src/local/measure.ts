import type { Muster } from "./create-muster.ts";

/** What everything so far asked of AWS. */
export interface Measured {
  /** By Muster's functions, workflows and nodes, in all; not the user's own. */
  readonly calls: number;
  readonly callsByOperation: Readonly<Record<string, number>>;
  readonly stateTransitions: number;
  /** Of the execution with the most. */
  readonly historyEventsMax: number;
  readonly largestPayloadBytes: number;
  readonly lambdaInvocations: number;
  readonly lambdaGbSeconds: number;
  readonly simulatedSeconds: number;
}

/** `startedAt` and `endedAt`: epoch ms on the cloud's clock between which time is counted. */
export function measure(
  { cloud, manifest, clock }: Muster,
  startedAt: number,
  endedAt: number = clock.now(),
): Measured {
  const rows = cloud.meter.rows().filter((row) => isOurs(row.by));
  const callsByOperation: Record<string, number> = {};
  for (const { service, operation, calls } of rows) {
    const key = `${service}:${operation}`;
    callsByOperation[key] = (callsByOperation[key] ?? 0) + calls;
  }
  const states = cloud.states.inspect();
  const usage = [...cloud.lambda.usage()].filter(([name]) => !isRead(name));
  const memory = new Map(manifest.functions.map((f) => [f.functionName, f.memoryMb]));
  return {
    calls: rows.reduce((sum, row) => sum + row.calls, 0),
    callsByOperation: Object.fromEntries(Object.entries(callsByOperation).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    stateTransitions: states.transitions,
    historyEventsMax: Math.max(0, ...states.executions.map((execution) => execution.historyEvents)),
    largestPayloadBytes: states.largestPayloadBytes,
    lambdaInvocations: usage.reduce((sum, [, used]) => sum + used.runs, 0),
    lambdaGbSeconds: round(
      usage.reduce((sum, [name, used]) => sum + (used.billedMs / 1000) * ((memory.get(name) ?? 0) / 1024), 0),
    ),
    simulatedSeconds: Math.round((endedAt - startedAt) / 1000),
  };
}

// Whoever watches reads the API again and again: that is not what a deployment costs.
function isOurs(by: string): boolean {
  return by !== "user" && by !== "aws" && !isRead(by) && !by.endsWith("-plan-cluster");
}

function isRead(name: string): boolean {
  return name.endsWith("-read-cluster");
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
