import type { WaitState } from "../definition/machine.ts";
import type { Exit, Visit } from "../execution/visit.ts";
import { QueryError } from "../expression/field.ts";
import { MAX_SECONDS } from "../limits.ts";
import { parseOffsetDateTime } from "./timestamp.ts";

/** Lets time pass: some seconds, or until an instant; one that is past costs nothing. */
export async function runWait(visit: Visit<WaitState>): Promise<Exit> {
  const { until } = visit.state;
  const delayMs =
    "seconds" in until
      ? 1000 * (await visit.wholeNumber(until.seconds, { min: 0, max: MAX_SECONDS }))
      : (await instant(visit, until.timestamp)) - visit.thread.run.now();
  await visit.thread.sleep(delayMs);
  return visit.leave(visit.state, visit.input);
}

async function instant(visit: Visit<WaitState>, timestamp: Parameters<Visit["string"]>[0]): Promise<number> {
  const text = await visit.string(timestamp);
  const epochMs = parseOffsetDateTime(text);
  if (epochMs !== undefined) return epochMs;
  throw new QueryError(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    timestamp.field,
  );
}
