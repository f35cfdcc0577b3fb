import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Authorize } from "../../../kernel/kernel.ts";
import type { AccessRequest, Caller, ServicePlugin } from "../../../kernel/service.ts";
import { clientSettings, testCloud } from "../../../testing/test-cloud.ts";
import { createStates, type StatesOptions } from "../create-states.ts";

export const machineRole = "arn:aws:iam::123456789012:role/machine";
export const arnOfMachine = (name: string) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`;
export const arnOfExecution = (machine: string, name: string) =>
  `arn:aws:states:eu-central-1:123456789012:execution:${machine}:${name}`;

/** A function as the double of Lambda runs it. */
export type TestFunction = (event: never, caller: Caller) => unknown;

/** Lambda as far as Step Functions sees it: functions by name, their errors, and refusals. */
export function lambdaDouble(functions: Readonly<Record<string, TestFunction>>): ServicePlugin {
  const invoke = async ({ FunctionName, Payload }: { FunctionName: string; Payload?: Uint8Array }, caller: Caller) => {
    const run = functions[FunctionName.replace(/^.*:function:/, "")];
    if (run === undefined) {
      throw new AwsError("ResourceNotFoundException", `Function not found: ${FunctionName}`, { status: 404 });
    }
    const event = JSON.parse(Payload === undefined ? "{}" : new TextDecoder().decode(Payload)) as never;
    try {
      const answer = JSON.stringify((await run(event, caller)) ?? null);
      return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: new TextEncoder().encode(answer) };
    } catch (error) {
      if (error instanceof AwsError || !(error instanceof Error)) throw error;
      const { name: errorType, message: errorMessage } = error;
      const answer = JSON.stringify({ ...(errorType !== "Error" && { errorType }), errorMessage });
      return { StatusCode: 200, FunctionError: "Unhandled", Payload: new TextEncoder().encode(answer) };
    }
  };
  return {
    service: "lambda",
    operations: { Invoke: (input: Parameters<typeof invoke>[0], { caller }) => invoke(input, caller) },
    access: (operation, input) => [
      { action: `lambda:${operation}Function`, resource: (input as { FunctionName: string }).FunctionName },
    ],
    throttled: () => new AwsError("TooManyRequestsException", "Rate exceeded", { status: 429 }),
    denied: ({ action }) =>
      new AwsError("AccessDeniedException", `not authorized to perform: ${action}`, { status: 403 }),
  };
}

/** A kernel with Step Functions, a double of Lambda, and a client of a user who may do everything. */
export function statesCloud(
  options: {
    functions?: Readonly<Record<string, TestFunction>>;
    /** What roles may do; everything without it. */
    authorize?: Authorize;
    states?: Omit<StatesOptions, "call">;
    seed?: number;
  } = {},
) {
  const { functions = {}, authorize, seed = 1 } = options;
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    seed,
    authorize: (caller, requests) => {
      asked.push(...requests);
      return authorize?.(caller, requests);
    },
  });
  const call = cloud.kernel.call.bind(cloud.kernel);
  const states = createStates(cloud.context, { call, ...options.states });
  cloud.register(states);
  cloud.register(lambdaDouble(functions));
  const client = cloud.connect(new SFNClient(clientSettings));
  const create = async (name: string, definition: object) => {
    const text = JSON.stringify({ QueryLanguage: "JSONata", ...definition });
    const request = new CreateStateMachineCommand({ name, definition: text, roleArn: machineRole });
    return (await cloud.run(client.send(request))).stateMachineArn ?? "";
  };
  const start = async (stateMachineArn: string, input: unknown = {}, name?: string) => {
    const request = new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input), name });
    return (await cloud.run(client.send(request))).executionArn ?? "";
  };
  /** Moves time until no execution runs. */
  const settle = () =>
    cloud.clock.runUntil(() => states.inspect().executions.every(({ status }) => status !== "RUNNING"));
  return { cloud, states, client, asked, create, start, settle };
}

/** A machine of one state. */
export function oneState(state: object): object {
  return { StartAt: "S", States: { S: { End: true, ...state } } };
}
