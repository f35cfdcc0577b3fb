import {
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  type PutRuleCommandInput,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient, type Message } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { AccessRequest, Caller, ServicePlugin } from "../../../kernel/service.ts";
import { createLambda } from "../../lambda/create-lambda.ts";
import { createSqs } from "../../sqs/create-sqs.ts";
import { createEvents } from "../create-events.ts";
import { calmEvents, type EventDials } from "../dials.ts";
import { clientSettings, testCloud } from "../../../testing/test-cloud.ts";

export const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:worker";
export const machineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:deploy";
export const roleArn = "arn:aws:iam::123456789012:role/starter";
export const queueArn = "arn:aws:sqs:eu-central-1:123456789012:dead";

/** What StartExecution was called with, and by whom. */
export interface Started {
  readonly caller: Caller;
  readonly name?: string;
  readonly input?: string;
}

/** Step Functions as far as a rule sees it: what was started, or the errors it answers first. */
function recordingStates(started: Started[], errors: AwsError[]): ServicePlugin {
  return {
    service: "states",
    operations: {
      StartExecution: (input: Omit<Started, "caller">, { caller }) => {
        const error = errors.shift();
        if (error !== undefined) throw error;
        started.push({ ...input, caller });
        return { executionArn: "arn", startDate: new Date(0) };
      },
    },
    throttled: () => new AwsError("ThrottlingException", "Rate exceeded"),
    denied: (request) => new AwsError("AccessDeniedException", request.action),
  };
}

/** A bus with a function `worker`, a recorder in place of Step Functions, and SQS. */
export function withBus(options: { dials?: Partial<EventDials>; canAssume?: () => boolean; caller?: Caller } = {}) {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return undefined;
    },
  });
  const dials: EventDials = { ...calmEvents, ...options.dials };
  const call = cloud.kernel.call.bind(cloud.kernel);
  const { canAssume } = options;
  const events = createEvents(cloud.context, { call, dials, ...(canAssume !== undefined && { canAssume }) });
  const got: unknown[] = [];
  const started: Started[] = [];
  const errors: AwsError[] = [];
  const invoke = async (event: unknown) => void got.push(event);
  const host = { name: "worker", roleArn, timeoutMs: 1_000, invoke };
  cloud.register(events);
  cloud.register(createLambda(cloud.context, { hosts: [host], call }));
  cloud.register(createSqs(cloud.context));
  cloud.register(recordingStates(started, errors));
  const client = cloud.connect(new EventBridgeClient(clientSettings), options.caller);
  const put = async (rule: Partial<PutRuleCommandInput>, targets: Target[] = []) => {
    const { RuleArn } = await cloud.run(client.send(new PutRuleCommand({ Name: "rule", ...rule })));
    if (targets.length > 0)
      await cloud.run(client.send(new PutTargetsCommand({ Rule: rule.Name ?? "rule", Targets: targets })));
    return RuleArn;
  };
  return { cloud, events, dials, client, put, got, started, errors, asked };
}

/** An event of EC2's about i-1. */
export const stateChange = (state: string) => ({
  source: "aws.ec2",
  "detail-type": "EC2 Instance State-change Notification",
  resources: ["arn:aws:ec2:eu-central-1:123456789012:instance/i-1"],
  detail: { "instance-id": "i-1", state },
});

/** A rule that matches every event. */
export const everything = { EventPattern: '{"source":[{"prefix":""}]}' };

/** Makes the queue `dead` and answers how to read it. */
export async function deadLetterQueue(cloud: ReturnType<typeof testCloud>) {
  const sqs = cloud.connect(new SQSClient(clientSettings));
  const { QueueUrl } = await cloud.run(sqs.send(new CreateQueueCommand({ QueueName: "dead" })));
  return async (): Promise<Message[]> => {
    const request = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] });
    return (await cloud.run(sqs.send(request))).Messages ?? [];
  };
}

/** A message's attributes as plain texts. */
export const attributesOf = (message: Message | undefined) =>
  Object.fromEntries(
    Object.entries(message?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
  );
