import type { LogGroupResource } from "./manifest.ts";
import type { Names } from "./names.ts";

/** Long enough to look into last month's trouble; CloudWatch Logs takes fixed numbers of days, of which this is one. */
const RETENTION_DAYS = 30;

export function functionLogGroup(names: Names, name: string): LogGroupResource {
  return logGroup(names, `/aws/lambda/${names.functionName(name)}`);
}

/**
 * The prefix keeps CloudWatch Logs' own resource policy from growing with every log group (it ends at 5,120 characters).
 * https://docs.aws.amazon.com/step-functions/latest/dg/bp-cwl.html
 */
export function machineLogGroup(names: Names, name: string): LogGroupResource {
  return logGroup(names, `/aws/vendedlogs/states/${names.machineName(name)}`);
}

export function apiLogGroup(names: Names): LogGroupResource {
  return logGroup(names, `/aws/vendedlogs/apis/${names.functionName("api")}`);
}

function logGroup(names: Names, name: string): LogGroupResource {
  return { name, arn: names.logGroupArn(name), retentionDays: RETENTION_DAYS };
}
