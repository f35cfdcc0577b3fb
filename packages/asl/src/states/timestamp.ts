import { fromIso, toIso } from "@muster/core";

/**
 * The instant that an ISO 8601 extended offset date-time names, epoch ms: what a Wait's Timestamp takes at run time.
 * As Java's ISO_OFFSET_DATE_TIME reads it, which AWS's message names: seconds may be missing, up to nine decimals,
 * an offset of hours and minutes, letters in either case.
 */
export function parseOffsetDateTime(text: string): number | undefined {
  return epochMsOf(OFFSET_DATE_TIME.exec(text.toUpperCase()));
}

/** Whether a literal Timestamp is RFC 3339 with an upper-case T and Z, as CreateStateMachine demands. */
export function isRfc3339(text: string): boolean {
  return RFC_3339.test(text) && epochMsOf(OFFSET_DATE_TIME.exec(text)) !== undefined;
}

const OFFSET_DATE_TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

function epochMsOf(match: RegExpExecArray | null): number | undefined {
  if (match === null) return undefined;
  const [, date = "", hours = "", minutes = "", seconds = "00", fraction = "", offset = ""] = match;
  if (hours === "24" || !isCalendarDay(date)) return undefined;
  const millis = fraction.padEnd(3, "0").slice(0, 3);
  return fromIso(`${date}T${hours}:${minutes}:${seconds}.${millis}${offset}`);
}

// JavaScript takes 30 February for 1 or 2 March; AWS refuses it.
function isCalendarDay(date: string): boolean {
  const midnight = fromIso(`${date}T00:00:00Z`);
  return midnight !== undefined && toIso(midnight).startsWith(date);
}
