import { describe, expect, it } from "vitest";
import { parseCron } from "./cron.ts";

const iso = (epochMs: number | undefined) => epochMs && new Date(epochMs).toISOString().slice(0, 16);

function runs(fields: string, after: string, count: number): (string | number | undefined)[] {
  const cron = parseCron(fields);
  const found: (string | number | undefined)[] = [];
  let at: number | undefined = Date.parse(after);
  for (let run = 0; run < count && at !== undefined; run++) {
    at = cron?.next(at);
    found.push(iso(at));
  }
  return found;
}

// 2026-11-20 is a Friday.
const after = "2026-11-20T12:00:00Z";

describe("the examples of AWS's guide", () => {
  it.each([
    ["0 10 * * ? *", "10:00 every day", ["2026-11-21T10:00", "2026-11-22T10:00"]],
    ["15 12 * * ? *", "12:15 every day", ["2026-11-20T12:15", "2026-11-21T12:15"]],
    ["0 18 ? * MON-FRI *", "18:00 Monday to Friday", ["2026-11-20T18:00", "2026-11-23T18:00"]],
    ["0 8 1 * ? *", "8:00 on the first of a month", ["2026-12-01T08:00", "2027-01-01T08:00"]],
    ["0/15 * * * ? *", "every 15 minutes", ["2026-11-20T12:15", "2026-11-20T12:30"]],
    ["0/10 * ? * MON-FRI *", "every 10 minutes on weekdays", ["2026-11-20T12:10", "2026-11-20T12:20"]],
    [
      "0/5 8-17 ? * MON-FRI *",
      "every 5 minutes from 8:00 to 17:55 on weekdays",
      ["2026-11-20T12:05", "2026-11-20T12:10"],
    ],
    [
      "0/30 20-2 ? * MON-FRI *",
      "every 30 minutes in the evening and the night, on the weekday of each",
      ["2026-11-20T20:00", "2026-11-20T20:30"],
    ],
    ["5,35 14 * * ? *", "14:05 and 14:35", ["2026-11-20T14:05", "2026-11-20T14:35"]],
    ["15 10 ? * 6L 2026-2027", "10:15 on the last Friday of each month", ["2026-11-27T10:15", "2026-12-25T10:15"]],
  ])("%s runs at %s", (fields, _, expected) => {
    expect(runs(fields, after, 2)).toEqual(expected);
  });
});

describe("a wildcard", () => {
  it.each([
    ["L is the last day of the month", "0 0 L * ? *", "2028-02-01T00:00:00Z", ["2028-02-29T00:00", "2028-03-31T00:00"]],
    ["L is Saturday when it stands alone in the week", "0 0 ? * L *", after, ["2026-11-21T00:00", "2026-11-28T00:00"]],
    ["3#2 is the second Tuesday", "0 0 ? * 3#2 *", after, ["2026-12-08T00:00", "2027-01-12T00:00"]],
    ["TUE#2 is the same by name", "0 0 ? * TUE#2 *", after, ["2026-12-08T00:00", "2027-01-12T00:00"]],
    ["6#5 skips months without a fifth Friday", "0 0 ? * 6#5 *", after, ["2027-01-29T00:00", "2027-04-30T00:00"]],
    ["FRIL is the last Friday by name", "0 0 ? * FRIL *", after, ["2026-11-27T00:00", "2026-12-25T00:00"]],
    // 2026-08-01 is a Saturday; 2026-11-15 a Sunday; 2026-05-31 a Sunday at the end of the month.
    ["1W stays in the month", "0 0 1W 8 ? *", "2026-07-31T00:00:00Z", ["2026-08-03T00:00", "2027-08-02T00:00"]],
    ["15W goes to the Monday after a Sunday", "0 0 15W 11 ? 2026", "2026-11-01T00:00:00Z", ["2026-11-16T00:00"]],
    ["31W goes back to the Friday at the end", "0 0 31W 5 ? 2026", "2026-05-01T00:00:00Z", ["2026-05-29T00:00"]],
    ["31W skips shorter months", "0 0 31W * ? *", after, ["2026-12-31T00:00", "2027-01-29T00:00"]],
    [", lists values", "0 6,18 * * ? *", after, ["2026-11-20T18:00", "2026-11-21T06:00"]],
    ["- and / make steps in a range", "10-40/15 12 * * ? *", after, ["2026-11-20T12:10", "2026-11-20T12:25"]],
    ["*/ steps from the first value", "*/25 * * * ? *", after, ["2026-11-20T12:25", "2026-11-20T12:50"]],
    [
      "20-2 goes over midnight",
      "0 20-2 ? * MON *",
      "2026-11-23T21:30:00Z",
      ["2026-11-23T22:00", "2026-11-23T23:00", "2026-11-30T00:00"],
    ],
    [
      "FRI-MON goes over the end of the week",
      "0 0 ? * FRI-MON *",
      after,
      ["2026-11-21T00:00", "2026-11-22T00:00", "2026-11-23T00:00", "2026-11-27T00:00"],
    ],
    ["names stand for months", "0 0 1 JAN,JUL ? *", after, ["2027-01-01T00:00", "2027-07-01T00:00"]],
    ["1 is Sunday", "0 0 ? * 1 *", after, ["2026-11-22T00:00", "2026-11-29T00:00"]],
    ["years end it", "0 0 1 1 ? 2027,2029", after, ["2027-01-01T00:00", "2029-01-01T00:00", undefined]],
    ["30 February never comes", "0 0 30 2 ? *", after, [undefined]],
    ["29 February comes in leap years", "0 0 29 2 ? *", after, ["2028-02-29T00:00", "2032-02-29T00:00"]],
  ])("%s", (_, fields, from, expected) => {
    expect(runs(fields, from, expected.length)).toEqual(expected);
  });

  it("is never due at the very instant that was asked about", () => {
    expect(runs("0 12 20 11 ? 2026", after, 1)).toEqual([undefined]);
    expect(runs("0 12 20 11 ? 2026", "2026-11-20T11:59:59.999Z", 1)).toEqual(["2026-11-20T12:00"]);
  });
});

describe("AWS refuses", () => {
  it.each([
    ["five fields", "0 10 * * ?"],
    ["both day fields", "0 10 1 * MON *"],
    ["* in both day fields", "0 10 * * * *"],
    ["? in both day fields", "0 10 ? * ? *"],
    ["? elsewhere", "? 10 * * ? *"],
    ["minute 60", "60 10 * * ? *"],
    ["weekday 0", "0 10 ? * 0 *"],
    ["weekday 8", "0 10 ? * 8 *"],
    ["month 13", "0 10 * 13 ? *"],
    ["the year 1969", "0 10 * * ? 1969"],
    ["a range of years backwards", "0 10 * * ? 2030-2027"],
    ["a step of zero", "0/0 10 * * ? *"],
    ["two # in one field", "0 10 ? * 3#1,6#3 *"],
    ["a sixth week", "0 10 ? * 3#6 *"],
    ["a step of weekdays", "0 10 ? * 2/2 *"],
    ["day 32W", "0 10 32W * ? *"],
    ["words", "0 10 soon * ? *"],
  ])("%s", (_, fields) => {
    expect(parseCron(fields)).toBeUndefined();
  });
});
