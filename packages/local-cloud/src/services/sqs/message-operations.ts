import { createHash } from "node:crypto";
import type {
  BatchResultErrorEntry,
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
  Message,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageBatchRequestEntry,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Call, Operation, ServiceContext } from "../../kernel/service.ts";
import { refuseMembers } from "../../mechanisms/not-implemented.ts";
import { randomUuid } from "../../mechanisms/uuid.ts";
import {
  batchTooLong,
  emptyBatch,
  invalidEntryId,
  invalidParameter,
  messageTooLong,
  missingParameter,
  outOfRange,
  repeatedEntryId,
  tooManyEntries,
} from "./errors.ts";
import {
  BATCH_ENTRIES_MAX,
  DELAY_SECONDS_MAX,
  MESSAGE_BYTES_MAX,
  RECEIVE_MESSAGES_MAX,
  VISIBILITY_TIMEOUT_SECONDS_MAX,
  WAIT_SECONDS_MAX,
} from "./limits.ts";
import { checkAttributes, checkBody, md5Of, md5OfAttributes, messageBytes, type MessageAttributes } from "./message.ts";
import type { Queue, QueueMessage } from "./queue.ts";

type FindQueue = (url: string | undefined) => Queue;

/** Sending, receiving and deleting, one by one and in batches. */
export function messageOperations(context: ServiceContext, find: FindQueue): Record<string, Operation> {
  return {
    SendMessage: (input: SendMessageCommandInput, call) => send(context, find(input.QueueUrl), input, call),
    SendMessageBatch: (input: SendMessageBatchCommandInput, call) => sendBatch(context, find, input, call),
    ReceiveMessage: (input: ReceiveMessageCommandInput) => receive(context, find(input.QueueUrl), input),
    DeleteMessage: (input: DeleteMessageCommandInput) => {
      remove(find(input.QueueUrl), input.ReceiptHandle);
      return {};
    },
    DeleteMessageBatch: (input: DeleteMessageBatchCommandInput) => removeBatch(find(input.QueueUrl), input),
  };
}

type SendRequest = Omit<SendMessageCommandInput, "QueueUrl"> | Omit<SendMessageBatchRequestEntry, "Id">;

function send(context: ServiceContext, queue: Queue, request: SendRequest, call: Call) {
  refuseMembers("SendMessage", {
    MessageSystemAttributes: request.MessageSystemAttributes,
    MessageDeduplicationId: request.MessageDeduplicationId,
    MessageGroupId: request.MessageGroupId,
  });
  const body = request.MessageBody;
  if (body === undefined || body === "") throw missingParameter("MessageBody");
  const attributes: MessageAttributes = request.MessageAttributes ?? {};
  checkBody(body);
  checkAttributes(attributes);
  const limit = queue.settings.MaximumMessageSize;
  if (messageBytes(body, attributes) > limit) throw messageTooLong(limit);
  const delaySeconds = request.DelaySeconds ?? queue.settings.DelaySeconds;
  inRange("DelaySeconds", delaySeconds, { min: 0, max: DELAY_SECONDS_MAX });
  const id = randomUuid(context.random);
  queue.send({ id, body, attributes, senderId: senderId(call) }, delaySeconds * 1000);
  const attributeDigest = md5OfAttributes(attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: md5Of(body),
    ...(attributeDigest !== undefined && { MD5OfMessageAttributes: attributeDigest }),
  };
}

function sendBatch(context: ServiceContext, find: FindQueue, input: SendMessageBatchCommandInput, call: Call) {
  const queue = find(input.QueueUrl);
  const entries = input.Entries ?? [];
  checkBatch(entries, "SendMessageBatchRequestEntry");
  const bytes = entries.reduce(
    (sum, entry) => sum + messageBytes(entry.MessageBody ?? "", entry.MessageAttributes ?? {}),
    0,
  );
  if (bytes > MESSAGE_BYTES_MAX) throw batchTooLong(bytes);
  return eachEntry(entries, (entry) => ({ Id: entry.Id, ...send(context, queue, entry, call) }));
}

