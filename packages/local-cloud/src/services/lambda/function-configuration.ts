import type { FunctionConfiguration } from "@aws-sdk/client-lambda";
import { toIso } from "@muster/core";
import type { ServiceContext } from "../../kernel/service.ts";
import type { FunctionHost } from "./function-host.ts";
import { functionArn } from "./function-name.ts";

/** A function as GetFunctionConfiguration shows it; what only deployed code has (size, digest) is left out. */
export function describeConfiguration(
  context: ServiceContext,
  host: FunctionHost,
  modifiedAt: number,
): FunctionConfiguration {
  const deadLetterQueueArn = host.onAsync?.deadLetterQueueArn;
  return {
    FunctionName: host.name,
    FunctionArn: functionArn(context, host.name),
    Role: host.roleArn,
    Runtime: "nodejs24.x",
    PackageType: "Zip",
    Version: "$LATEST",
    State: "Active",
    LastUpdateStatus: "Successful",
    LastModified: toIso(modifiedAt).replace("Z", "+0000"),
    Timeout: Math.ceil(host.timeoutMs / 1000),
    ...(host.memoryMb !== undefined && { MemorySize: host.memoryMb }),
    ...(deadLetterQueueArn !== undefined && { DeadLetterConfig: { TargetArn: deadLetterQueueArn } }),
  };
}
