/** How an alarm takes points that are missing. */
export const missingDataTreatments = ["breaching", "ignore", "missing", "notBreaching"] as const;
export type MissingData = (typeof missingDataTreatments)[number];

/** One period as an alarm sees it; undefined when nothing was measured in it. */
export interface AlarmPoint {
  readonly at: number;
  readonly value: number;
  readonly isBreaching: boolean;
}

export interface Evaluation {
  /** `keep` leaves the alarm in the state it is in. */
  readonly outcome: "OK" | "ALARM" | "INSUFFICIENT_DATA" | "keep";
  /** The points that counted, newest first. */
  readonly points: readonly AlarmPoint[];
  /** Missing points that were taken for something. */
  readonly filled: number;
}

/**
 * How many more periods than it needs an alarm looks back, to find points for missing ones. AWS documents a range of
 * 5 for 3 periods, and that it depends on the period and resolution.
 */
export const EXTRA_PERIODS = 2;

/**
 * Decides on the periods of the evaluation range, newest first.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(
  range: readonly (AlarmPoint | undefined)[],
  alarm: { readonly evaluationPeriods: number; readonly datapointsToAlarm: number; readonly missingData: MissingData },
): Evaluation {
  const { evaluationPeriods, datapointsToAlarm, missingData } = alarm;
  const real = range.filter((point) => point !== undefined);
  const points = real.slice(0, evaluationPeriods);
  const breaching = points.filter(({ isBreaching }) => isBreaching).length;
  const filled = evaluationPeriods - points.length;
  if (filled === 0) return { outcome: breaching >= datapointsToAlarm ? "ALARM" : "OK", points, filled };
  switch (missingData) {
    case "breaching":
      return { outcome: breaching + filled >= datapointsToAlarm ? "ALARM" : "OK", points, filled };
    case "notBreaching":
      return { outcome: breaching >= datapointsToAlarm ? "ALARM" : "OK", points, filled };
    case "missing":
    case "ignore": {
      const outcome = withoutFilling({ range, points, breaching, datapointsToAlarm, missingData });
      return { outcome, points, filled };
    }
  }
}

function withoutFilling(options: {
  range: readonly (AlarmPoint | undefined)[];
  points: readonly AlarmPoint[];
  breaching: number;
  datapointsToAlarm: number;
  missingData: "missing" | "ignore";
}): Evaluation["outcome"] {
  const { range, points, breaching, datapointsToAlarm, missingData } = options;
  if (breaching >= datapointsToAlarm) return "ALARM";
  if (breaching < points.length) return "OK";
  if (missingData === "ignore") return "keep";
  if (points.length === 0) return "INSUFFICIENT_DATA";
  // Everything that is there is breaching, and it is not enough. While a point may still arrive beside it the alarm
  // waits; once the oldest is as old as the points that are asked for, it does not ("premature alarm state").
  const oldestAge = range.findLastIndex((point) => point !== undefined) + 1;
  return oldestAge >= datapointsToAlarm ? "ALARM" : "keep";
}
