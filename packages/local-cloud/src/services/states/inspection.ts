import type { ExecutionStatus } from "@muster/asl";
import type { ExecutionStore } from "./executions/execution-store.ts";

/** What executions have used. */
export interface StatesInspection {
  /** States entered by all executions: what AWS bills. */
  readonly transitions: number;
  /** The largest input, output or task payload of all executions, bytes as UTF-8. */
  readonly largestPayloadBytes: number;
  /** Each execution, oldest first. */
  readonly executions: readonly ExecutionUsage[];
}

export interface ExecutionUsage {
  readonly arn: string;
  readonly status: ExecutionStatus;
  /** Epoch ms; absent while it runs. */
  readonly stoppedAt?: number | undefined;
  readonly transitions: number;
  readonly historyEvents: number;
  readonly largestPayloadBytes: number;
}

export function inspect(executions: ExecutionStore): StatesInspection {
  const used = executions.all.map(({ arn, execution }) => ({
    arn,
    status: execution.status,
    stoppedAt: execution.stoppedAt,
    transitions: execution.transitions,
    historyEvents: execution.history.length,
    largestPayloadBytes: execution.largestPayloadBytes,
  }));
  return {
    transitions: used.reduce((sum, { transitions }) => sum + transitions, 0),
    largestPayloadBytes: used.reduce((largest, usage) => Math.max(largest, usage.largestPayloadBytes), 0),
    executions: used,
  };
}
