import { invocationStates, type CommandRecord, type CommandState, type InvocationState } from "./records.ts";

/** Outcomes that say nothing of the command: they count neither as success nor against it. */
const neutral: readonly InvocationState[] = ["Undeliverable", "InvalidPlatform", "AccessDenied"];

/**
 * What a command comes to once all its invocations are final. It never tells that all went well: with errors up to
 * MaxErrors, or with nodes that could not be reached, it is Success all the same. User guide, "Understanding command statuses".
 */
export function finalState(command: CommandRecord): CommandState {
  const states = [...command.invocations.values()].map((invocation) => invocation.view.actual.state);
  const counted = states.filter((state) => !neutral.includes(state));
  const has = (state: InvocationState) => counted.includes(state);
  if (command.counts.errors > command.errorsMax) return "Failed";
  if (command.state === "Cancelling") return "Cancelled";
  if (counted.length === 0) return "Failed";
  if (counted.every((state) => state === "DeliveryTimedOut")) return "DeliveryTimedOut";
  if (counted.every((state) => invocationStates[state].status === "Cancelled")) return "Cancelled";
  if (!has("Success")) return "Failed";
  return has("DeliveryTimedOut") || has("Cancelled") ? "Incomplete" : "Success";
}
