import type { GetExecutionHistoryInput, GetExecutionHistoryOutput } from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "@muster/asl";
import { pageOf } from "../page.ts";

/** GetExecutionHistory's answer. */
export function historyPage(
  history: readonly HistoryEvent[],
  request: Omit<GetExecutionHistoryInput, "executionArn">,
): GetExecutionHistoryOutput {
  const events = request.reverseOrder === true ? history.toReversed() : history;
  const page = pageOf(events, ({ id }) => String(id), request);
  const shown = page.items.map((event) => (request.includeExecutionData === false ? withoutData(event) : event));
  return {
    events: shown.map((event) => ({ ...event, timestamp: new Date(event.timestamp) })),
    ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
  };
}

/** Leaves out the inputs and outputs that an event shows. */
function withoutData(event: HistoryEvent): HistoryEvent {
  const members = Object.entries(event).map(([name, value]: [string, unknown]) => {
    if (typeof value !== "object" || value === null) return [name, value] as const;
    return [name, Object.fromEntries(Object.entries(value).filter(([member]) => !DATA.has(member)))] as const;
  });
  return Object.fromEntries(members) as unknown as HistoryEvent;
}

const DATA: ReadonlySet<string> = new Set([
  "assignedVariables",
  "assignedVariablesDetails",
  "input",
  "inputDetails",
  "output",
  "outputDetails",
  "parameters",
]);
