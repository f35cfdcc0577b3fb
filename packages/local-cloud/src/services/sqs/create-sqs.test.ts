import {
  CreateQueueCommand,
  type CreateQueueCommandInput,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "../../kernel/service.ts";
import { clientSettings, roleCaller, testCloud } from "../../testing/test-cloud.ts";
import { createSqs } from "./create-sqs.ts";

async function withQueue(attributes: Record<string, string> = {}) {
  const cloud = testCloud();
  cloud.register(createSqs(cloud.context));
  const sqs = cloud.connect(new SQSClient(clientSettings));
  const { QueueUrl } = await cloud.run(
    sqs.send(new CreateQueueCommand({ QueueName: "dead-letters", Attributes: attributes })),
  );
  const receive = (input: Partial<ReceiveMessageCommand["input"]> = {}) =>
    cloud.run(sqs.send(new ReceiveMessageCommand({ QueueUrl, ...input })));
  const send = (MessageBody: string, input: Partial<SendMessageCommand["input"]> = {}) =>
    cloud.run(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...input })));
  return { cloud, sqs, QueueUrl, receive, send };
}

describe("a queue", () => {
  it("is found by its name, and answers for itself", async () => {
    const { cloud, sqs, QueueUrl } = await withQueue({ VisibilityTimeout: "45" });
    expect(QueueUrl).toBe("https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters");
    const found = await cloud.run(sqs.send(new GetQueueUrlCommand({ QueueName: "dead-letters" })));
    expect(found.QueueUrl).toBe(QueueUrl);
    const { Attributes } = await cloud.run(
      sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })),
    );
    expect(Attributes).toMatchObject({
      QueueArn: "arn:aws:sqs:eu-central-1:123456789012:dead-letters",
      VisibilityTimeout: "45",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ApproximateNumberOfMessages: "0",
    });
  });

  it("is made once: the same name again answers the same queue, other attributes are refused", async () => {
    const { cloud, sqs, QueueUrl } = await withQueue({ VisibilityTimeout: "45" });
    const again = await cloud.run(sqs.send(new CreateQueueCommand({ QueueName: "dead-letters" })));
    expect(again.QueueUrl).toBe(QueueUrl);
    await expect(
      cloud.run(
        sqs.send(new CreateQueueCommand({ QueueName: "dead-letters", Attributes: { VisibilityTimeout: "46" } })),
      ),
    ).rejects.toMatchObject({
      name: "QueueNameExists",
      message: "A queue already exists with the same name and a different value for attribute VisibilityTimeout",
    });
  });

  it("is listed by prefix and page", async () => {
    const { cloud, sqs } = await withQueue();
    for (const QueueName of ["dead-1", "other"]) await cloud.run(sqs.send(new CreateQueueCommand({ QueueName })));
    const first = await cloud.run(sqs.send(new ListQueuesCommand({ QueueNamePrefix: "dead", MaxResults: 1 })));
    const second = await cloud.run(
      sqs.send(new ListQueuesCommand({ QueueNamePrefix: "dead", MaxResults: 1, NextToken: first.NextToken })),
    );
    expect([...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])].map((url) => url.split("/").at(-1))).toEqual([
      "dead-1",
      "dead-letters",
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    ["a FIFO queue", { QueueName: "a.fifo" }, "NotImplemented", "the embedded cloud does not have FIFO queues"],
    [
      "a redrive policy",
      { QueueName: "a", Attributes: { RedrivePolicy: "{}" } },
      "NotImplemented",
      "the embedded cloud does not have the queue attribute RedrivePolicy",
    ],
    ["an unknown attribute", { QueueName: "a", Attributes: { Color: "red" } }, "InvalidAttributeName", "Color"],
    [
      "a retention over 14 days",
      { QueueName: "a", Attributes: { MessageRetentionPeriod: "1209601" } },
      "InvalidAttributeValue",
      "Invalid value for the parameter MessageRetentionPeriod.",
    ],
    ["a bad name", { QueueName: "a b" }, "InvalidParameterValue", "Can only include alphanumeric characters"],
  ] as [string, CreateQueueCommandInput, string, string][])("is refused with %s", async (_, input, name, message) => {
    const { cloud, sqs } = await withQueue();
    await expect(cloud.run(sqs.send(new CreateQueueCommand(input)))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  it("that does not exist is an error of its own class", async () => {
    const { cloud, sqs, QueueUrl } = await withQueue();
    const call = cloud.run(sqs.send(new SendMessageCommand({ QueueUrl: `${QueueUrl}x`, MessageBody: "a" })));
    await expect(call).rejects.toBeInstanceOf(QueueDoesNotExist);
    await expect(call).rejects.toThrow("The specified queue does not exist.");
  });
});

describe("a message", () => {
  it("comes with its digests and only the attributes that were asked for", async () => {
    const { receive, send } = await withQueue();
    const sent = await send("hello", {
      MessageAttributes: {
        ERROR_CODE: { DataType: "String", StringValue: "NO_RESOURCE" },
        RETRY_ATTEMPTS: { DataType: "Number", StringValue: "3" },
      },
    });
    expect(sent.MD5OfMessageBody).toBe("5d41402abc4b2a76b9719d911017c592");
    const { Messages = [] } = await receive({
      MessageAttributeNames: ["ERROR.*", "ERROR_CODE"],
      MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
    });
    expect(Messages[0]).toMatchObject({
      MessageId: sent.MessageId,
      Body: "hello",
      MD5OfBody: sent.MD5OfMessageBody,
      Attributes: { ApproximateReceiveCount: "1" },
      MessageAttributes: { ERROR_CODE: { DataType: "String", StringValue: "NO_RESOURCE" } },
    });
    expect(Object.keys(Messages[0]?.MessageAttributes ?? {})).toEqual(["ERROR_CODE"]);
  });

  it("has the attribute digest of AWS's algorithm", async () => {
    const { send } = await withQueue();
    // Worked out with another MD5 (Python): length-prefixed name, type, a transport byte, length-prefixed value.
    const text = await send("x", { MessageAttributes: { a: { DataType: "String", StringValue: "b" } } });
    expect(text.MD5OfMessageAttributes).toBe("bef8bf215374a0a228d67533b1a488be");
    const bytes = await send("x", { MessageAttributes: { a: { DataType: "Binary", BinaryValue: Buffer.from("b") } } });
    expect(bytes.MD5OfMessageAttributes).toBe("9194724c5b029dea7cab68125d229dac");
  });

  it("is hidden after a receipt, comes back after its visibility timeout, and is gone once deleted", async () => {
    const { cloud, sqs, QueueUrl, receive, send } = await withQueue();
    await send("one");
    const first = await receive();
    expect(first.Messages).toHaveLength(1);
    expect((await receive()).Messages).toBeUndefined();
    await cloud.clock.advance(30_000);
    const second = await receive({ MessageSystemAttributeNames: ["All"] });
    expect(second.Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
    const remove = (ReceiptHandle: string | undefined) =>
      cloud.run(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })));
    await remove(first.Messages?.[0]?.ReceiptHandle);
    await cloud.clock.advance(30_000);
    const third = await receive();
    expect(third.Messages, "the handle of the first receipt is stale and deletes nothing").toHaveLength(1);
    await remove(third.Messages?.[0]?.ReceiptHandle);
    await cloud.clock.advance(60_000);
    expect((await receive()).Messages).toBeUndefined();
  });

  it("that is delayed shows up when its delay is over", async () => {
    const { cloud, receive, send } = await withQueue();
    await send("later", { DelaySeconds: 10 });
    expect((await receive()).Messages).toBeUndefined();
    await cloud.clock.advance(10_000);
    expect((await receive()).Messages).toHaveLength(1);
  });

  it("is forgotten when it is older than the retention period", async () => {
    const { cloud, receive, send } = await withQueue({ MessageRetentionPeriod: "60" });
    await send("old");
    await cloud.clock.advance(61_000);
    expect((await receive()).Messages).toBeUndefined();
  });

  it.each([
    ["no body", { MessageBody: "" }, "MissingParameter", "The request must contain the parameter MessageBody."],
    [
      "more than a mebibyte",
      { MessageBody: "x".repeat(1_048_577) },
      "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    ],
    ["a control character", { MessageBody: "a\u0000" }, "InvalidMessageContents", "#x0"],
    [
      "a delay over 15 minutes",
      { MessageBody: "a", DelaySeconds: 901 },
      "InvalidParameterValue",
      "Value 901 for parameter DelaySeconds is invalid. Reason: Must be >= 0 and <= 900, if provided.",
    ],
    [
      "an attribute without a value",
      { MessageBody: "a", MessageAttributes: { n: { DataType: "String", StringValue: "" } } },
      "InvalidParameterValue",
      "must contain non-empty message attribute value",
    ],
    ["a group id", { MessageBody: "a", MessageGroupId: "g" }, "NotImplemented", "SendMessage with MessageGroupId"],
  ])("is refused with %s", async (_, input, name, message) => {
    const { cloud, sqs, QueueUrl } = await withQueue();
    await expect(cloud.run(sqs.send(new SendMessageCommand({ QueueUrl, ...input })))).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });
});

