import { isoSeconds } from "../events/event-operations.ts";

export interface Occurrence {
  readonly scheduleArn: string;
  readonly scheduledAt: number;
  /** 16 hexadecimal digits. */
  readonly executionId: string;
  /** From 1. */
  readonly attempt: number;
}

/**
 * Replaces the attributes that Scheduler knows inside a target's input.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function fillContextAttributes(input: string, occurrence: Occurrence): string {
  const values: Readonly<Record<string, string>> = {
    "schedule-arn": occurrence.scheduleArn,
    "scheduled-time": isoSeconds(occurrence.scheduledAt),
    "execution-id": occurrence.executionId,
    "attempt-number": `${occurrence.attempt}`,
  };
  return input.replaceAll(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => values[name] ?? whole);
}

/** What a target without an input gets; `detail` is a text here, not an object, as it was seen on AWS. */
export function defaultInput(options: { id: string; account: string; region: string; occurrence: Occurrence }): string {
  return JSON.stringify({
    version: "0",
    id: options.id,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: options.account,
    time: isoSeconds(options.occurrence.scheduledAt),
    region: options.region,
    resources: [options.occurrence.scheduleArn],
    detail: "{}",
  });
}
