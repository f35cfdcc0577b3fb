import { each, type Expectation } from "./expectation.ts";

/** Its actions are enabled, which is CloudWatch's default and no input; nobody is told of its end. */
const metricAlarms: Expectation = {
  type: "aws:cloudwatch/metricAlarm:MetricAlarm",
  expected: ({ alarms, topic }) =>
    each(
      alarms,
      ({ name }) => name,
      (alarm) => ({
        name: alarm.name,
        alarmDescription: alarm.description,
        namespace: alarm.namespace,
        metricName: alarm.metric,
        dimensions: alarm.dimensions,
        statistic: alarm.statistic,
        period: alarm.periodSeconds,
        evaluationPeriods: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        threshold: alarm.threshold,
        treatMissingData: "notBreaching",
        alarmActions: [topic.arn],
      }),
    ),
};

/** Its policy is AWS's own, which lets in the account alone, and with it the account's alarms. */
const topics: Expectation = {
  type: "aws:sns/topic:Topic",
  expected: ({ topic: { name } }) => ({ [name]: { name } }),
};

export const alarms: readonly Expectation[] = [metricAlarms, topics];