describe("a long poll", () => {
  it("ends with the message that arrives meanwhile, not at its end", async () => {
    const { cloud, sqs, QueueUrl, receive } = await withQueue();
    const startedAt = cloud.clock.now();
    cloud.clock.after(7_000, () => {
      void sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "just in time" }));
    });
    const { Messages } = await receive({ WaitTimeSeconds: 20 });
    expect(Messages?.[0]?.Body).toBe("just in time");
    expect(cloud.clock.now() - startedAt).toBeLessThan(7_200);
  });

  it("ends empty after its time", async () => {
    const { cloud, receive } = await withQueue({ ReceiveMessageWaitTimeSeconds: "20" });
    const startedAt = cloud.clock.now();
    expect((await receive()).Messages).toBeUndefined();
    expect(cloud.clock.now() - startedAt).toBeGreaterThanOrEqual(20_000);
  });

  it("sees a message that becomes visible again", async () => {
    const { receive, send } = await withQueue();
    await send("one");
    await receive({ VisibilityTimeout: 5 });
    expect((await receive({ WaitTimeSeconds: 10 })).Messages).toHaveLength(1);
  });
});

describe("a batch", () => {
  it("succeeds and fails entry by entry", async () => {
    const { cloud, sqs, QueueUrl, receive } = await withQueue();
    const sent = await cloud.run(
      sqs.send(
        new SendMessageBatchCommand({
          QueueUrl,
          Entries: [
            { Id: "good", MessageBody: "one" },
            { Id: "bad", MessageBody: "two", DelaySeconds: 1_000 },
          ],
        }),
      ),
    );
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
    expect(sent.Failed).toMatchObject([{ Id: "bad", Code: "InvalidParameterValue", SenderFault: true }]);
    const { Messages = [] } = await receive({ MaxNumberOfMessages: 10 });
    const removed = await cloud.run(
      sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl,
          Entries: [
            { Id: "a", ReceiptHandle: Messages[0]?.ReceiptHandle },
            { Id: "b", ReceiptHandle: "made-up" },
          ],
        }),
      ),
    );
    expect(removed.Successful).toEqual([{ Id: "a" }]);
    expect(removed.Failed).toMatchObject([{ Id: "b", Code: "ReceiptHandleIsInvalid" }]);
  });

  it.each([
    ["no entries", [], "EmptyBatchRequest"],
    [
      "an id twice",
      [
        { Id: "a", MessageBody: "1" },
        { Id: "a", MessageBody: "2" },
      ],
      "BatchEntryIdsNotDistinct",
    ],
    ["a bad id", [{ Id: "a b", MessageBody: "1" }], "InvalidBatchEntryId"],
    [
      "eleven entries",
      Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: "1" })),
      "TooManyEntriesInBatchRequest",
    ],
    [
      "more than a mebibyte in all",
      [1, 2].map((n) => ({ Id: `${n}`, MessageBody: "x".repeat(600_000) })),
      "BatchRequestTooLong",
    ],
  ])("is refused whole with %s", async (_, Entries, name) => {
    const { cloud, sqs, QueueUrl } = await withQueue();
    await expect(cloud.run(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))).rejects.toMatchObject({
      name,
    });
  });
});

