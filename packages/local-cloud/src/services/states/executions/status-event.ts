import type { ServiceContext } from "../../../kernel/service.ts";
import { MAX_EVENT_DATA_BYTES } from "../limits.ts";
import type { ExecutionRecord } from "./execution-record.ts";

/**
 * The event that an execution sends when it starts and when it ends.
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
export function statusEvent(record: ExecutionRecord): Parameters<ServiceContext["emit"]>[0] {
  const { arn, name, runnable, execution } = record;
  const { status, startedAt, stoppedAt, outputText } = execution;
  const inputText = execution.input.text;
  const outputBytes = outputText === undefined ? 0 : escapedBytes(outputText);
  const hasInput = escapedBytes(inputText) + outputBytes <= MAX_EVENT_DATA_BYTES;
  const hasOutput = outputBytes <= MAX_EVENT_DATA_BYTES;
  return {
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: runnable.machine.arn,
      name,
      status,
      startDate: startedAt,
      stopDate: stoppedAt ?? null,
      input: hasInput ? inputText : null,
      inputDetails: { included: hasInput },
      output: hasOutput ? (outputText ?? null) : null,
      outputDetails: outputText === undefined ? null : { included: hasOutput },
    },
  };
}

/** Its size as a text inside JSON. */
function escapedBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}
