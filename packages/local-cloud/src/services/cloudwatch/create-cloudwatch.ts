import type {
  GetMetricDataCommandInput,
  GetMetricStatisticsCommandInput,
  ListMetricsCommandInput,
  PutMetricDataCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { denialMessage } from "../iam/denial.ts";
import { AlarmBook, type ActionRecord } from "./alarms/alarm-book.ts";
import { alarmOperations } from "./alarms/alarm-operations.ts";
import { cloudWatchAccess } from "./cloudwatch-access.ts";
import { calmCloudWatch, type CloudWatchDials } from "./dials.ts";
import { MetricStore } from "./metrics/metric-store.ts";
import { putMetricData } from "./metrics/put-metric-data.ts";
import { getMetricData, getMetricStatistics, listMetrics } from "./metrics/read-metrics.ts";
import type { VCpuUsage } from "./metrics/usage-metric.ts";

export interface CloudWatchOptions {
  /** How functions that are alarm actions are called. */
  readonly call: Kernel["call"];
  readonly dials?: CloudWatchDials;
  /** Running vCPUs by class, for `AWS/Usage`; without it there are no such metrics. */
  readonly vCpuUsage?: VCpuUsage;
}

/** The embedded CloudWatch: metrics, and alarms on one metric each. Its signing name is `monitoring`. */
export interface CloudWatch extends ServicePlugin {
  /** What alarms did on their transitions, oldest first. */
  readonly alarmActions: () => readonly ActionRecord[];
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/ */
export function createCloudWatch(context: ServiceContext, options: CloudWatchOptions): CloudWatch {
  const { call, dials = calmCloudWatch } = options;
  const store = new MetricStore({ context, dials, usage: options.vCpuUsage });
  const book = new AlarmBook({ context, store, call });
  return {
    service: "monitoring",
    operations: {
      PutMetricData: (input: PutMetricDataCommandInput) => {
        putMetricData(context, store, input);
        return {};
      },
      GetMetricData: (input: GetMetricDataCommandInput) => getMetricData(store, input),
      GetMetricStatistics: (input: GetMetricStatisticsCommandInput) => getMetricStatistics(store, input),
      ListMetrics: (input: ListMetricsCommandInput) => listMetrics(context, dials, store, input),
      ...alarmOperations(book),
    },
    access: (operation, input) => cloudWatchAccess(book, operation, input),
    throttled: () => new AwsError("Throttling", "Rate exceeded"),
    denied: (request, call) => new AwsError("AccessDenied", denialMessage(request, call), { status: 403 }),
    alarmActions: () => book.actions(),
  };
}
