import { functionLogGroup } from "./log-groups.ts";
import type { Names } from "./names.ts";
import type { Statement } from "./statement.ts";

/** What Lambda does in a function's name: its log lines and its traces. */
export function functionServices(names: Names, name: string): readonly Statement[] {
  return [
    {
      sid: "WriteOwnLog",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`${functionLogGroup(names, name).arn}:*`],
    },
    {
      sid: "WriteTraces",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      resources: ["*"],
      wildcardReason: "X-Ray's writes know no resources.",
    },
  ];
}

/**
 * What Step Functions does in a machine's name.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html and xray-iam.html
 */
export function machineServices(): readonly Statement[] {
  return [
    {
      sid: "DeliverLogs",
      actions: [
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
      ],
      resources: ["*"],
      wildcardReason: "CloudWatch Logs' delivery actions know no resources.",
    },
    {
      sid: "WriteTraces",
      actions: [
        "xray:PutTraceSegments",
        "xray:PutTelemetryRecords",
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
      ],
      resources: ["*"],
      wildcardReason: "X-Ray's writes, and its rules of what to sample, know no resources.",
    },
  ];
}
