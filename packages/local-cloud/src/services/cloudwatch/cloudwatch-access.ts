import type { PutMetricAlarmCommandInput } from "@aws-sdk/client-cloudwatch";
import { requestTags } from "../../kernel/request-tags.ts";
import type { AccessRequest } from "../../kernel/service.ts";
import type { AlarmBook } from "./alarms/alarm-book.ts";

/**
 * What IAM is asked. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
export function cloudWatchAccess(book: AlarmBook, operation: string, input: unknown): AccessRequest[] {
  const action = `cloudwatch:${operation}`;
  const { AlarmName, AlarmNames, Namespace } = input as {
    AlarmName?: string;
    AlarmNames?: string[];
    Namespace?: string;
  };
  switch (operation) {
    case "PutMetricData":
      return [{ action, resource: "*", context: { "cloudwatch:namespace": Namespace } }];
    case "PutMetricAlarm":
      return putAlarmAccess(book, action, input as PutMetricAlarmCommandInput);
    case "SetAlarmState":
      return [alarmAccess(book, action, AlarmName ?? "")];
    case "DeleteAlarms":
    case "EnableAlarmActions":
    case "DisableAlarmActions":
      return (AlarmNames ?? []).map((name) => alarmAccess(book, action, name));
    case "DescribeAlarms":
      return [{ action, resource: book.arnOf("*") }];
    default:
      return [{ action, resource: "*" }];
  }
}

function alarmAccess(book: AlarmBook, action: string, name: string): AccessRequest {
  const tags = [...(book.find(name)?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]);
  return { action, resource: book.arnOf(name), context: Object.fromEntries(tags) as Record<string, string> };
}

function putAlarmAccess(book: AlarmBook, action: string, input: PutMetricAlarmCommandInput): AccessRequest[] {
  const { AlarmName = "", Tags: tags = [] } = input;
  const own = alarmAccess(book, action, AlarmName);
  const actions = [input.AlarmActions, input.OKActions, input.InsufficientDataActions].flatMap((arns) => arns ?? []);
  const context = {
    ...own.context,
    ...requestTags(new Map(tags.map(({ Key = "", Value = "" }) => [Key, Value]))),
    ...(actions.length > 0 && { "cloudwatch:AlarmActions": actions }),
  };
  const request = { ...own, context };
  return tags.length === 0 ? [request] : [request, { ...request, action: "cloudwatch:TagResource" }];
}
