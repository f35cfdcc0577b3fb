import type {
  DescribeExecutionInput,
  DescribeStateMachineForExecutionInput,
  GetExecutionHistoryInput,
  ListExecutionsInput,
  StartExecutionInput,
  StopExecutionInput,
} from "@aws-sdk/client-sfn";
import { MAX_CAUSE_LENGTH, MAX_ERROR_LENGTH, MAX_PAYLOAD_BYTES, type Json } from "@muster/asl";
import type { Operation, ServiceContext } from "../../../kernel/service.ts";
import { checkConstraints } from "../../../mechanisms/constraints.ts";
import { refuseMembers } from "../../../mechanisms/not-implemented.ts";
import { randomUuid } from "../../../mechanisms/uuid.ts";
import { checkExecutionArn, parseMachineArn } from "../arn.ts";
import { statesError } from "../errors.ts";
import { MAX_ARN_LENGTH } from "../limits.ts";
import type { MachineStore } from "../machines/machine-store.ts";
import { checkName } from "../name.ts";
import { pageOf } from "../page.ts";
import { describeExecution, listExecution } from "./described.ts";
import type { ExecutionRecord } from "./execution-record.ts";
import type { ExecutionStore } from "./execution-store.ts";
import { historyPage } from "./history-page.ts";

/** The operations on executions. */
export function executionOperations(
  context: ServiceContext,
  machines: MachineStore,
  executions: ExecutionStore,
): Readonly<Record<string, Operation>> {
  const get = (arn: string | undefined) => findExecution(executions, arn);
  return {
    StartExecution: (input: StartExecutionInput) => {
      const { arn, execution } = start(context, machines, executions, input);
      return { executionArn: arn, startDate: new Date(execution.startedAt) };
    },
    DescribeExecution: (input: DescribeExecutionInput) => {
      refuseMembers("DescribeExecution", {
        "includedData METADATA_ONLY": input.includedData === "METADATA_ONLY" ? true : undefined,
      });
      return describeExecution(get(input.executionArn));
    },
    DescribeStateMachineForExecution: (input: DescribeStateMachineForExecutionInput) => {
      refuseMembers("DescribeStateMachineForExecution", {
        "includedData METADATA_ONLY": input.includedData === "METADATA_ONLY" ? true : undefined,
      });
      const { machine, revision } = get(input.executionArn).runnable;
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        definition: revision.definition,
        roleArn: revision.roleArn,
        updateDate: new Date(revision.updatedAt),
        loggingConfiguration: { level: "OFF", includeExecutionData: false },
        tracingConfiguration: { enabled: false },
        ...(revision.id !== undefined && { revisionId: revision.id }),
      };
    },
    GetExecutionHistory: (input: GetExecutionHistoryInput) => {
      const { executionArn, ...request } = input;
      return historyPage(get(executionArn).execution.history, request);
    },
    ListExecutions: (input: ListExecutionsInput) => listExecutions(machines, executions, input),
    StopExecution: (input: StopExecutionInput) => {
      checkConstraints([
        { at: "error", value: input.error, max: MAX_ERROR_LENGTH },
        { at: "cause", value: input.cause, max: MAX_CAUSE_LENGTH },
      ]);
      const { execution } = get(input.executionArn);
      execution.stop(input.error, input.cause);
      return { stopDate: new Date(execution.stoppedAt ?? context.clock.now()) };
    },
  };
}

function start(
  context: ServiceContext,
  machines: MachineStore,
  executions: ExecutionStore,
  input: StartExecutionInput,
): ExecutionRecord {
  checkConstraints([
    { at: "stateMachineArn", value: input.stateMachineArn, required: true, min: 1, max: MAX_ARN_LENGTH },
  ]);
  const arn = input.stateMachineArn ?? "";
  const runnable = machines.runnable(arn, context.random);
  if (runnable.machine.isDeleting) throw statesError.machineDeleting(arn);
  const { name = randomUuid(context.random), input: inputText = "{}", traceHeader } = input;
  checkName(name);
  return executions.start({ runnable, name, input: readInput(inputText), inputText, traceHeader });
}

function readInput(text: string): Json {
  if (Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
    // Sensitive members are not repeated in the text.
    throw statesError.validation(
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than " +
        `or equal to ${MAX_PAYLOAD_BYTES}`,
    );
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    // AWS goes on with the words of its own JSON parser.
    throw statesError.invalidExecutionInput(error instanceof Error ? error.message : String(error));
  }
}

function findExecution(executions: ExecutionStore, arn: string | undefined): ExecutionRecord {
  checkConstraints([{ at: "executionArn", value: arn, required: true, min: 1, max: MAX_ARN_LENGTH }]);
  checkExecutionArn(arn ?? "");
  const record = executions.find(arn ?? "");
  if (record === undefined) throw statesError.executionDoesNotExist(arn ?? "");
  return record;
}

// Newest first. https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
function listExecutions(machines: MachineStore, executions: ExecutionStore, input: ListExecutionsInput) {
  refuseMembers("ListExecutions", { mapRunArn: input.mapRunArn, redriveFilter: input.redriveFilter });
  const { stateMachineArn = "", statusFilter } = input;
  checkConstraints([{ at: "stateMachineArn", value: stateMachineArn, min: 1, max: MAX_ARN_LENGTH }]);
  const { machineArn, qualifier } = parseMachineArn(stateMachineArn);
  if (machines.find(machineArn) === undefined) throw statesError.machineDoesNotExist(stateMachineArn);
  const found = executions.of(machineArn).filter(({ runnable, execution }) => {
    const { version, alias } = runnable;
    const isOfQualifier = qualifier === undefined || [version?.arn, alias?.arn].includes(stateMachineArn);
    return isOfQualifier && (statusFilter === undefined || execution.status === statusFilter);
  });
  const page = pageOf(found.toReversed(), ({ arn }) => arn, input);
  return {
    executions: page.items.map(listExecution),
    ...(page.nextToken !== undefined && { nextToken: page.nextToken }),
  };
}
