import { sleep, type Clock } from "@muster/core";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { Caller } from "../../../kernel/service.ts";
import { queueUrl } from "./target-call.ts";
import { targetFailure } from "./target-failure.ts";

export interface DeadLetter {
  readonly queueArn: string;
  readonly body: string;
  /** Written as message attributes of type String; undefined ones are left out. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly caller: Caller;
}

/** A queue that throttles is tried a few more times: the dead letter is the last that is left of an event. */
const WRITES_MAX = 3;
const WRITE_PAUSE_MS = 1_000;

/** Characters of an attribute: an SQS message holds 1 MiB in all, and AWS cuts long error texts. */
const ATTRIBUTE_LENGTH_MAX = 2_048;

/** Sends a dead letter. Answers whether it arrived. */
export async function sendDeadLetter(call: Kernel["call"], clock: Clock, letter: DeadLetter): Promise<boolean> {
  const MessageAttributes = Object.fromEntries(
    Object.entries(letter.attributes).flatMap(([name, value]) =>
      value === undefined || value === ""
        ? []
        : [[name, { DataType: "String", StringValue: value.slice(0, ATTRIBUTE_LENGTH_MAX) }]],
    ),
  );
  const message = { QueueUrl: queueUrl(letter.queueArn), MessageBody: letter.body, MessageAttributes };
  for (let write = 1; write <= WRITES_MAX; write++) {
    try {
      await call("sqs", "SendMessage", message, letter.caller);
      return true;
    } catch (error) {
      if (!targetFailure(error).isRetriable) return false;
      await sleep(clock, WRITE_PAUSE_MS * write);
    }
  }
  return false;
}
