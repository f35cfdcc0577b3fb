import {
  GetExecutionHistoryCommand,
  SFNClient,
  SendTaskSuccessCommand,
  DescribeExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { ServicePlugin } from "../../../kernel/service.ts";
import { clientSettings, roleCaller } from "../../../testing/test-cloud.ts";
import { arnOfExecution, machineRole, oneState, statesCloud } from "../testing/states-cloud.ts";

type Cloud = ReturnType<typeof statesCloud>;

const LAMBDA = "arn:aws:states:::lambda:invoke";
const caught = { Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] };

function task(Resource: string, Arguments: unknown, more: object = {}): object {
  return {
    StartAt: "T",
    States: {
      T: { Type: "Task", Resource, Arguments, End: true, ...more },
      ...("Catch" in more && { Caught: { Type: "Pass", End: true } }),
    },
  };
}

/** Runs a machine to its end and answers how it ended. */
async function run(cloud: Cloud, definition: object, input: unknown = {}) {
  const executionArn = await cloud.start(await cloud.create("machine", definition), input, "run");
  await cloud.settle();
  return described(cloud, executionArn);
}

async function described({ cloud, client }: Cloud, executionArn: string) {
  const { status, output, error, cause } = await cloud.run(client.send(new DescribeExecutionCommand({ executionArn })));
  return {
    status,
    ...(output !== undefined && { output: JSON.parse(output) as Record<string, unknown> }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}

async function eventsOf({ cloud, client }: Cloud) {
  const request = new GetExecutionHistoryCommand({ executionArn: arnOfExecution("machine", "run"), maxResults: 1000 });
  return (await cloud.run(client.send(request))).events ?? [];
}

describe("lambda:invoke", () => {
  it.each([
    ["an object", { a: 1 }, { a: 1 }],
    ["a text, which is JSON already", "[true]", [true]],
    ["nothing", null, {}],
  ])("hands over %s, and answers what Lambda does", async (_what, Payload, seen) => {
    const cloud = statesCloud({ functions: { echo: (event) => ({ saw: event }) } });
    const { output } = await run(cloud, task(LAMBDA, { FunctionName: "echo", Payload }));
    expect(output).toMatchObject({
      StatusCode: 200,
      ExecutedVersion: "$LATEST",
      Payload: { saw: seen },
      SdkHttpMetadata: { HttpStatusCode: 200, HttpHeaders: { "Content-Type": "application/json" } },
      SdkResponseMetadata: { RequestId: expect.any(String) },
    });
  });

  it("is made as the machine's role", async () => {
    const cloud = statesCloud({ functions: { who: (_event, { arn, isAccountUser }) => ({ arn, isAccountUser }) } });
    const { output } = await run(cloud, task(LAMBDA, { FunctionName: "who" }));
    expect(output).toMatchObject({ Payload: { arn: machineRole, isAccountUser: false } });
    expect(cloud.asked).toContainEqual({ action: "lambda:InvokeFunction", resource: "who" });
  });

  const failing = (name: string) => () => {
    throw Object.assign(new Error("no room"), { name });
  };

  it.each([
    ["raises an error", "bad", "CapacityError", /^\{"errorType":"CapacityError","errorMessage":"no room"\}$/],
    [
      "gives its error no type",
      "nameless",
      "Lambda.Unknown",
      /^The cause could not be determined because Lambda did not return an error type. Returned payload: \{"errorMessage":"no room"\}$/,
    ],
    [
      "is not there",
      "none",
      "Lambda.ResourceNotFoundException",
      /^Function not found: .*none \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: [\da-f-]{36}; Proxy: null\)$/,
    ],
  ])("of a function that %s fails the Task", async (_what, FunctionName, Error, Cause) => {
    for (const Resource of [LAMBDA, `arn:aws:lambda:eu-central-1:123456789012:function:${FunctionName}`]) {
      const cloud = statesCloud({ functions: { bad: failing("CapacityError"), nameless: failing("Error") } });
      const args = Resource === LAMBDA ? { FunctionName } : {};
      const { output } = await run(cloud, task(Resource, args, caught));
      expect(output).toEqual({ Error, Cause: expect.stringMatching(Cause) });
    }
  });

  it.each([
    ["throttle", "Lambda.TooManyRequestsException", "Error Code: TooManyRequestsException"],
    ["lose-answer", "Lambda.SdkClientException", "Unable to execute HTTP request: Read timed out"],
    [
      new AwsError("ServiceException", "internal", { status: 500 }),
      "Lambda.ServiceException",
      "Status Code: 500; Error Code: ServiceException",
    ],
  ] as const)("that meets %s fails as %s, and is worth a retry", async (fault, error, cause) => {
    let left = 2;
    const cloud = statesCloud({ functions: { echo: () => "done" } });
    cloud.cloud.faults.script = ({ service }) => (service === "lambda" && left-- > 0 ? fault : undefined);
    const { output } = await run(
      cloud,
      task(
        LAMBDA,
        { FunctionName: "echo" },
        { Retry: [{ ErrorEquals: [error], MaxAttempts: 5 }], Output: "{% $states.result.Payload %}" },
      ),
    );
    expect(output).toBe("done");
    const failed = (await eventsOf(cloud)).filter(({ type }) => type === "TaskFailed");
    expect(failed).toHaveLength(2);
    expect(failed[0]?.taskFailedEventDetails).toMatchObject({ error, cause: expect.stringContaining(cause) });
  });

  it("that IAM refuses fails under the name of an error that Lambda's model does not have", async () => {
    const cloud = statesCloud({ functions: { f: () => 1 }, authorize: (_caller, [request]) => request });
    const { output } = await run(cloud, task(LAMBDA, { FunctionName: "f" }, caught));
    expect(output).toMatchObject({
      Error: "Lambda.AWSLambdaException",
      Cause: expect.stringContaining("Status Code: 403; Error Code: AccessDeniedException"),
    });
  });
});

describe("a function by its ARN", () => {
  it("gets the Arguments, and its answer is the result", async () => {
    const cloud = statesCloud({ functions: { echo: (event) => ({ saw: event }) } });
    const Resource = "arn:aws:lambda:eu-central-1:123456789012:function:echo";
    expect(await run(cloud, oneState({ Type: "Task", Resource }), "text")).toEqual({
      status: "SUCCEEDED",
      output: { saw: "text" },
    });
  });
});

describe("a Task that waits for a token", () => {
  const args = { FunctionName: "ask", Payload: { token: "{% $states.context.Task.Token %}" } };
  const answering = (cloud: () => Cloud, delayMs: number) => (event: { token: string }) => {
    const client = cloud().cloud.connect(new SFNClient(clientSettings), roleCaller("function"));
    const send = () => client.send(new SendTaskSuccessCommand({ taskToken: event.token, output: '"answered"' }));
    if (delayMs === 0) return send().then(() => "sent");
    cloud().cloud.clock.after(delayMs, () => void send());
    return "later";
  };

  it.each([
    ["later", `${LAMBDA}.waitForTaskToken`, 5000, ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]],
    ["before the function returns", `${LAMBDA}.waitForTaskToken`, 0, ["TaskScheduled", "TaskStarted", "TaskSucceeded"]],
    [
      "to an SDK call",
      "arn:aws:states:::aws-sdk:lambda:invoke.waitForTaskToken",
      5000,
      ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"],
    ],
  ])("gets the answer that comes %s", async (_when, Resource, delayMs, types) => {
    const cloud: Cloud = statesCloud({ functions: { ask: answering(() => cloud, delayMs) } });
    expect(await run(cloud, task(Resource, args))).toEqual({ status: "SUCCEEDED", output: "answered" });
    expect((await eventsOf(cloud)).slice(2, -2).map(({ type }) => type)).toEqual(types);
    expect(cloud.asked).toContainEqual({ action: "states:SendTaskSuccess", resource: "*", context: {} });
  });

  it.each([
    ["nonsense", "InvalidToken", "Invalid Token: 'Invalid token'"],
    ["answered before", "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"],
  ])("is told from one that is %s", async (what, name, message) => {
    let token = "";
    const cloud: Cloud = statesCloud({
      functions: {
        ask: (event: { token: string }) => {
          token = event.token;
          return answering(() => cloud, 0)(event);
        },
      },
    });
    await run(cloud, task(`${LAMBDA}.waitForTaskToken`, args));
    const taskToken = what === "nonsense" ? what : token;
    const request = new SendTaskSuccessCommand({ taskToken, output: "{}" });
    await expect(cloud.cloud.run(cloud.client.send(request))).rejects.toMatchObject({ name, message });
  });
});

