import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { toIso } from "@muster/core";
import type { ServiceContext } from "../../kernel/service.ts";
import type { FunctionHost } from "./function-host.ts";
import { functionArn } from "./function-name.ts";

/** A function as GetFunctionConfiguration shows it; what only deployed code has (size, digest) is left out. */
export function describeConfiguration(
  context: ServiceContext,
  { host, version, qualifier }: { host: FunctionHost; version: string; qualifier: string | undefined },
  modifiedAt: number,
): FunctionConfiguration {
  const deadLetterQueueArn = host.onAsync?.deadLetterQueueArn;
  const arn = functionArn(context, host.name);
  return {
    FunctionName: host.name,
    FunctionArn: qualifier === undefined ? arn : `${arn}:${qualifier}`,
    Role: host.roleArn,
    Runtime: "nodejs24.x",
    PackageType: "Zip",
    Version: version,
    State: "Active",
    LastUpdateStatus: "Successful",
    LastModified: toIso(modifiedAt).replace("Z", "+0000"),
    Timeout: Math.ceil(host.timeoutMs / 1000),
    ...(host.memoryMb !== undefined && { MemorySize: host.memoryMb }),
    ...(deadLetterQueueArn !== undefined && { DeadLetterConfig: { TargetArn: deadLetterQueueArn } }),
  };
}
