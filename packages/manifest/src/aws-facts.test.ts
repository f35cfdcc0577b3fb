import { describe, expect, it } from "vitest";
import { buildManifest } from "./build-manifest.ts";
import type { AlarmResource } from "./manifest.ts";

const manifest = buildManifest({ stage: "dev", region: "eu-west-1", account: "123456789012" }, []);

/**
 * Seconds after which an HTTP API gives up on an integration, and answers 503 whatever the function does.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
const INTEGRATION_TIMEOUT_S_MAX = 30;

/** Lambda's longest timeout. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const FUNCTION_TIMEOUT_S_MAX = 900;

/** Days. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * Events of services that can be known, by source.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html, spot-instance-termination-notices.html
 * and rebalance-recommendations.html; https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-eventbridge-events.html;
 * https://docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html;
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  "aws.ssm": ["EC2 Command Status-change Notification", "EC2 Command Invocation Status-change Notification"],
  "aws.ec2": [
    "EC2 Instance State-change Notification",
    "EC2 Spot Instance Interruption Warning",
    "EC2 Instance Rebalance Recommendation",
  ],
  "aws.health": ["AWS Health Event"],
  "aws.cloudwatch": ["CloudWatch Alarm State Change"],
};

/**
 * Metrics that can mean trouble, and the dimension that tells whose.
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
const METRICS: Readonly<Record<string, { readonly metrics: readonly string[]; readonly dimension: string }>> = {
  "AWS/States": {
    metrics: ["ExecutionsAborted", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"],
    dimension: "StateMachineArn",
  },
  "AWS/Lambda": {
    metrics: ["Errors", "Throttles", "DeadLetterErrors", "AsyncEventsDropped", "AsyncEventAge", "Duration"],
    dimension: "FunctionName",
  },
  "AWS/SQS": {
    metrics: ["ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "NumberOfMessagesSent"],
    dimension: "QueueName",
  },
};

/** Seconds; shorter ones are for metrics of one's own. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const ALARM_PERIOD_UNIT_S = 60;

describe("functions", () => {
  it("of the API answer before it gives up on them", () => {
    const called = new Set(manifest.routes.map(({ functionName }) => functionName));
    const slow = manifest.functions.filter((f) => called.has(f.name) && f.timeoutSeconds >= INTEGRATION_TIMEOUT_S_MAX);
    expect(slow.map(({ name }) => name)).toEqual([]);
  });

  it("that routes name are there", () => {
    const names = manifest.functions.map(({ name }) => name);
    expect(manifest.routes.filter(({ functionName }) => !names.includes(functionName))).toEqual([]);
  });

  it("end within what Lambda allows", () => {
    expect(manifest.functions.filter((f) => f.timeoutSeconds > FUNCTION_TIMEOUT_S_MAX)).toEqual([]);
  });
});

describe("log groups", () => {
  const groups = [...manifest.functions, ...manifest.machines, manifest.api].map(({ logGroup }) => logGroup);

  it("are kept for a number of days that CloudWatch Logs takes", () => {
    expect(groups.filter(({ retentionDays }) => !RETENTIONS.includes(retentionDays))).toEqual([]);
  });

  it("that a service's delivery fills have the prefix that keeps its resource policy short", () => {
    const vended = [...manifest.machines, manifest.api].map(({ logGroup }) => logGroup.name);
    expect(vended.filter((name) => !name.startsWith("/aws/vendedlogs/"))).toEqual([]);
  });

  it("belong to one owner each", () => {
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
  });
});

describe("rules", () => {
  it.each(manifest.rules)("$name waits for events that AWS documents", ({ pattern }) => {
    const sources = pattern["source"] as readonly string[];
    const types = pattern["detail-type"] as readonly string[];
    expect(sources).toHaveLength(1);
    expect(types.length).toBeGreaterThan(0);
    expect(types.filter((type) => !sources.every((source) => EVENTS[source]?.includes(type)))).toEqual([]);
  });
});

describe("alarms", () => {
  it.each(manifest.alarms)("$name watches a metric that AWS documents", ({ namespace, metric, periodSeconds }) => {
    expect(METRICS[namespace]?.metrics).toContain(metric);
    expect(periodSeconds % ALARM_PERIOD_UNIT_S).toBe(0);
  });

  it.each(manifest.alarms)("$name watches something that the manifest has", (alarm) => {
    const { dimension = "" } = METRICS[alarm.namespace] ?? {};
    expect(Object.keys(alarm.dimensions)).toEqual([dimension]);
    expect(watchable(alarm)).toContain(alarm.dimensions[dimension]);
  });
});

/** Values of the dimension: what the manifest has of what the namespace is about. */
function watchable({ namespace }: AlarmResource): readonly string[] {
  switch (namespace) {
    case "AWS/States":
      return manifest.machines.map(({ arn }) => arn);
    case "AWS/Lambda":
      return manifest.functions.map(({ functionName }) => functionName);
    case "AWS/SQS":
      return manifest.queues.map(({ name }) => name);
    default:
      return [];
  }
}
