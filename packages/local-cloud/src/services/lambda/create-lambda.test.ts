import {
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  TooManyRequestsException,
  type InvokeCommandInput,
} from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand, CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { sleep } from "@muster/core";
import { describe, expect, it } from "vitest";
import type { AccessRequest, Caller } from "../../kernel/service.ts";
import { clientSettings, roleCaller, testCloud } from "../../testing/test-cloud.ts";
import { createSqs } from "../sqs/create-sqs.ts";
import { calmLambda, type LambdaDials } from "./dials.ts";
import type { FunctionHost } from "./function-host.ts";
import { createLambda } from "./create-lambda.ts";

const roleArn = "arn:aws:iam::123456789012:role/worker";
const worker: FunctionHost = {
  name: "worker",
  roleArn,
  timeoutMs: 30_000,
  memoryMb: 512,
  invoke: (event) => Promise.resolve({ saw: event }),
};

type Cloud = ReturnType<typeof testCloud>;

function withFunctions(
  hosts: (cloud: Cloud) => FunctionHost[],
  options: { dials?: Partial<LambdaDials>; accountConcurrency?: number; caller?: Caller } = {},
) {
  const cloud = testCloud();
  const dials: LambdaDials = { ...calmLambda, ...options.dials };
  const { accountConcurrency } = options;
  const lambda = createLambda(cloud.context, {
    hosts: hosts(cloud),
    dials,
    call: cloud.kernel.call.bind(cloud.kernel),
    ...(accountConcurrency !== undefined && { accountConcurrency }),
  });
  cloud.register(lambda);
  cloud.register(createSqs(cloud.context));
  const client = cloud.connect(new LambdaClient(clientSettings), options.caller);
  const send = (input: Partial<InvokeCommandInput>) =>
    client.send(new InvokeCommand({ FunctionName: "worker", ...input }));
  const invoke = async (input: Partial<InvokeCommandInput>) => {
    const output = await cloud.run(send(input));
    const text = new TextDecoder().decode(output.Payload);
    return { ...output, json: text === "" ? undefined : (JSON.parse(text) as Record<string, unknown>) };
  };
  return { cloud, lambda, dials, client, send, invoke };
}

