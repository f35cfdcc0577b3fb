import {
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import type { Workflow } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Step Functions. `machineArn` says which ARN a machine has. */
export function workflow(runtime: AwsRuntime, machineArn: (machine: string) => string): Workflow {
  const client = runtime.client(SFNClient);
  return {
    start: async (machine, name, input) => {
      const stateMachineArn = machineArn(machine);
      try {
        const answer = await call(runtime, "states:StartExecution", () =>
          client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) })),
        );
        return answer.executionArn ?? "";
      } catch (error) {
        // It was started before and has closed since: the same name is the same execution.
        if (classify(error).code === "ExecutionAlreadyExists") return executionArn(stateMachineArn, name);
        throw error;
      }
    },
    standing: async (arn) => {
      try {
        const answer = await call(runtime, "states:DescribeExecution", () =>
          client.send(new DescribeExecutionCommand({ executionArn: arn })),
        );
        const isRunning = answer.status === "RUNNING" || answer.status === "PENDING_REDRIVE";
        const { error, cause } = answer;
        return { isRunning, ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
      } catch (error) {
        // Its history is kept for 90 days after it closed.
        if (classify(error).code === "ExecutionDoesNotExist") return { isRunning: false };
        throw error;
      }
    },
    succeed: (taskToken, output) =>
      answered(() =>
        call(runtime, "states:SendTaskSuccess", () =>
          client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) })),
        ),
      ),
    fail: (taskToken, { code, cause }) =>
      answered(() =>
        call(runtime, "states:SendTaskFailure", () =>
          client.send(
            new SendTaskFailureCommand({ taskToken, error: code, cause: cause.slice(0, CAUSE_CHARACTERS_MAX) }),
          ),
        ),
      ),
  };
}

/** Step Functions: a cause has at most 32,768 characters. */
const CAUSE_CHARACTERS_MAX = 32_768;

function executionArn(stateMachineArn: string, name: string): string {
  // Executions are the machine's, also those that were started through an alias of it.
  const [machine = ""] = stateMachineArn.split(":").slice(6);
  return [...stateMachineArn.split(":").slice(0, 5), "execution", machine, name].join(":");
}

// TaskTimedOut also says that someone else has answered; TaskDoesNotExist that its execution has ended.
async function answered(answer: () => Promise<unknown>): Promise<boolean> {
  try {
    await answer();
    return true;
  } catch (error) {
    const { code } = classify(error);
    if (code === "TaskTimedOut" || code === "TaskDoesNotExist") return false;
    throw error;
  }
}