it("purges a queue, but only once a minute", async () => {
  const { cloud, sqs, QueueUrl, receive, send } = await withQueue();
  await send("one");
  await cloud.run(sqs.send(new PurgeQueueCommand({ QueueUrl })));
  expect((await receive()).Messages).toBeUndefined();
  await expect(cloud.run(sqs.send(new PurgeQueueCommand({ QueueUrl })))).rejects.toMatchObject({
    name: "PurgeQueueInProgress",
    message: "Only one PurgeQueue operation on dead-letters is allowed every 60 seconds.",
  });
  await cloud.clock.advance(60_000);
  await expect(cloud.run(sqs.send(new PurgeQueueCommand({ QueueUrl })))).resolves.toBeDefined();
});

it("changes attributes of a queue that exists", async () => {
  const { cloud, sqs, QueueUrl, receive, send } = await withQueue();
  await cloud.run(sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: "1" } })));
  await send("one");
  await receive();
  await cloud.clock.advance(1_000);
  expect((await receive()).Messages).toHaveLength(1);
});

it("asks IAM for the single action on the queue's ARN, also for a batch, and says no as SQS does", async () => {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return requests[0];
    },
  });
  cloud.register(createSqs(cloud.context));
  const sqs = cloud.connect(new SQSClient(clientSettings), roleCaller("drain"));
  const QueueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters";
  await expect(cloud.run(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] })))).rejects.toMatchObject({
    name: "AccessDenied",
    message:
      "User: arn:aws:sts::123456789012:assumed-role/drain/drain is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:eu-central-1:123456789012:dead-letters because no identity-based policy allows the sqs:sendmessage action",
  });
  expect(asked[0]).toMatchObject({ action: "sqs:SendMessage" });
});
