import type { AlarmConfiguration, AlarmState } from "./alarm.ts";
import { alarmTime } from "./reason.ts";

/** The state of an alarm, and how it came to it. */
export interface AlarmStatus {
  readonly value: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
  readonly at: number;
}

export interface WatchedAlarm {
  readonly arn: string;
  readonly configuration: AlarmConfiguration;
  readonly configuredAt: number;
  /** What events call the alarm's one metric. */
  readonly metricId: string;
  readonly status: AlarmStatus;
}

/**
 * The events of alarms.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function stateChangeEvent(alarm: WatchedAlarm, previous: AlarmStatus) {
  return {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.configuration.name,
      state: shownStatus(alarm.status),
      previousState: shownStatus(previous),
      configuration: { ...described(alarm), metrics: shownMetrics(alarm) },
    },
  };
}

export function configurationEvent(
  operation: "create" | "update" | "delete",
  alarm: WatchedAlarm,
  previous?: WatchedAlarm,
) {
  return {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm Configuration Change",
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.configuration.name,
      operation,
      state: { value: alarm.status.value, timestamp: alarmTime(alarm.status.at) },
      configuration: shownConfiguration(alarm),
      ...(previous !== undefined && { previousConfiguration: shownConfiguration(previous) }),
    },
  };
}

/** What a Lambda function gets that is an alarm's action itself, without EventBridge. */
export function actionPayload(
  alarm: WatchedAlarm,
  previous: AlarmStatus,
  { account, region }: { account: string; region: string },
) {
  return {
    source: "aws.cloudwatch",
    alarmArn: alarm.arn,
    accountId: account,
    time: alarmTime(alarm.status.at),
    region,
    alarmData: {
      alarmName: alarm.configuration.name,
      state: shownStatus(alarm.status),
      previousState: shownStatus(previous),
      configuration: { ...described(alarm), metrics: shownMetrics(alarm) },
    },
  };
}

function shownStatus({ value, reason, reasonData, at }: AlarmStatus) {
  return { value, reason, ...(reasonData !== undefined && { reasonData }), timestamp: alarmTime(at) };
}

function shownConfiguration(alarm: WatchedAlarm) {
  const { configuration } = alarm;
  return {
    evaluationPeriods: configuration.evaluationPeriods,
    datapointsToAlarm: configuration.datapointsToAlarm,
    threshold: configuration.threshold,
    comparisonOperator: configuration.comparison,
    treatMissingData: configuration.missingData,
    metrics: shownMetrics(alarm),
    alarmName: configuration.name,
    ...described(alarm),
    actionsEnabled: configuration.actionsEnabled,
    timestamp: alarmTime(alarm.configuredAt),
    okActions: [...configuration.actions.OK],
    alarmActions: [...configuration.actions.ALARM],
    insufficientDataActions: [...configuration.actions.INSUFFICIENT_DATA],
  };
}

function described({ configuration }: WatchedAlarm) {
  return configuration.description === undefined ? {} : { description: configuration.description };
}

function shownMetrics({ configuration, metricId }: WatchedAlarm) {
  const { metric, periodMs, statistic, unit } = configuration;
  return [
    {
      id: metricId,
      metricStat: {
        metric: {
          namespace: metric.namespace,
          name: metric.name,
          dimensions: Object.fromEntries(metric.dimensions),
        },
        period: periodMs / 1_000,
        stat: statistic,
        ...(unit !== undefined && { unit }),
      },
      returnData: true,
    },
  ];
}