describe("an SDK integration", () => {
  it("writes members in the Java SDK's way, and times as text", async () => {
    const cloud = statesCloud();
    const child = await cloud.create("child", oneState({ Type: "Pass" }));
    const { output } = await run(
      cloud,
      task("arn:aws:states:::aws-sdk:sfn:startExecution", { StateMachineArn: child, Name: "job", Input: null }),
    );
    expect(output).toEqual({
      ExecutionArn: arnOfExecution("child", "job"),
      StartDate: expect.stringMatching(/^2026-.*Z$/),
    });
  });

  it.each([
    [
      "the service's model has",
      "sfn:sendTaskSuccess",
      { TaskToken: "NoSuchTaskToken", Output: "{}" },
      "Sfn.InvalidTokenException",
      /^Invalid Token: 'Invalid token' \(Service: Sfn, Status Code: 400, Request ID: [\da-f-]{36}\) \(SDK Attempt Count: 1\)$/,
    ],
    [
      "it does not have",
      "dynamodb:putItem",
      { TableName: "t" },
      "DynamoDb.DynamoDbException",
      /^nothing there \(Service: DynamoDb/,
    ],
    ["is a throttling", "ec2:describeInstances", {}, "Ec2.Ec2Exception", /^Request limit exceeded\./],
  ])("names an error that %s", async (_what, action, args, Error, Cause) => {
    const cloud = statesCloud();
    cloud.cloud.register(refusing("dynamodb", "PutItem", new AwsError("ValidationException", "nothing there")));
    cloud.cloud.register(
      refusing(
        "ec2",
        "DescribeInstances",
        new AwsError("RequestLimitExceeded", "Request limit exceeded.", { status: 503 }),
      ),
    );
    const { output } = await run(cloud, task(`arn:aws:states:::aws-sdk:${action}`, args, caught));
    expect(output).toEqual({ Error, Cause: expect.stringMatching(Cause) });
  });

  it.each([
    ["a member that the API does not have", { name: "n" }, "The field 'name' is not supported by Step Functions"],
    ["a value of another type", { Name: 1 }, "The value for the field 'Name' must be a STRING"],
    ["no object", "text", "The value for the field 'Arguments' must be a STRUCTURE"],
  ])("cannot be asked with %s, which nothing catches", async (_what, args, message) => {
    const cloud = statesCloud();
    const definition = task("arn:aws:states:::aws-sdk:sfn:startExecution", "{% $states.input %}", caught);
    expect(await run(cloud, definition, args)).toEqual({
      status: "FAILED",
      error: "States.Runtime",
      cause:
        "An error occurred while executing the state 'T' (entered at the event id #2). The Arguments " +
        `'${JSON.stringify(args)}' could not be used to start the Task: [${message}]`,
    });
  });

  it("does not take bytes inside a request, whose form in a Task nobody recorded", async () => {
    const cloud = statesCloud();
    const definition = task("arn:aws:states:::aws-sdk:dynamodb:putItem", {
      TableName: "t",
      Item: { id: { B: "aGk=" } },
    });
    expect(await run(cloud, definition)).toMatchObject({
      error: "States.Runtime",
      cause: expect.stringContaining("the embedded cloud does not have bytes in Tasks: the field 'B'"),
    });
  });

  it("that the embedded cloud does not have ends the execution, saying so", async () => {
    const result = await run(statesCloud(), task("arn:aws:states:::aws-sdk:sfn:listActivities", {}, caught));
    expect(result).toMatchObject({
      status: "FAILED",
      error: "States.Runtime",
      cause: expect.stringContaining("the embedded cloud does not have states:ListActivities"),
    });
  });
});

/** A service that refuses one operation. */
function refusing(service: ServicePlugin["service"], operation: string, error: AwsError): ServicePlugin {
  return {
    service,
    operations: {
      [operation]: () => {
        throw error;
      },
    },
    throttled: () => error,
    denied: () => error,
  };
}
