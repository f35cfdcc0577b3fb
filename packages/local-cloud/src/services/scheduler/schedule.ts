import type { FlexibleTimeWindow, Target } from "@aws-sdk/client-scheduler";
import type { ScheduleExpression } from "./schedule-expression.ts";

/** One schedule of the default group. */
export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly expressionText: string;
  readonly expression: ScheduleExpression;
  readonly timezone: string | undefined;
  readonly startAt: number | undefined;
  readonly endAt: number | undefined;
  readonly description: string | undefined;
  readonly state: "ENABLED" | "DISABLED";
  readonly window: FlexibleTimeWindow;
  readonly target: Target;
  readonly deletesItself: boolean;
  readonly clientToken: string | undefined;
  readonly createdAt: number;
  /** When it was made or last changed; a rate without a start date counts from here. */
  readonly modifiedAt: number;
}

/**
 * When a schedule is next due, strictly after `after`; undefined when it is over. A rate is due at its start date, or
 * at once without one, and then again and again; dates do not touch a one-time schedule.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function nextOccurrence(schedule: Schedule, after: number): number | undefined {
  const { expression } = schedule;
  if (expression.kind === "at") return expression.atMs > after ? expression.atMs : undefined;
  const startAt = schedule.startAt ?? schedule.modifiedAt;
  const next =
    expression.kind === "rate"
      ? nextOfRate({ startAt, everyMs: expression.everyMs, after })
      : expression.next(Math.max(after, startAt - 1));
  return next !== undefined && next <= (schedule.endAt ?? Number.POSITIVE_INFINITY) ? next : undefined;
}

function nextOfRate({ startAt, everyMs, after }: { startAt: number; everyMs: number; after: number }): number {
  if (startAt > after) return startAt;
  return startAt + (Math.floor((after - startAt) / everyMs) + 1) * everyMs;
}
