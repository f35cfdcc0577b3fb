import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../kernel/aws-error.ts";
import { createEvents } from "../../events/create-events.ts";
import { clientSettings } from "../../../testing/test-cloud.ts";
import { createSqs } from "../../sqs/create-sqs.ts";
import { arnOfExecution, arnOfMachine, oneState, statesCloud } from "../testing/states-cloud.ts";

type Cloud = ReturnType<typeof statesCloud>;

async function run({ cloud, client, create, start, settle }: Cloud, action: string, Arguments: object) {
  const definition = oneState({ Type: "Task", Resource: `arn:aws:states:::${action}`, Arguments });
  const executionArn = await start(await create("machine", definition), {}, "run");
  await settle();
  const { output, error, cause } = await cloud.run(client.send(new DescribeExecutionCommand({ executionArn })));
  return { output: output === undefined ? undefined : (JSON.parse(output) as object), error, cause };
}

describe("sqs:sendMessage", () => {
  it("sends text as it is, and any other JSON as text", async () => {
    for (const [MessageBody, sent] of [
      ["text", "text"],
      [{ a: [1] }, '{"a":[1]}'],
    ] as const) {
      const cloud = statesCloud();
      cloud.cloud.register(createSqs(cloud.cloud.context));
      const sqs = cloud.cloud.connect(new SQSClient(clientSettings));
      const { QueueUrl } = await cloud.cloud.run(sqs.send(new CreateQueueCommand({ QueueName: "q" })));
      const { output } = await run(cloud, "sqs:sendMessage", { QueueUrl, MessageBody });
      expect(output).toMatchObject({
        MD5OfMessageBody: expect.any(String),
        MessageId: expect.any(String),
        SdkHttpMetadata: { HttpStatusCode: 200 },
      });
      const { Messages } = await cloud.cloud.run(sqs.send(new ReceiveMessageCommand({ QueueUrl })));
      expect(Messages?.map(({ Body }) => Body)).toEqual([sent]);
    }
  });

  it("of an SDK integration takes text only, and names members as the Java SDK does", async () => {
    const cloud = statesCloud();
    cloud.cloud.register(createSqs(cloud.cloud.context));
    const sqs = cloud.cloud.connect(new SQSClient(clientSettings));
    const { QueueUrl } = await cloud.cloud.run(sqs.send(new CreateQueueCommand({ QueueName: "q" })));
    const { output } = await run(cloud, "aws-sdk:sqs:sendMessage", { QueueUrl, MessageBody: "text" });
    expect(output).toEqual({ Md5OfMessageBody: expect.any(String), MessageId: expect.any(String) });
  });
});

describe("events:putEvents", () => {
  const entry = { Source: "muster", DetailType: "grown", Detail: { to: 7 } };

  it("puts events that also name the execution and its machine", async () => {
    const put: unknown[] = [];
    const cloud = statesCloud();
    const events = createEvents(cloud.cloud.context, { call: cloud.cloud.kernel.call.bind(cloud.cloud.kernel) });
    cloud.cloud.register({
      ...events,
      operations: {
        ...events.operations,
        PutEvents: (input: { Entries: unknown[] }, call) => {
          put.push(...input.Entries);
          return events.operations["PutEvents"]?.(input, call) as unknown;
        },
      },
    });
    const { output } = await run(cloud, "events:putEvents", { Entries: [{ ...entry, Resources: ["own"] }] });
    expect(output).toEqual({ Entries: [{ EventId: expect.any(String) }], FailedEntryCount: 0 });
    expect(put).toEqual([
      {
        Source: "muster",
        DetailType: "grown",
        Detail: '{"to":7}',
        Resources: ["own", arnOfExecution("machine", "run"), arnOfMachine("machine")],
      },
    ]);
  });

  it("fails when one entry is refused, with all entries in the cause", async () => {
    const cloud = statesCloud();
    cloud.cloud.register(createEvents(cloud.cloud.context, { call: cloud.cloud.kernel.call.bind(cloud.cloud.kernel) }));
    const { error, cause } = await run(cloud, "events:putEvents", { Entries: [entry, { ...entry, Detail: '"text"' }] });
    expect(error).toBe("EventBridge.FailedEntry");
    expect(JSON.parse(cause ?? "")).toMatchObject({
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: "MalformedDetail" }],
      FailedEntryCount: 1,
    });
  });
});

describe("dynamodb", () => {
  const item = { id: { S: "a" }, data: { M: { ok: { BOOL: true } } }, count: { N: "1" } };

  it("passes requests and answers through, and names errors in the older way", async () => {
    const cloud = statesCloud();
    const refused = new AwsError("ResourceNotFoundException", "Requested resource not found");
    const tables: Record<string, unknown> = {};
    cloud.cloud.register({
      service: "dynamodb",
      operations: {
        PutItem: ({ TableName, Item }: { TableName: string; Item: unknown }) => {
          if (TableName === "none") throw refused;
          tables[TableName] = Item;
          return { Attributes: Item, ConsumedCapacity: { CapacityUnits: 1 } };
        },
      },
      throttled: () => refused,
      denied: () => refused,
    });
    const { output } = await run(cloud, "dynamodb:putItem", { TableName: "t", Item: item });
    expect(output).toMatchObject({
      Attributes: item,
      ConsumedCapacity: { CapacityUnits: 1 },
      SdkHttpMetadata: { HttpStatusCode: 200 },
    });
    await cloud.create("other", oneState({ Type: "Pass" }));
    const { error, cause } = await runAgain(cloud, { TableName: "none", Item: item });
    expect(error).toBe("DynamoDB.ResourceNotFoundException");
    expect(cause).toMatch(
      /^Requested resource not found \(Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: [\da-f-]{36}; Proxy: null\)$/,
    );
  });
});

async function runAgain(cloud: Cloud, Arguments: object) {
  const definition = oneState({ Type: "Task", Resource: "arn:aws:states:::dynamodb:putItem", Arguments });
  const executionArn = await cloud.start(await cloud.create("again", definition));
  await cloud.settle();
  return cloud.cloud.run(cloud.client.send(new DescribeExecutionCommand({ executionArn })));
}
