import { fromIso } from "@muster/core";
import { parseCron } from "./cron.ts";

/** When something is due. */
export type ScheduleExpression =
  | { readonly kind: "rate"; readonly everyMs: number }
  | { readonly kind: "cron"; readonly next: (afterMs: number) => number | undefined }
  | { readonly kind: "at"; readonly atMs: number };

/**
 * Reads `rate(...)`, `cron(...)` or `at(...)`, in UTC. Rules know no `at`, and want the singular for one and the plural
 * for more; EventBridge Scheduler is not so strict.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * @returns undefined for an expression that AWS does not accept
 */
export function parseScheduleExpression(text: string, use: "rule" | "schedule"): ScheduleExpression | undefined {
  const match = /^(rate|cron|at)\((.*)\)$/s.exec(text);
  if (match === null) return undefined;
  const [, kind, inner = ""] = match;
  if (kind === "rate") return parseRate(inner, use);
  if (kind === "cron") {
    const cron = parseCron(inner);
    return cron && { kind, next: cron.next };
  }
  if (use === "rule" || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner)) return undefined;
  const atMs = fromIso(`${inner}Z`);
  return atMs === undefined ? undefined : { kind: "at", atMs };
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function parseRate(inner: string, use: "rule" | "schedule"): ScheduleExpression | undefined {
  const match = /^\s*([1-9]\d{0,8})\s+(minute|hour|day)(s?)\s*$/.exec(inner);
  if (match === null) return undefined;
  const [, count = "", unit = "", plural] = match;
  if (use === "rule" && (count === "1") !== (plural === "")) return undefined;
  return { kind: "rate", everyMs: Number(count) * (UNIT_MS[unit] ?? Number.NaN) };
}
