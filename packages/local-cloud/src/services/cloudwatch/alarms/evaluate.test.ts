import { describe, expect, it } from "vitest";
import { evaluate, type MissingData } from "./evaluate.ts";

/** Points as AWS's guide draws them, the newest on the right: X breaching, 0 fine, - missing. */
function decide(drawn: string, datapointsToAlarm: number, missingData: MissingData, evaluationPeriods = 3) {
  const range = drawn
    .split(" ")
    .toReversed()
    .map((mark, index) => (mark === "-" ? undefined : { at: -index, value: 1, isBreaching: mark === "X" }));
  return evaluate(range, { evaluationPeriods, datapointsToAlarm, missingData });
}

// The two tables of https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
describe.each([
  [3, "0 - X - X", 0, "OK", "OK", "OK", "OK"],
  [3, "0 - - - -", 2, "OK", "OK", "OK", "OK"],
  [3, "- - - - -", 3, "INSUFFICIENT_DATA", "keep", "ALARM", "OK"],
  [3, "0 X X - X", 0, "ALARM", "ALARM", "ALARM", "ALARM"],
  [3, "- - X - -", 2, "ALARM", "keep", "ALARM", "OK"],
  [2, "0 - X - X", 0, "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0 0 X 0 X", 0, "ALARM", "ALARM", "ALARM", "ALARM"],
  [2, "0 - X - -", 1, "OK", "OK", "ALARM", "OK"],
  [2, "- - - - 0", 2, "OK", "OK", "ALARM", "OK"],
  [2, "- - - X -", 2, "ALARM", "keep", "ALARM", "OK"],
])("%i of 3 datapoints over %s", (datapointsToAlarm, drawn, filled, missing, ignore, breaching, notBreaching) => {
  it.each([
    ["missing", missing],
    ["ignore", ignore],
    ["breaching", breaching],
    ["notBreaching", notBreaching],
  ] as const)("with missing data as %s is %s", (missingData, outcome) => {
    expect(decide(drawn, datapointsToAlarm, missingData)).toMatchObject({ outcome, filled });
  });
});

describe("an alarm that may be premature", () => {
  // The guide's text: the next point may be fine, so the alarm waits.
  it.each([
    ["- - - - X", 3, "keep"],
    ["- - - X -", 3, "keep"],
    ["- - X - -", 3, "ALARM"],
    ["- - - X O", 3, "OK"],
    ["- - - - X", 2, "keep"],
    ["- - - - X", 1, "ALARM"],
  ])("over %s with %i of 3 is %s", (drawn, datapointsToAlarm, outcome) => {
    expect(decide(drawn, datapointsToAlarm, "missing").outcome).toBe(outcome);
  });
});
