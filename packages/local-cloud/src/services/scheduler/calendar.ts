/** A day of the Gregorian calendar, UTC; months from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function daysOfMonth({ year, month }: { year: number; month: number }): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** 1 is Sunday, 7 is Saturday, as AWS counts. */
export function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}

/** The day of the month from Monday to Friday that is nearest, without leaving the month. */
export function nearestWeekday(date: Day): number {
  const { day } = date;
  const last = daysOfMonth(date);
  switch (weekdayOf(date)) {
    case SATURDAY:
      return day === 1 ? day + 2 : day - 1;
    case SUNDAY:
      return day === last ? day - 2 : day + 1;
    default:
      return day;
  }
}

const SUNDAY = 1;
const SATURDAY = 7;
