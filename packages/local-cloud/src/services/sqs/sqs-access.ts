import type { AccessRequest, ServiceContext } from "../../kernel/service.ts";
import type { Queue } from "./queue.ts";

/**
 * What IAM is asked: the action of the single call also covers its batch.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
 */
export function sqsAccess(
  context: ServiceContext,
  queues: ReadonlyMap<string, Queue>,
  operation: string,
  input: unknown,
): AccessRequest[] {
  const action = `sqs:${operation.replace(/Batch$/, "")}`;
  const name = queueName(input);
  if (operation === "ListQueues" || name === undefined) return [{ action, resource: "*" }];
  const resource = `arn:aws:sqs:${context.region}:${context.account}:${name}`;
  const requested = requestedTags(input);
  const tagContext = Object.fromEntries([
    ...[...(queues.get(name)?.tags ?? [])].map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    ...requested.map(([key, value]) => [`aws:RequestTag/${key}`, value]),
  ]);
  const request = { action, resource, context: tagContext };
  return requested.length === 0 ? [request] : [request, { ...request, action: "sqs:TagQueue" }];
}

function queueName(input: unknown): string | undefined {
  const { QueueName, QueueUrl } = input as { QueueName?: string; QueueUrl?: string };
  return QueueName ?? QueueUrl?.slice(QueueUrl.lastIndexOf("/") + 1);
}

function requestedTags(input: unknown): [string, string][] {
  return Object.entries((input as { tags?: Record<string, string> }).tags ?? {});
}
