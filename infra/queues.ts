import type { Manifest } from "@muster/manifest";
import { logicalName } from "./names.ts";

/** Queues by ARN. Encrypted with SQS's own keys. */
export type Queues = ReadonlyMap<string, aws.sqs.Queue>;

export function createQueues({ queues, rules }: Manifest): Queues {
  return new Map(
    queues.map(({ name, arn, retentionSeconds }) => {
      const logical = logicalName(name.replace(/^muster-/, "").replace(`${$app.stage}-`, ""));
      const queue = new aws.sqs.Queue(logical, {
        name,
        messageRetentionSeconds: retentionSeconds,
        sqsManagedSseEnabled: true,
      });
      // EventBridge has no role here: the queue itself lets the stack's rules in. Functions and schedules use their roles.
      const senders = rules.filter((rule) => rule.deadLetterQueueArn === arn).map((rule) => rule.arn);
      new aws.sqs.QueuePolicy(`${logical}Policy`, { queueUrl: queue.url, policy: queue.arn.apply(policyFor(senders)) });
      return [arn, queue];
    }),
  );
}

function policyFor(ruleArns: readonly string[]) {
  return (queueArn: string): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "UndeliveredEvents",
          Effect: "Allow",
          Action: "sqs:SendMessage",
          Principal: { Service: "events.amazonaws.com" },
          Resource: queueArn,
          Condition: { ArnEquals: { "aws:SourceArn": ruleArns } },
        },
      ],
    });
}
