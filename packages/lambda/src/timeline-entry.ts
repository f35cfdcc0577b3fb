import type { OperationRef, TimelineEntry } from "@muster/core";
import type { Context } from "./context.ts";

/** What an operation has to say now, as the timeline keeps it. */
export function timelineEntry(
  { newId, clock }: Pick<Context, "newId" | "clock">,
  { cluster, operationId }: Pick<OperationRef, "cluster" | "operationId">,
  said: Pick<TimelineEntry, "event" | "text" | "facts">,
): TimelineEntry {
  return { cluster, id: newId(), at: clock.now(), operationId, ...said };
}
