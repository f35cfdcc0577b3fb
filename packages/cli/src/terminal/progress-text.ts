import type { ClusterView, NodeView, OperationView } from "@muster/core";
import { duration } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";
import { clip } from "./wrap.ts";

/** What one look at an operation has found. */
export interface Progress {
  readonly operation: OperationView;
  /** Absent before the operation has taken its cluster, and after it was destroyed. */
  readonly cluster?: ClusterView | undefined;
  /** Of the cluster; empty where there are too many to show one by one. */
  readonly nodes: readonly NodeView[];
  /** Ms since the operation was requested, on the cloud's own clock. */
  readonly elapsedMs: number;
  /** What the forecast said in all, ms; absent when there was none. */
  readonly expectedMs?: number | undefined;
}

/** More nodes than this are shown as numbers only. */
export const NODES_SHOWN_MAX = 24;

/** The lines of the live view. None is wider than the terminal: it could not be drawn over. */
export function progressLines(progress: Progress, terminal: Pick<Terminal, "hasColor" | "columns">): string[] {
  const { bold, dim, cyan } = styles(terminal);
  const { operation, cluster } = progress;
  const width = terminal.columns();
  const barWidth = Math.min(BAR_WIDTH_MAX, Math.floor(width / 4));
  const fraction = fractionDone(progress);
  return [
    `${bold(operation.cluster)}  ${operation.kind} ${operation.status}  ${progressBar(fraction, barWidth)}  ${percent(fraction)}`,
    `  ${timeText(progress)}`,
    `  ${cyan(operation.step)}`,
    ...(cluster?.tiers ?? []).map((tier) => tierLine(tier, barWidth)),
    ...nodeLines(progress.nodes, width).map(dim),
  ].map((line) => clip(line, width));
}

/** The same where lines cannot be drawn over: one line a step. */
export function stepLine(progress: Progress): string {
  const { operation, elapsedMs } = progress;
  return `${operation.cluster}  ${duration(elapsedMs).padStart(7)}  ${percent(fractionDone(progress)).padStart(4)}  ${operation.step}`;
}

const BAR_WIDTH_MAX = 24;

/** Cloud time, not the watcher's: in the embedded cloud minutes pass in seconds. */
function timeText({ operation, elapsedMs, expectedMs }: Progress): string {
  const elapsed = `${duration(elapsedMs)} of cloud time`;
  if (expectedMs === undefined || operation.endedAt !== undefined) return elapsed;
  return elapsedMs <= expectedMs
    ? `${elapsed}, ETA ${duration(expectedMs - elapsedMs)}`
    : `${elapsed}, ${duration(elapsedMs - expectedMs)} longer than forecast`;
}

function tierLine(tier: ClusterView["tiers"][number], barWidth: number): string {
  const states = Object.entries(tier.states).map(([state, count]) => `${count} ${state}`);
  const bar = progressBar(tierFraction(tier), barWidth);
  return `  ${tier.name.padEnd(TIER_NAME_WIDTH)} ${bar}  ${tier.desired} wanted${states.length === 0 ? "" : `: ${states.join(", ")}`}`;
}

const TIER_NAME_WIDTH = 10;
const NODE_LINES_MAX = 8;

/** Each node and its state, as many to a line as there is room for. */
function nodeLines(nodes: readonly NodeView[], width: number): string[] {
  const cells = nodes.map(({ name, state }) => `${name} ${state}`);
  const cellWidth = Math.max(0, ...nodes.map(({ name }) => name.length + 1 + STATE_WIDTH)) + 2;
  const perLine = Math.max(1, Math.floor((width - 2) / cellWidth));
  const shown = cells.slice(0, perLine * NODE_LINES_MAX);
  const lines: string[] = [];
  for (let i = 0; i < shown.length; i += perLine) {
    const row = shown.slice(i, i + perLine).map((cell) => cell.padEnd(cellWidth));
    lines.push(`  ${row.join("").trimEnd()}`);
  }
  const hidden = cells.length - shown.length;
  return hidden === 0 ? lines : [...lines, `  and ${hidden} more`];
}

/** `launching`: columns must not move when a state does. */
const STATE_WIDTH = 9;

// How far a node is when it is in that state: booting and joining take most of the time.
const STATE_FRACTIONS: Readonly<Record<NodeView["state"], number>> = {
  launching: 0.05,
  booting: 0.15,
  online: 0.5,
  active: 1,
  leaving: 0.5,
  lost: 0,
};

function tierFraction(tier: ClusterView["tiers"][number]): number {
  if (tier.desired === 0) return 1;
  const fractions: Readonly<Record<string, number>> = STATE_FRACTIONS;
  const done = Object.entries(tier.states).reduce((sum, [state, count]) => sum + count * (fractions[state] ?? 0), 0);
  return Math.min(1, done / tier.desired);
}

/** Between 0 and 1, from what the nodes say and what the forecast said: either alone stands still for minutes. */
export function fractionDone({ operation, cluster, elapsedMs, expectedMs }: Progress): number {
  if (operation.status === "succeeded") return 1;
  const byTime = expectedMs === undefined ? undefined : Math.min(1, elapsedMs / Math.max(1, expectedMs));
  const byNodes = cluster === undefined ? undefined : nodesFraction(operation.kind, cluster);
  const known = [byTime, byNodes].filter((fraction) => fraction !== undefined);
  const mean = known.length === 0 ? 0 : known.reduce((a, b) => a + b, 0) / known.length;
  return Math.min(FRACTION_BEFORE_END, mean);
}

/** Only the end is the end. */
const FRACTION_BEFORE_END = 0.99;

/** Undefined where there are no nodes to go by. */
function nodesFraction(kind: OperationView["kind"], { tiers }: ClusterView): number | undefined {
  const wanted = sum(tiers.map((tier) => tier.desired));
  if (wanted === 0) return undefined;
  if (kind === "destroy") {
    const left = sum(tiers.flatMap(({ states }) => Object.values(states)));
    const leaving = sum(tiers.map(({ states }) => states["leaving"] ?? 0));
    return Math.max(0, 1 - (left - leaving / 2) / wanted);
  }
  return sum(tiers.map((tier) => tierFraction(tier) * tier.desired)) / wanted;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`;
}

function progressBar(fraction: number, width: number): string {
  const filled = Math.round(fraction * width);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)}`;
}