async function receive(context: ServiceContext, queue: Queue, input: ReceiveMessageCommandInput) {
  const max = input.MaxNumberOfMessages ?? 1;
  const hideSeconds = input.VisibilityTimeout ?? queue.settings.VisibilityTimeout;
  const waitSeconds = input.WaitTimeSeconds ?? queue.settings.ReceiveMessageWaitTimeSeconds;
  refuseMembers("ReceiveMessage", { ReceiveRequestAttemptId: input.ReceiveRequestAttemptId });
  inRange("MaxNumberOfMessages", max, { min: 1, max: RECEIVE_MESSAGES_MAX });
  inRange("VisibilityTimeout", hideSeconds, { min: 0, max: VISIBILITY_TIMEOUT_SECONDS_MAX });
  inRange("WaitTimeSeconds", waitSeconds, { min: 0, max: WAIT_SECONDS_MAX });
  const until = context.clock.now() + waitSeconds * 1000;
  let taken = queue.take(max, hideSeconds * 1000);
  while (taken.length === 0 && context.clock.now() < until) {
    await queue.changed(until);
    taken = queue.take(max, hideSeconds * 1000);
  }
  return taken.length === 0 ? {} : { Messages: taken.map((message) => received(queue, message, input)) };
}

function received(queue: Queue, message: QueueMessage, input: ReceiveMessageCommandInput): Message {
  const system = systemAttributes(message, [
    ...(input.AttributeNames ?? []),
    ...(input.MessageSystemAttributeNames ?? []),
  ]);
  const custom = Object.fromEntries(
    Object.entries(message.attributes).filter(([name]) => isWanted(name, input.MessageAttributeNames ?? [])),
  );
  const digest = md5OfAttributes(custom);
  return {
    MessageId: message.id,
    ReceiptHandle: queue.receiptHandle(message),
    Body: message.body,
    MD5OfBody: md5Of(message.body),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest, MessageAttributes: custom }),
  };
}

function systemAttributes(message: QueueMessage, wanted: readonly string[]): Record<string, string> {
  const all = {
    SenderId: message.senderId,
    SentTimestamp: `${message.sentAt}`,
    ApproximateReceiveCount: `${message.receiveCount}`,
    ApproximateFirstReceiveTimestamp: `${message.firstReceivedAt ?? ""}`,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes("All") || wanted.includes(name)));
}

function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.some(
    (one) => one === "All" || one === ".*" || one === name || (one.endsWith(".*") && name.startsWith(one.slice(0, -2))),
  );
}

function remove(queue: Queue, handle: string | undefined): void {
  if (handle === undefined) throw missingParameter("ReceiptHandle");
  queue.delete(handle);
}

function removeBatch(queue: Queue, input: DeleteMessageBatchCommandInput) {
  const entries = input.Entries ?? [];
  checkBatch(entries, "DeleteMessageBatchRequestEntry");
  return eachEntry(entries, (entry) => {
    remove(queue, entry.ReceiptHandle);
    return { Id: entry.Id };
  });
}

function checkBatch(entries: readonly { Id: string | undefined }[], entryName: string): void {
  if (entries.length === 0) throw emptyBatch(entryName);
  if (entries.length > BATCH_ENTRIES_MAX) throw tooManyEntries(entries.length);
  const seen = new Set<string>();
  for (const { Id: id } of entries) {
    if (id === undefined || !/^[A-Za-z0-9_-]{1,80}$/.test(id)) throw invalidEntryId();
    if (seen.has(id)) throw repeatedEntryId(id);
    seen.add(id);
  }
}

function eachEntry<E extends { Id: string | undefined }, R>(entries: readonly E[], act: (entry: E) => R) {
  const Successful: R[] = [];
  const Failed: BatchResultErrorEntry[] = [];
  for (const entry of entries) {
    try {
      Successful.push(act(entry));
    } catch (error) {
      if (!(error instanceof AwsError) || error.code === "NotImplemented") throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
    }
  }
  return { ...(Successful.length > 0 && { Successful }), ...(Failed.length > 0 && { Failed }) };
}

function inRange(parameter: string, value: number, range: { min: number; max: number }): void {
  if (!Number.isInteger(value)) throw invalidParameter(`Value ${value} for parameter ${parameter} is invalid.`);
  if (value < range.min || value > range.max) throw outOfRange(parameter, value, range);
}

// AWS shows the unique id of the user or role; ours follows from its ARN.
function senderId(call: Call): string {
  const kind = call.caller.isAccountUser ? "AIDA" : "AROA";
  return kind + createHash("sha256").update(call.caller.arn).digest("hex").slice(0, 17).toUpperCase();
}
