import type { ClusterView, OperationView } from "@muster/core";
import { duration } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";

export interface Progress {
  readonly operation: OperationView;
  /** Absent before the operation has taken its cluster, and after it was destroyed. */
  readonly cluster?: ClusterView | undefined;
  /** Ms since the operation was requested, on the cloud's own clock. */
  readonly elapsedMs: number;
  /** What the forecast said in all, ms; absent when there was none. */
  readonly expectedMs?: number | undefined;
}

/** The lines of the live view. */
export function progressLines(progress: Progress, terminal: Pick<Terminal, "isInteractive" | "columns">): string[] {
  const { bold, dim, cyan } = styles(terminal);
  const { operation, cluster, elapsedMs, expectedMs } = progress;
  const eta = expectedMs === undefined ? "" : dim(`  ETA ${duration(Math.max(0, expectedMs - elapsedMs))}`);
  const bar = progressBar(fractionDone(progress), BAR_WIDTH);
  return [
    `${bold(operation.cluster)}  ${operation.kind} ${operation.status}  ${bar}  ${duration(elapsedMs)}${eta}`,
    `  ${cyan(operation.step)}`,
    ...(cluster?.tiers ?? []).map((tier) => {
      const states = Object.entries(tier.states).map(([state, count]) => `${count} ${state}`);
      return `  ${tier.name.padEnd(10)} ${progressBar(tier.desired === 0 ? 1 : tierFraction(tier), BAR_WIDTH)}  ${tier.desired} wanted${states.length === 0 ? "" : `: ${states.join(", ")}`}`;
    }),
  ];
}

const BAR_WIDTH = 24;

// How far a node is when it is in that state: booting and joining take most of the time.
const STATE_FRACTIONS: Readonly<Record<string, number>> = {
  launching: 0.05,
  booting: 0.15,
  online: 0.5,
  active: 1,
  leaving: 0.5,
  lost: 0,
};

function tierFraction(tier: ClusterView["tiers"][number]): number {
  const done = Object.entries(tier.states).reduce(
    (sum, [state, count]) => sum + count * (STATE_FRACTIONS[state] ?? 0),
    0,
  );
  return Math.min(1, done / tier.desired);
}

/** Between 0 and 1: what the nodes say; when nothing is known of nodes, what the time says. */
export function fractionDone({ operation, cluster, elapsedMs, expectedMs }: Progress): number {
  if (operation.status === "succeeded") return 1;
  const byTime = expectedMs === undefined || expectedMs === 0 ? 0 : Math.min(0.95, elapsedMs / expectedMs);
  if (cluster === undefined) return byTime;
  const wanted = cluster.tiers.reduce((sum, tier) => sum + tier.desired, 0);
  const existing = cluster.tiers.reduce((sum, tier) => sum + Object.values(tier.states).reduce((a, b) => a + b, 0), 0);
  if (operation.kind === "destroy") return wanted === 0 ? byTime : Math.max(0, 1 - existing / wanted);
  const byNodes =
    wanted === 0 ? 1 : cluster.tiers.reduce((sum, tier) => sum + tierFraction(tier) * tier.desired, 0) / wanted;
  return Math.min(0.99, byNodes);
}

function progressBar(fraction: number, width: number): string {
  const filled = Math.round(fraction * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
}
