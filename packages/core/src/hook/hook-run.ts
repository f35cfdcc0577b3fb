import type { Change } from "../ports/cluster-store.ts";

/** One hook on one tier in one operation: what was sent, and how often. */
export interface HookRun {
  readonly cluster: string;
  readonly tier: string;
  readonly hook: string;
  readonly operationId: string;
  /** From 1. */
  readonly attempt: number;
  /**
   * `sending`: the row is written, SSM may or may not have been asked. SendCommand knows no client token, so a
   * repetition first looks for a command with this run's comment. `failed`: on at least one node; another attempt may follow.
   */
  readonly state: "sending" | "sent" | "failed" | "done";
  readonly commandIds: readonly string[];
  /** Node names that this attempt is for. Absent: every node of the operation in that tier. */
  readonly nodes?: readonly string[] | undefined;
  /** Epoch ms. */
  readonly sentAt: number;
}

/** Forgets runs: what they did is judged anew by what comes. */
export function dropRuns(runs: readonly HookRun[]): Change[] {
  return runs.map(({ tier, hook }) => ({ drop: "hook-run", tier, hook }));
}

/**
 * SSM's Comment of a run's commands (100 characters at most): how a repetition recognises them. The second in which it
 * began tells a run from one before it in the same operation: attempts are counted anew when a tier is whole.
 */
export function hookComment(run: Pick<HookRun, "operationId" | "tier" | "hook" | "attempt" | "sentAt">): string {
  // An operation id has at most OPERATION_ID_CHARACTERS_MAX (72); tier and hook names are the products' own short words.
  return `${run.hook} ${run.tier} ${run.attempt} ${run.operationId} ${Math.floor(run.sentAt / 1000).toString(36)}`;
}
