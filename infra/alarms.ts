import type { Manifest } from "@muster/manifest";
import { logicalName } from "./names.ts";

/** Alarms, and the topic that they tell. It is not encrypted with a key: CloudWatch could not write to it with AWS's own. */
export function createAlarms({ alarms, topic }: Manifest): void {
  const created = new aws.sns.Topic("Alarms", { name: topic.name });
  for (const alarm of alarms) {
    new aws.cloudwatch.MetricAlarm(`Alarm${logicalName(alarm.name.replace(`muster-${$app.stage}-`, ""))}`, {
      name: alarm.name,
      alarmDescription: alarm.description,
      namespace: alarm.namespace,
      metricName: alarm.metric,
      dimensions: { ...alarm.dimensions },
      statistic: alarm.statistic,
      period: alarm.periodSeconds,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: alarm.threshold,
      treatMissingData: "notBreaching",
      alarmActions: [created.arn],
    });
  }
}