describe("a synchronous invocation", () => {
  it.each([
    ["its name", "worker"],
    ["its ARN", "arn:aws:lambda:eu-central-1:123456789012:function:worker"],
    ["a partial ARN", "123456789012:function:worker"],
    ["the qualifier $LATEST", "worker:$LATEST"],
  ])("finds the function by %s and answers what the handler returned", async (_, FunctionName) => {
    const { invoke } = withFunctions(() => [worker]);
    const answer = await invoke({ FunctionName, Payload: new TextEncoder().encode('{"n":1}') });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST", json: { saw: { n: 1 } } });
    expect(answer.FunctionError).toBeUndefined();
  });

  it("hands over an empty object when there is no payload, and null when nothing is returned", async () => {
    const { invoke } = withFunctions(() => [worker, { ...worker, name: "quiet", invoke: async () => undefined }]);
    expect((await invoke({})).json).toEqual({ saw: {} });
    expect((await invoke({ FunctionName: "quiet" })).json).toBeNull();
  });

  it.each([
    ["an error", () => Object.assign(new Error("no room"), { name: "CapacityError" }), "CapacityError", "no room"],
    ["a text", () => "just text", "string", "just text"],
    ["an object that looks like an error", () => ({ name: "N", message: "M", stack: "S" }), "N", "M"],
  ])("answers %s that was thrown as Node's runtime does", async (_, thrown, errorType, errorMessage) => {
    const { invoke } = withFunctions(() => [{ ...worker, invoke: () => Promise.reject(thrown()) }]);
    const answer = await invoke({});
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(answer.json).toMatchObject({ errorType, errorMessage, trace: expect.any(Array) });
  });

  it.each([
    ["that cannot be written as JSON", { n: 1n }, "Error", "Unable to stringify response body"],
    [
      "over six megabytes",
      "x".repeat(6_291_557),
      "Function.ResponseSizeTooLarge",
      "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    ],
  ])("answers an error for a result %s", async (_, result, errorType, errorMessage) => {
    const { invoke } = withFunctions(() => [{ ...worker, invoke: () => Promise.resolve(result) }]);
    expect((await invoke({})).json).toMatchObject({ errorType, errorMessage });
  });

  it("is cut off at the function's timeout, in AWS's words", async () => {
    const { cloud, invoke, lambda } = withFunctions((cloud) => [
      { ...worker, timeoutMs: 3_000, invoke: () => sleep(cloud.clock, 10_000) },
    ]);
    const startedAt = cloud.clock.now();
    const answer = await invoke({});
    expect(answer.FunctionError).toBe("Unhandled");
    expect(answer.json).toEqual({
      errorType: "Sandbox.Timedout",
      errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 3\.00 seconds$/),
    });
    expect(cloud.clock.now() - startedAt).toBeLessThan(3_600);
    expect(lambda.usage().get("worker")).toMatchObject({ runs: 1, errors: 1 });
  });

  it.each<[string, Partial<InvokeCommandInput>, string, string]>([
    [
      "a function that does not exist",
      { FunctionName: "nobody" },
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:eu-central-1:123456789012:function:nobody",
    ],
    [
      "a version",
      { Qualifier: "7" },
      "ResourceNotFoundException",
      "Function not found: arn:aws:lambda:eu-central-1:123456789012:function:worker:7",
    ],
    ["a payload that is not JSON", { Payload: Buffer.from("{") }, "InvalidRequestContentException", "Could not parse"],
    [
      "more than 6 MB",
      { Payload: Buffer.alloc(6_291_457, 32) },
      "RequestTooLargeException",
      "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
    ],
    [
      "more than 1 MB asynchronously",
      { Payload: Buffer.alloc(1_048_577, 32), InvocationType: "Event" },
      "RequestTooLargeException",
      "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
    ],
    ["a client context", { ClientContext: "e30=" }, "NotImplemented", "Invoke with ClientContext"],
    ["a log tail", { LogType: "Tail" }, "NotImplemented", "Invoke with LogType"],
    ["a bad name", { FunctionName: "no spaces" }, "ValidationException", "functionName"],
  ])("refuses %s", async (_, input, name, message) => {
    const { invoke } = withFunctions(() => [worker]);
    await expect(invoke(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("runs nothing in a dry run", async () => {
    const { invoke, lambda } = withFunctions(() => [worker]);
    expect((await invoke({ InvocationType: "DryRun" })).StatusCode).toBe(204);
    expect(lambda.usage().get("worker")?.runs).toBe(0);
  });
});

describe("environments", () => {
  it("start cold once, are warm after that, and are given up when idle", async () => {
    const { cloud, invoke, lambda } = withFunctions(() => [worker], {
      dials: { coldStartMs: { min: 1_000, max: 1_000 }, warmForMs: 60_000 },
    });
    const timed = async () => {
      const startedAt = cloud.clock.now();
      await invoke({});
      return cloud.clock.now() - startedAt;
    };
    expect(await timed()).toBeGreaterThan(1_000);
    expect(await timed()).toBeLessThan(100);
    await cloud.clock.advance(61_000);
    expect(await timed()).toBeGreaterThan(1_000);
    expect(lambda.usage().get("worker")).toMatchObject({ runs: 3, coldStarts: 2 });
  });

  it("are not used again after a timeout", async () => {
    const { invoke, lambda } = withFunctions((cloud) => [
      { ...worker, timeoutMs: 100, invoke: () => sleep(cloud.clock, 1_000) },
    ]);
    await invoke({});
    await invoke({});
    expect(lambda.usage().get("worker")?.coldStarts).toBe(2);
  });

  it("bill whole milliseconds of virtual time, initialisation included", async () => {
    const { invoke, lambda } = withFunctions((cloud) => [{ ...worker, invoke: () => sleep(cloud.clock, 1_234.2) }], {
      dials: { coldStartMs: { min: 100, max: 100 } },
    });
    await invoke({});
    await invoke({});
    expect(lambda.usage().get("worker")?.billedMs).toBe(1_335 + 1_235);
  });
});

describe("concurrency", () => {
  it("is refused above the account's limit, and comes back", async () => {
    const { cloud, send, lambda } = withFunctions((cloud) => [slow(cloud)], { accountConcurrency: 2 });
    const all = Promise.allSettled([send({}), send({}), send({})]);
    const settled = await cloud.run(all);
    expect(settled.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "fulfilled", "rejected"]);
    const refused = settled.find((one) => one.status === "rejected");
    expect(refused?.reason).toBeInstanceOf(TooManyRequestsException);
    expect(refused?.reason).toMatchObject({
      message: "Rate Exceeded.",
      Reason: "ConcurrentInvocationLimitExceeded",
      $metadata: { httpStatusCode: 429 },
    });
    await expect(cloud.run(send({}))).resolves.toMatchObject({ StatusCode: 200 });
    expect(lambda.usage().get("worker")).toMatchObject({ runs: 3, throttles: 1, concurrencyPeak: 2 });
  });

  it("that is reserved is a ceiling for its function and no burden for others", async () => {
    const { cloud, send } = withFunctions(
      (cloud) => [
        { ...slow(cloud), reservedConcurrency: 1 },
        { ...slow(cloud), name: "other" },
      ],
      { accountConcurrency: 101 },
    );
    const settled = await cloud.run(Promise.allSettled([send({}), send({}), send({ FunctionName: "other" })]));
    const reasons = settled.flatMap((one) =>
      one.status === "rejected" ? [(one.reason as { Reason: string }).Reason] : [],
    );
    expect(reasons).toEqual(["ReservedFunctionConcurrentInvocationLimitExceeded"]);
  });

  it("may not be reserved until less than 100 is left", () => {
    expect(() => withFunctions((cloud) => [{ ...slow(cloud), reservedConcurrency: 901 }])).toThrow(
      "below its minimum value of [100]",
    );
  });
});

describe("an asynchronous invocation", () => {
  it("is accepted at once and run a little later", async () => {
    const runAt: number[] = [];
    const { cloud, invoke, lambda } = withFunctions(failing(0, runAt));
    expect((await invoke({ InvocationType: "Event" })).StatusCode).toBe(202);
    expect(runAt).toEqual([]);
    await cloud.clock.advance(1_000);
    expect(runAt).toHaveLength(1);
    expect(lambda.asyncCounts()).toMatchObject({ accepted: 1, succeeded: 1, dropped: 0 });
  });

  it("is tried again after one and two minutes, under the same request id", async () => {
    const runAt: number[] = [];
    const ids = new Set<string>();
    const { cloud, invoke, lambda } = withFunctions((cloud) =>
      failing(
        2,
        runAt,
      )(cloud).map((host) => ({
        ...host,
        invoke: (event, invocation) => {
          ids.add(invocation.requestId);
          return host.invoke(event, invocation);
        },
      })),
    );
    await invoke({ InvocationType: "Event" });
    await cloud.clock.advance(600_000);
    expect(gaps(runAt)).toEqual([60, 120]);
    expect(ids.size).toBe(1);
    expect(lambda.asyncCounts().succeeded).toBe(1);
  });

  it("goes to the dead-letter queue after three errors, with the request and the last error", async () => {
    const runAt: number[] = [];
    const { cloud, invoke, lambda } = withFunctions(failing(99, runAt));
    const receive = await deadLetters(cloud);
    await invoke({ InvocationType: "Event", Payload: Buffer.from('{"id":7}') });
    await cloud.clock.advance(600_000);
    expect(runAt).toHaveLength(3);
    expect(await receive()).toMatchObject([
      {
        Body: '{"id":7}',
        MessageAttributes: {
          RequestID: { DataType: "String" },
          ErrorCode: { DataType: "Number", StringValue: "200" },
          ErrorMessage: { DataType: "String", StringValue: "failure 3" },
        },
      },
    ]);
    expect(lambda.asyncCounts()).toMatchObject({ deadLettered: 1, dropped: 0 });
  });

  it("that cannot even be dead-lettered is counted as dropped", async () => {
    const { cloud, invoke, lambda } = withFunctions(failing(99, []));
    await invoke({ InvocationType: "Event" });
    await cloud.clock.advance(600_000);
    expect(lambda.asyncCounts()).toMatchObject({ deadLettered: 0, dropped: 1 });
  });

  it("keeps to the function's own retry and age settings", async () => {
    const runAt: number[] = [];
    const { cloud, invoke } = withFunctions((cloud) =>
      failing(
        99,
        runAt,
      )(cloud).map((host) => ({
        ...host,
        onAsync: { maximumRetryAttempts: 2, maximumEventAgeMs: 90_000 },
      })),
    );
    await invoke({ InvocationType: "Event" });
    await cloud.clock.advance(600_000);
    expect(gaps(runAt)).toEqual([60]);
  });

  it("waits for room with growing pauses when it is throttled", async () => {
    const runAt: number[] = [];
    const { cloud, send, invoke } = withFunctions(
      (cloud) => [
        {
          ...worker,
          timeoutMs: 60_000,
          invoke: async (event) => {
            runAt.push(cloud.clock.now());
            if ((event as { blocks?: boolean }).blocks === true) await sleep(cloud.clock, 20_000);
          },
        },
      ],
      { accountConcurrency: 1, dials: { coldStartMs: { min: 0, max: 0 } } },
    );
    const blocker = send({ Payload: Buffer.from('{"blocks":true}') });
    await cloud.clock.advance(100);
    await invoke({ InvocationType: "Event" });
    await cloud.run(blocker);
    await cloud.clock.advance(60_000);
    // Pauses of 1, 2, 4, 8 and 16 seconds: the fifth attempt, after 31 seconds, finds room.
    expect(gaps(runAt)[0]).toBe(31);
  });

  it("is dead-lettered without a try when the function's reservation is zero", async () => {
    const { cloud, invoke, lambda } = withFunctions((cloud) =>
      failing(0, [])(cloud).map((host) => ({ ...host, reservedConcurrency: 0 })),
    );
    const receive = await deadLetters(cloud);
    await invoke({ InvocationType: "Event" });
    await cloud.clock.advance(1_000);
    expect((await receive())[0]?.MessageAttributes?.["ErrorCode"]?.StringValue).toBe("429");
    expect(lambda.usage().get("worker")?.runs).toBe(0);
  });

  it("may run twice though nothing failed, by its dial", async () => {
    const runAt: number[] = [];
    const { cloud, invoke } = withFunctions(failing(0, runAt), { dials: { asyncDoubled: 1 } });
    await invoke({ InvocationType: "Event" });
    await cloud.clock.advance(1_000);
    expect(runAt).toHaveLength(2);
  });
});

describe("functions", () => {
  it("are described and listed", async () => {
    const hosts = Array.from({ length: 60 }, (_, index) => ({ ...worker, name: `f${`${index}`.padStart(2, "0")}` }));
    const { cloud, client } = withFunctions(() => [{ ...worker, reservedConcurrency: 5 }, ...hosts]);
    const got = await cloud.run(client.send(new GetFunctionCommand({ FunctionName: "worker" })));
    expect(got.Concurrency?.ReservedConcurrentExecutions).toBe(5);
    const configuration = await cloud.run(client.send(new GetFunctionConfigurationCommand({ FunctionName: "worker" })));
    expect(configuration).toMatchObject({
      FunctionArn: "arn:aws:lambda:eu-central-1:123456789012:function:worker",
      Role: roleArn,
      Timeout: 30,
      MemorySize: 512,
      State: "Active",
    });
    const first = await cloud.run(client.send(new ListFunctionsCommand({})));
    const second = await cloud.run(client.send(new ListFunctionsCommand({ Marker: first.NextMarker })));
    expect([first.Functions?.length, second.Functions?.length]).toEqual([50, 11]);
    expect(second.NextMarker).toBeUndefined();
  });
});

it("asks IAM for InvokeFunction on the function's ARN and refuses with AWS's sentence", async () => {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return requests[0];
    },
  });
  const call = cloud.kernel.call.bind(cloud.kernel);
  cloud.register(createLambda(cloud.context, { hosts: [worker], call }));
  const client = cloud.connect(new LambdaClient(clientSettings), roleCaller("api"));
  await expect(cloud.run(client.send(new InvokeCommand({ FunctionName: "worker" })))).rejects.toMatchObject({
    name: "AccessDeniedException",
    message:
      "User: arn:aws:sts::123456789012:assumed-role/api/api is not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:eu-central-1:123456789012:function:worker because no identity-based policy allows the lambda:InvokeFunction action",
  });
  expect(asked).toEqual([
    { action: "lambda:InvokeFunction", resource: "arn:aws:lambda:eu-central-1:123456789012:function:worker" },
  ]);
});

// The hosts and readers that several stories share.
function slow(cloud: Cloud): FunctionHost {
  return { ...worker, invoke: () => sleep(cloud.clock, 5_000) };
}

function failing(times: number, runAt: number[]) {
  return (cloud: Cloud): FunctionHost[] => [
    {
      ...worker,
      invoke: async () => {
        runAt.push(cloud.clock.now());
        if (runAt.length <= times) throw new Error(`failure ${runAt.length}`);
      },
      onAsync: { deadLetterQueueArn: "arn:aws:sqs:eu-central-1:123456789012:dead" },
    },
  ];
}

function gaps(runAt: readonly number[]): number[] {
  return runAt.slice(1).map((at, index) => Math.round((at - (runAt[index] ?? 0)) / 1000));
}

async function deadLetters(cloud: Cloud) {
  const sqs = cloud.connect(new SQSClient(clientSettings));
  const { QueueUrl } = await cloud.run(sqs.send(new CreateQueueCommand({ QueueName: "dead" })));
  return async () => {
    const { Messages } = await cloud.run(
      sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] })),
    );
    return Messages ?? [];
  };
}
