import type { Kernel } from "../../../kernel/kernel.ts";
import type { Caller } from "../../../kernel/service.ts";

/** Something that can be called: what its ARN says. */
export interface TargetArn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** What follows the account, such as `stateMachine:deploy`. */
  readonly resource: string;
}

/** Takes an ARN apart; undefined when it is none. */
export function parseArn(arn: string): TargetArn | undefined {
  const match = /^arn:aws[\w-]*:([\w-]+):([\w-]*):(\d{12})?:(.+)$/.exec(arn);
  if (match === null) return undefined;
  const [, service = "", region = "", account = "", resource = ""] = match;
  return { service, region, account, resource };
}

/** What may be a target here: a Lambda function, a Step Functions state machine, an SQS queue. */
export type TargetKind = "lambda" | "states" | "sqs";

export function targetKind(arn: string): TargetKind | undefined {
  const parsed = parseArn(arn);
  if (parsed === undefined) return undefined;
  const { service, resource } = parsed;
  if (service === "lambda" && resource.startsWith("function:")) return "lambda";
  if (service === "states" && resource.startsWith("stateMachine:")) return "states";
  return service === "sqs" ? "sqs" : undefined;
}

export interface TargetCall {
  readonly arn: string;
  /** JSON text. */
  readonly input: string;
  /** Name of the execution that a state machine gets; the same for each attempt, so that it starts once. */
  readonly executionName: string;
  readonly caller: Caller;
}

/** Calls a target once: a function asynchronously, a state machine by starting an execution, a queue with a message. */
export function callTarget(call: Kernel["call"], target: TargetCall): Promise<unknown> {
  const { arn, input, executionName, caller } = target;
  switch (targetKind(arn)) {
    case "lambda":
      return call(
        "lambda",
        "Invoke",
        { FunctionName: arn, InvocationType: "Event", Payload: new TextEncoder().encode(input) },
        caller,
      );
    case "states":
      return call("states", "StartExecution", { stateMachineArn: arn, name: executionName, input }, caller);
    case "sqs":
      return call("sqs", "SendMessage", { QueueUrl: queueUrl(arn), MessageBody: input }, caller);
    case undefined:
      throw new TypeError(`${arn} was let in as a target and cannot be called`);
  }
}

/** The URL of the queue that an ARN names. */
export function queueUrl(arn: string): string {
  const { region = "", account = "", resource = "" } = parseArn(arn) ?? {};
  return `https://sqs.${region}.amazonaws.com/${account}/${resource}`;
}

/** An AWS service that calls on its own behalf. */
export function servicePrincipal(name: string): Caller {
  return { arn: name, isAccountUser: false, isService: true };
}
