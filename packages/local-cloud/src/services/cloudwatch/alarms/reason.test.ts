import { describe, expect, it } from "vitest";
import { readAlarm } from "./alarm.ts";
import { javaDouble, reasonDataFor, reasonFor } from "./reason.ts";

const cpu = {
  AlarmName: "cpu",
  Namespace: "AWS/EC2",
  MetricName: "CPUUtilization",
  Statistic: "Average",
  Period: 300,
  EvaluationPeriods: 1,
  Threshold: 50,
  ComparisonOperator: "GreaterThanThreshold",
} as const;

const point = (time: string, value: number, isBreaching: boolean) => ({ at: Date.parse(time), value, isBreaching });

// The texts are AWS's own, from its guides and from alarms that people published.
describe("a reason", () => {
  const high = point("2019-10-02T16:59:00Z", 99.50160229693434, true);
  const low = point("2019-10-01T13:46:00Z", 0.0666851903306472, false);

  it.each([
    [
      "to go off",
      readAlarm(cpu),
      { outcome: "ALARM", points: [high], filled: 0 },
      "Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).",
    ],
    [
      "to calm down",
      readAlarm(cpu),
      { outcome: "OK", points: [low], filled: 0 },
      "Threshold Crossed: 1 out of the last 1 datapoints [0.0666851903306472 (01/10/19 13:46:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).",
    ],
    [
      "with several points, newest first",
      readAlarm({ ...cpu, EvaluationPeriods: 3, DatapointsToAlarm: 1, Threshold: 0 }),
      {
        outcome: "ALARM",
        points: ["11:25", "11:24", "11:23"].map((time) => point(`2022-11-08T${time}:00Z`, 20_000, true)),
        filled: 0,
      },
      "Threshold Crossed: 3 out of the last 3 datapoints [20000.0 (08/11/22 11:25:00), 20000.0 (08/11/22 11:24:00), 20000.0 (08/11/22 11:23:00)] were greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).",
    ],
    [
      "without any data",
      readAlarm({ ...cpu, EvaluationPeriods: 3 }),
      { outcome: "INSUFFICIENT_DATA", points: [], filled: 3 },
      "Insufficient Data: 3 datapoints were unknown.",
    ],
    [
      "with all data taken for breaching",
      readAlarm({ ...cpu, EvaluationPeriods: 2, TreatMissingData: "breaching" }),
      { outcome: "ALARM", points: [], filled: 2 },
      "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].",
    ],
    [
      "with its one point taken for fine",
      readAlarm({ ...cpu, TreatMissingData: "notBreaching" }),
      { outcome: "OK", points: [], filled: 1 },
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].",
    ],
  ] as const)("%s", (_, alarm, evaluation, expected) => {
    expect(reasonFor(alarm, evaluation, evaluation.outcome)).toBe(expected);
  });

  it("comes as data too", () => {
    const evaluation = { outcome: "ALARM", points: [high], filled: 0 } as const;
    expect(reasonDataFor(readAlarm(cpu), evaluation, Date.parse("2019-10-02T17:04:40.985Z"))).toBe(
      '{"version":"1.0","queryDate":"2019-10-02T17:04:40.985+0000","startDate":"2019-10-02T16:59:00.000+0000","statistic":"Average","period":300,"recentDatapoints":[99.50160229693434],"threshold":50.0}',
    );
  });
});

it.each([
  [50, "50.0"],
  [0, "0.0"],
  [-1.5, "-1.5"],
  [12_345_678, "1.2345678E7"],
  [10_000_000, "1.0E7"],
  [0.0001, "1.0E-4"],
])("the double %f is written %s", (value, text) => {
  expect(javaDouble(value)).toBe(text);
});
