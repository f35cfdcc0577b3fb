import type { DescribeExecutionOutput, ExecutionListItem } from "@aws-sdk/client-sfn";
import type { ExecutionRecord } from "./execution-record.ts";

/** DescribeExecution's answer. */
export function describeExecution(record: ExecutionRecord): DescribeExecutionOutput {
  const { execution, traceHeader } = record;
  const { outputText, error, cause } = execution;
  return {
    ...listExecution(record),
    input: execution.input.text,
    inputDetails: { included: true },
    ...(outputText !== undefined && { output: outputText, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
    ...(traceHeader !== undefined && { traceHeader }),
    ...redriveStatus(record),
  };
}

/** An execution in ListExecutions. */
export function listExecution({ arn, name, runnable, execution }: ExecutionRecord): ExecutionListItem {
  const { machine, version, alias } = runnable;
  const { status, startedAt, stoppedAt } = execution;
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: new Date(startedAt),
    ...(stoppedAt !== undefined && { stopDate: new Date(stoppedAt) }),
    ...(version !== undefined && { stateMachineVersionArn: version.arn }),
    ...(alias !== undefined && { stateMachineAliasArn: alias.arn }),
    redriveCount: 0,
  };
}

// As recorded: only what cannot be redriven gets a reason.
function redriveStatus({ execution: { status } }: ExecutionRecord) {
  if (status !== "RUNNING" && status !== "SUCCEEDED") return { redriveStatus: "REDRIVABLE" as const };
  return {
    redriveStatus: "NOT_REDRIVABLE" as const,
    redriveStatusReason: `Execution is ${status} and cannot be redriven`,
  };
}
