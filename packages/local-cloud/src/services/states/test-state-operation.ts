import type { InspectionData, TestStateInput, TestStateOutput } from "@aws-sdk/client-sfn";
import {
  InvalidDefinitionError,
  isAwsDiagnostic,
  MAX_PAYLOAD_BYTES,
  testState,
  TestStateError,
  type Json,
  type JsonObject,
  type StateMock,
  type TestStateResult,
} from "@muster/asl";
import type { ServiceContext } from "../../kernel/service.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { notImplemented, refuseMembers } from "../../mechanisms/not-implemented.ts";
import { randomUuid } from "../../mechanisms/uuid.ts";
import { machineArn, testExecutionArn } from "./arn.ts";
import { statesError } from "./errors.ts";
import type { ExecutionStore } from "./executions/execution-store.ts";

/** TestState. https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html */
export async function testStateOperation(
  context: ServiceContext,
  executions: ExecutionStore,
  input: TestStateInput,
): Promise<TestStateOutput> {
  const { mock, stateConfiguration: configuration } = input;
  checkConstraints([
    { at: "definition", value: input.definition, required: true, min: 1 },
    { at: "input", value: input.input, max: MAX_PAYLOAD_BYTES },
  ]);
  refuseMembers("TestState", {
    revealSecrets: input.revealSecrets === true ? true : undefined,
    "mock.fieldValidationMode": mock?.fieldValidationMode === "NONE" ? undefined : mock?.fieldValidationMode,
  });
  if (input.context !== undefined && mock === undefined) {
    throw statesError.validation("A context can be given only together with a mock");
  }
  const answer = await translated(
    testState(
      {
        definition: parse("definition", input.definition ?? ""),
        stateName: input.stateName,
        input: parse("input", input.input ?? "{}"),
        variables: parseObject("variables", input.variables),
        context: parseObject("context", input.context),
        mock: readMock(mock),
        configuration: configuration && {
          retrierRetryCount: configuration.retrierRetryCount,
          mapIterationFailureCount: configuration.mapIterationFailureCount,
          mapItemReaderData: optional("mapItemReaderData", configuration.mapItemReaderData),
        },
      },
      executions.host(identity(context, input.roleArn ?? "")),
    ),
  );
  return shown(answer, input.inspectionLevel ?? "INFO");
}

function identity(context: ServiceContext, roleArn: string) {
  const [machineName, executionName] = [randomUuid(context.random), randomUuid(context.random)];
  return {
    executionArn: testExecutionArn(context, machineName, executionName),
    executionName,
    roleArn,
    stateMachineArn: machineArn(context, machineName),
    stateMachineName: machineName,
  };
}

/** Makes AWS's errors of what the interpreter refuses. */
async function translated(answer: Promise<TestStateResult>): Promise<TestStateResult> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TestStateError) throw statesError.validation(error.message);
    if (!(error instanceof InvalidDefinitionError)) throw error;
    const unsupported = error.diagnostics.find((diagnostic) => !isAwsDiagnostic(diagnostic));
    throw unsupported === undefined
      ? statesError.invalidDefinition(error.message)
      : notImplemented(`TestState of this state: ${unsupported.message}`);
  }
}

function readMock(mock: TestStateInput["mock"]): StateMock | undefined {
  if (mock === undefined) return undefined;
  const { result, errorOutput } = mock;
  if ((result === undefined) === (errorOutput === undefined)) {
    throw statesError.validation("A mock has either a result or an errorOutput");
  }
  return result === undefined
    ? { error: errorOutput?.error, cause: errorOutput?.cause }
    : { result: parse("mock.result", result) };
}

function parse(member: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw statesError.validation(`The ${member} is not valid JSON: ${reason}`);
  }
}

function optional(member: string, text: string | undefined): Json | undefined {
  return text === undefined ? undefined : parse(member, text);
}

function parseObject(member: string, text: string | undefined): JsonObject | undefined {
  const value = optional(member, text);
  if (value === undefined) return undefined;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw statesError.validation(`The ${member} must be a JSON object`);
}

function shown(result: TestStateResult, level: string): TestStateOutput {
  const { output, inspectionData: data, ...rest } = result;
  const { errorDetails, maxConcurrency, toleratedFailureCount, toleratedFailurePercentage, ...payloads } = data;
  const inspectionData: InspectionData = {
    ...Object.fromEntries(Object.entries(payloads).map(([name, value]) => [name, JSON.stringify(value)])),
    ...(errorDetails !== undefined && { errorDetails }),
    ...(maxConcurrency !== undefined && { maxConcurrency }),
    ...(toleratedFailureCount !== undefined && { toleratedFailureCount }),
    ...(toleratedFailurePercentage !== undefined && { toleratedFailurePercentage }),
  };
  return {
    ...rest,
    ...(output !== undefined && { output: JSON.stringify(output) }),
    ...(level !== "INFO" && { inspectionData }),
  };
}
