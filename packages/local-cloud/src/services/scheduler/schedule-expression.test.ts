import { describe, expect, it } from "vitest";
import { parseScheduleExpression } from "./schedule-expression.ts";

describe("a schedule expression", () => {
  it.each([
    ["rate(1 minute)", 60_000],
    ["rate(5 minutes)", 300_000],
    ["rate(12 hours)", 43_200_000],
    ["rate(7 days)", 604_800_000],
  ])("%s is a rate, for rules and schedules", (text, everyMs) => {
    expect(parseScheduleExpression(text, "rule")).toEqual({ kind: "rate", everyMs });
    expect(parseScheduleExpression(text, "schedule")).toEqual({ kind: "rate", everyMs });
  });

  it("is an instant with at(), for schedules only", () => {
    expect(parseScheduleExpression("at(2026-11-20T12:30:15)", "schedule")).toEqual({
      kind: "at",
      atMs: Date.parse("2026-11-20T12:30:15Z"),
    });
    expect(parseScheduleExpression("at(2026-11-20T12:30:15)", "rule")).toBeUndefined();
  });

  it("wants the right number from rules alone", () => {
    expect(parseScheduleExpression("rate(1 minutes)", "rule")).toBeUndefined();
    expect(parseScheduleExpression("rate(5 minute)", "rule")).toBeUndefined();
    expect(parseScheduleExpression("rate(1 minutes)", "schedule")).toEqual({ kind: "rate", everyMs: 60_000 });
  });

  it.each([
    "rate(0 minutes)",
    "rate(5 seconds)",
    "rate(5)",
    "5 minutes",
    "cron(* * * * * *)",
    "at(tomorrow)",
    "at(2026-13-01T00:00:00)",
    "",
  ])("refuses %j", (text) => {
    expect(parseScheduleExpression(text, "schedule")).toBeUndefined();
  });
});
