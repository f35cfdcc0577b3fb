import type {
  CreateQueueCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  ListQueuesCommandInput,
  PurgeQueueCommandInput,
  SetQueueAttributesCommandInput,
} from "@aws-sdk/client-sqs";
import { AwsError } from "../../kernel/aws-error.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { refuseMembers, notImplemented } from "../../mechanisms/not-implemented.ts";
import { denialMessage } from "../iam/denial.ts";
import {
  invalidAttributeName,
  invalidParameter,
  missingParameter,
  outOfRange,
  queueDoesNotExist,
  queueNameExists,
} from "./errors.ts";
import { LIST_QUEUES_MAX } from "./limits.ts";
import { messageOperations } from "./message-operations.ts";
import { isSettable, parseSettings, settableAttributes } from "./queue-attributes.ts";
import { Queue } from "./queue.ts";
import { sqsAccess } from "./sqs-access.ts";

/**
 * Standard queues: enough for dead-letter queues and their readers. FIFO queues, redrive, queue policies and
 * encryption keys are refused by name.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
 */
export function createSqs(context: ServiceContext): ServicePlugin {
  const queues = new Map<string, Queue>();
  const find = (url: string | undefined): Queue => {
    if (url === undefined) throw missingParameter("QueueUrl");
    const queue = queues.get(url.slice(url.lastIndexOf("/") + 1));
    if (queue === undefined || queue.url !== url) throw queueDoesNotExist();
    return queue;
  };
  return {
    service: "sqs",
    operations: {
      CreateQueue: (input: CreateQueueCommandInput) => createQueue(context, queues, input),
      GetQueueUrl: (input: GetQueueUrlCommandInput) => ({ QueueUrl: byName(context, queues, input).url }),
      GetQueueAttributes: (input: GetQueueAttributesCommandInput) => describe(find(input.QueueUrl), input),
      SetQueueAttributes: (input: SetQueueAttributesCommandInput) => {
        find(input.QueueUrl).configure(parseSettings(input.Attributes ?? {}));
        return {};
      },
      ListQueues: (input: ListQueuesCommandInput) => listQueues(queues, input),
      PurgeQueue: (input: PurgeQueueCommandInput) => {
        find(input.QueueUrl).purge();
        return {};
      },
      ...messageOperations(context, find),
    },
    access: (operation, input) => sqsAccess(context, queues, operation, input),
    throttled: () => new AwsError("RequestThrottled", "Request is throttled.", { status: 403 }),
    // SQS writes its actions in lower case in this one place.
    denied: (request, call) =>
      new AwsError("AccessDenied", denialMessage({ ...request, action: request.action.toLowerCase() }, call), {
        status: 403,
      }),
  };
}

function createQueue(
  context: ServiceContext,
  queues: Map<string, Queue>,
  input: CreateQueueCommandInput,
): { QueueUrl: string } {
  const name = input.QueueName;
  if (name === undefined) throw missingParameter("QueueName");
  if (name.endsWith(".fifo")) throw notImplemented("FIFO queues");
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw invalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  const settings = parseSettings(input.Attributes ?? {});
  const known = queues.get(name);
  if (known !== undefined) {
    for (const [attribute, value] of Object.entries(settings)) {
      if (isSettable(attribute) && known.settings[attribute] !== value) throw queueNameExists(attribute);
    }
    return { QueueUrl: known.url };
  }
  const { account, region, clock } = context;
  const queue = new Queue({ name, account, region, clock, tags: new Map(Object.entries(input.tags ?? {})) });
  queue.configure(settings);
  queues.set(name, queue);
  return { QueueUrl: queue.url };
}

function byName(context: ServiceContext, queues: ReadonlyMap<string, Queue>, input: GetQueueUrlCommandInput): Queue {
  if (input.QueueName === undefined) throw missingParameter("QueueName");
  const isOurs = input.QueueOwnerAWSAccountId === undefined || input.QueueOwnerAWSAccountId === context.account;
  const queue = isOurs ? queues.get(input.QueueName) : undefined;
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
}

function describe(queue: Queue, input: GetQueueAttributesCommandInput): { Attributes?: Record<string, string> } {
  const counts = queue.counts();
  const all: Record<string, string> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: `${counts.visible}`,
    ApproximateNumberOfMessagesNotVisible: `${counts.notVisible}`,
    ApproximateNumberOfMessagesDelayed: `${counts.delayed}`,
    CreatedTimestamp: `${Math.floor(queue.createdAt / 1000)}`,
    LastModifiedTimestamp: `${Math.floor(queue.modifiedAt / 1000)}`,
    // What every new queue has: keys that SQS owns.
    SqsManagedSseEnabled: "true",
  };
  for (const name of Object.keys(settableAttributes)) if (isSettable(name)) all[name] = `${queue.settings[name]}`;
  const wanted = input.AttributeNames ?? [];
  const unknown = wanted.find((name) => name !== "All" && !Object.hasOwn(all, name) && !unsetNames.has(name));
  if (unknown !== undefined) throw invalidAttributeName(unknown);
  if (wanted.length === 0) return {};
  if (wanted.includes("All")) return { Attributes: all };
  const found = Object.entries(all).filter(([name]) => wanted.some((one) => one === name));
  return { Attributes: Object.fromEntries(found) };
}

// Names that AWS knows and that a queue of ours never has.
const unsetNames = new Set<string>([
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "Policy",
  "RedriveAllowPolicy",
  "RedrivePolicy",
]);

function listQueues(
  queues: ReadonlyMap<string, Queue>,
  input: ListQueuesCommandInput,
): { QueueUrls?: string[]; NextToken?: string } {
  const max = input.MaxResults;
  if (max !== undefined && (max < 1 || max > LIST_QUEUES_MAX))
    throw outOfRange("MaxResults", max, { min: 1, max: LIST_QUEUES_MAX });
  if (max === undefined) refuseMembers("ListQueues without MaxResults", { NextToken: input.NextToken });
  const names = [...queues.keys()].filter((name) => name.startsWith(input.QueueNamePrefix ?? "")).toSorted();
  const from = input.NextToken === undefined ? 0 : names.findIndex((name) => name > (input.NextToken ?? ""));
  const page = from < 0 ? [] : names.slice(from, from + (max ?? LIST_QUEUES_MAX));
  const urls = page.flatMap((name) => queues.get(name)?.url ?? []);
  const last = page.at(-1);
  const isMore = max !== undefined && last !== undefined && last !== names.at(-1);
  return { ...(urls.length > 0 && { QueueUrls: urls }), ...(isMore && { NextToken: last }) };
}
