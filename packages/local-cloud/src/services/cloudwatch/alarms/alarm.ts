import type { ComparisonOperator, PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { notImplemented, refuseMembers } from "../../../mechanisms/not-implemented.ts";
import { checkSize, invalid, invalidValue, missing } from "../errors.ts";
import { ACTIONS_MAX } from "../limits.ts";
import { checkStatistic, readMetric } from "../metrics/read-metrics.ts";
import type { MetricId } from "../metrics/metric-series.ts";
import type { ReadStatistic } from "../metrics/statistics.ts";
import { missingDataTreatments, type MissingData } from "./evaluate.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What an alarm watches and when it goes off. */
export interface AlarmConfiguration {
  readonly name: string;
  readonly description: string | undefined;
  readonly metric: MetricId;
  readonly periodMs: number;
  readonly statistic: string;
  readonly readStatistic: ReadStatistic;
  readonly unit: string | undefined;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: PlainComparison;
  readonly missingData: MissingData;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  /** The request, for what DescribeAlarms gives back as it came. */
  readonly request: PutMetricAlarmCommandInput;
}

/** How a value is held against the threshold; and how AWS says so. */
export const comparisons = {
  GreaterThanOrEqualToThreshold: {
    test: (value: number, threshold: number) => value >= threshold,
    words: "greater than or equal to",
  },
  GreaterThanThreshold: { test: (value: number, threshold: number) => value > threshold, words: "greater than" },
  LessThanOrEqualToThreshold: {
    test: (value: number, threshold: number) => value <= threshold,
    words: "less than or equal to",
  },
  LessThanThreshold: { test: (value: number, threshold: number) => value < threshold, words: "less than" },
} as const;

export type PlainComparison = keyof typeof comparisons;

/**
 * Reads PutMetricAlarm's input: an alarm on one metric with a fixed threshold.
 * @throws {AwsError} what AWS answers; NotImplemented for metric math, anomaly bands and the newer kinds of alarm
 */
export function readAlarm(input: PutMetricAlarmCommandInput): AlarmConfiguration {
  const { AlarmName: name = "", EvaluationPeriods: evaluationPeriods, Threshold: threshold } = input;
  if (name === "" || name.length > 255) throw invalidValue("The parameter AlarmName must be 1 to 255 characters long.");
  if ((input.AlarmDescription ?? "").length > 1_024)
    throw invalidValue("The parameter AlarmDescription must be at most 1024 characters long.");
  refuseMembers("PutMetricAlarm", {
    ThresholdMetricId: input.ThresholdMetricId,
    EvaluationWindow: input.EvaluationWindow,
    WarmUpConfiguration: input.WarmUpConfiguration,
    EvaluationCriteria: input.EvaluationCriteria,
    EvaluationInterval: input.EvaluationInterval,
    ActionConfiguration: input.ActionConfiguration,
    EvaluateLowSampleCountPercentile:
      input.EvaluateLowSampleCountPercentile === "evaluate" ? undefined : input.EvaluateLowSampleCountPercentile,
  });
  if (evaluationPeriods === undefined || evaluationPeriods < 1) throw missing("EvaluationPeriods");
  if (threshold === undefined) throw missing("Threshold");
  const datapointsToAlarm = input.DatapointsToAlarm ?? evaluationPeriods;
  if (datapointsToAlarm < 1 || datapointsToAlarm > evaluationPeriods)
    throw invalid(
      `DatapointsToAlarm (${datapointsToAlarm}) must be from 1 to EvaluationPeriods (${evaluationPeriods}).`,
    );
  const watched = readWatched(input);
  checkRange(watched.periodMs / 1_000, evaluationPeriods);
  return {
    name,
    description: input.AlarmDescription,
    ...watched,
    evaluationPeriods,
    datapointsToAlarm,
    threshold,
    comparison: readComparison(input.ComparisonOperator),
    missingData: readMissingData(input.TreatMissingData, watched.metric),
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: readActions(input),
    request: input,
  };
}

// Either the metric's own members, or a list of one metric without any mathematics.
function readWatched(input: PutMetricAlarmCommandInput) {
  const [query, ...others] = input.Metrics ?? [];
  if (query === undefined) {
    const statistic = input.Statistic ?? input.ExtendedStatistic;
    if (statistic === undefined) throw missing("Statistic");
    return watched({ metric: input, period: input.Period, statistic, unit: input.Unit });
  }
  const expression = [query, ...others].find(({ Expression }) => Expression !== undefined)?.Expression;
  if (expression !== undefined) throw notImplemented(`metric math: alarms on the expression ${expression}`);
  if (others.length > 0) throw invalid("Exactly one element of the metrics list should return data.");
  const { MetricStat: stat } = query;
  if (stat?.Stat === undefined) throw missing("Metrics.member.1.MetricStat");
  return watched({ metric: stat.Metric ?? {}, period: stat.Period, statistic: stat.Stat, unit: stat.Unit });
}

function watched(options: {
  metric: Parameters<typeof readMetric>[0];
  period: number | undefined;
  statistic: string;
  unit: string | undefined;
}) {
  const { period, statistic, unit } = options;
  if (period === undefined) throw missing("Period");
  if (![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
    throw invalid("Period must be 10, 20, 30 or a multiple of 60");
  const readStatistic = checkStatistic(statistic);
  return { metric: readMetric(options.metric), periodMs: period * 1_000, statistic, readStatistic, unit };
}

const DAY_SECONDS = 86_400;

// A day, or a week for periods of an hour and more.
function checkRange(period: number, evaluationPeriods: number): void {
  const total = period * evaluationPeriods;
  const isLong = period >= 3_600;
  if (total <= (isLong ? 7 * DAY_SECONDS : DAY_SECONDS)) return;
  throw invalid(
    isLong
      ? "Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800)."
      : "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
  );
}

function readComparison(operator: ComparisonOperator | undefined): PlainComparison {
  if (operator === undefined) throw missing("ComparisonOperator");
  if (isPlain(operator)) return operator;
  throw notImplemented(`alarms with the comparison ${operator}`);
}

function isPlain(operator: string): operator is PlainComparison {
  return Object.hasOwn(comparisons, operator);
}

function readMissingData(text = "missing", metric: MetricId): MissingData {
  const found = missingDataTreatments.find((one) => one === text);
  if (found === undefined) {
    throw invalid(
      `The value ${text} is not supported for TreatMissingData parameter. Supported values are [${missingDataTreatments.join(", ")}].`,
    );
  }
  // DynamoDB's metrics always ignore what is missing, whatever was asked for.
  return metric.namespace === "AWS/DynamoDB" ? "ignore" : found;
}

function readActions(input: PutMetricAlarmCommandInput): AlarmConfiguration["actions"] {
  checkSize("AlarmActions", input.AlarmActions, ACTIONS_MAX);
  checkSize("OKActions", input.OKActions, ACTIONS_MAX);
  checkSize("InsufficientDataActions", input.InsufficientDataActions, ACTIONS_MAX);
  const actions = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  };
  const wrong = Object.values(actions)
    .flat()
    .find((arn) => !arn.startsWith("arn:"));
  if (wrong !== undefined) throw invalid(`Invalid arn syntax: ${wrong}`);
  return actions;
}
