import { daysOfMonth, nearestWeekday, weekdayOf } from "./calendar.ts";

/** AWS's cron: six fields, minute precision, UTC. `next` is strictly after `afterMs`; undefined when there is none. */
export interface Cron {
  readonly next: (afterMs: number) => number | undefined;
}

/**
 * Reads the fields of a `cron(...)` expression: minutes, hours, day of month, month, day of week (1 is Sunday), year.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
 * @returns undefined for an expression that AWS does not accept
 */
export function parseCron(fields: string): Cron | undefined {
  const parts = fields.trim().split(/\s+/);
  if (parts.length !== 6) return undefined;
  const [minuteText = "", hourText = "", dayText = "", monthText = "", weekdayText = "", yearText = ""] = parts;
  const minutes = parseList(minuteText, { min: 0, max: 59 });
  const hours = parseList(hourText, { min: 0, max: 23 });
  const months = parseList(monthText, { min: 1, max: 12, names: MONTHS });
  const years = parseList(yearText, { min: YEAR_MIN, max: YEAR_MAX });
  // Exactly one of the two day fields says which days; the other must be `?`.
  if ((dayText === "?") === (weekdayText === "?")) return undefined;
  const days = dayText === "?" ? parseDaysOfWeek(weekdayText) : parseDaysOfMonth(dayText);
  if (!minutes || !hours || !months || !years || !days) return undefined;
  return { next: (afterMs) => nextMatch({ minutes, hours, months, years, days }, afterMs) };
}

const YEAR_MIN = 1970;
const YEAR_MAX = 2199;
const MINUTE_MS = 60_000;
const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** The days of a month that match, in order. */
  readonly days: (month: Month) => readonly number[];
}

interface Month {
  readonly year: number;
  readonly month: number;
}

function nextMatch(fields: Fields, afterMs: number): number | undefined {
  const from = new Date(Math.floor(afterMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
  const start = { year: from.getUTCFullYear(), month: from.getUTCMonth() + 1 };
  for (const year of fields.years) {
    if (year < start.year) continue;
    for (const month of fields.months) {
      if (year === start.year && month < start.month) continue;
      const found = nextInMonth(fields, { year, month }, from.getTime());
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function nextInMonth(fields: Fields, month: Month, fromMs: number): number | undefined {
  for (const day of fields.days(month)) {
    const midnight = Date.UTC(month.year, month.month - 1, day);
    if (midnight + 86_400_000 <= fromMs) continue;
    for (const hour of fields.hours) {
      for (const minute of fields.minutes) {
        const at = midnight + (hour * 60 + minute) * MINUTE_MS;
        if (at >= fromMs) return at;
      }
    }
  }
  return undefined;
}

interface FieldRange {
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
}

/** Values, ranges, `*` and steps, separated by commas; sorted, without repeats. */
function parseList(text: string, range: FieldRange): readonly number[] | undefined {
  const values = new Set<number>();
  for (const item of text.split(",")) {
    const [span = "", step, ...rest] = item.split("/");
    const every = step === undefined ? 1 : parseNumber(step);
    if (rest.length > 0 || every === undefined || every < 1) return undefined;
    const ends = parseSpan(span, range, step !== undefined);
    if (ends === undefined) return undefined;
    for (let value = ends.from; value <= ends.to; value += every) {
      values.add(value > range.max ? value - (range.max - range.min + 1) : value);
    }
  }
  return [...values].toSorted((a, b) => a - b);
}

function parseSpan(text: string, range: FieldRange, hasStep: boolean): { from: number; to: number } | undefined {
  if (text === "*") return { from: range.min, to: range.max };
  const [first = "", last, ...rest] = text.split("-");
  const from = parseValue(first, range);
  // `5/10` steps from 5 to the end of the field.
  const to = last === undefined ? (hasStep ? range.max : from) : parseValue(last, range);
  if (rest.length > 0 || from === undefined || to === undefined) return undefined;
  if (from <= to) return { from, to };
  // A range may go over the end: 20-2 in the hours is the evening and the night. Years do not come round.
  return range.max === YEAR_MAX ? undefined : { from, to: to + range.max - range.min + 1 };
}

function parseValue(text: string, range: FieldRange): number | undefined {
  const named = range.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? range.min + named : parseNumber(text);
  return value !== undefined && value >= range.min && value <= range.max ? value : undefined;
}

function parseNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

function parseDaysOfMonth(text: string): Fields["days"] | undefined {
  if (text === "L") return (month) => [daysOfMonth(month)];
  const weekday = /^(\d{1,2})W$/.exec(text)?.[1];
  if (weekday !== undefined) {
    const day = parseValue(weekday, { min: 1, max: 31 });
    if (day === undefined) return undefined;
    return (month) => (day > daysOfMonth(month) ? [] : [nearestWeekday({ ...month, day })]);
  }
  const days = parseList(text, { min: 1, max: 31 });
  return days && ((month) => days.filter((day) => day <= daysOfMonth(month)));
}

const weekdayRange = { min: 1, max: 7, names: WEEKDAYS };

function parseDaysOfWeek(text: string): Fields["days"] | undefined {
  if (text.includes("/")) return undefined;
  const nth = /^(\w+)#([1-5])$/.exec(text);
  if (nth !== null) {
    const weekday = parseValue(nth[1] ?? "", weekdayRange);
    const count = Number(nth[2]);
    if (weekday === undefined) return undefined;
    return (month) => daysOf(month, [weekday]).slice(count - 1, count);
  }
  const last = /^(\w+)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const weekday = parseValue(last, weekdayRange);
    if (weekday === undefined) return undefined;
    return (month) => daysOf(month, [weekday]).slice(-1);
  }
  // Alone, L is the last day of the week.
  const weekdays = parseList(text === "L" ? "7" : text, weekdayRange);
  return weekdays && ((month) => daysOf(month, weekdays));
}

function daysOf(month: Month, weekdays: readonly number[]): number[] {
  const days = Array.from({ length: daysOfMonth(month) }, (_, index) => index + 1);
  return days.filter((day) => weekdays.includes(weekdayOf({ ...month, day })));
}
