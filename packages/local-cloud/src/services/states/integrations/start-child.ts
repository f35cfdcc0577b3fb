import { sleep, type Clock } from "@muster/core";
import { TaskFailedError, type Identity, type Json, type JsonObject, type TaskCall } from "@muster/asl";
import { optimizedOperation, withJsonText } from "./optimized.ts";
import type { ServiceCaller } from "./service-call.ts";

/** What a Task that waits for another execution needs to know of it. */
export interface Children {
  /** Resolves when that execution has ended. */
  readonly ended: (executionArn: string) => Promise<void>;
}

/** `states:startExecution`: the child's ARN, without waiting for it. */
export async function startChild(services: ServiceCaller, args: Json): Promise<JsonObject> {
  const started = await services.result(optimizedOperation("states", "StartExecution"), withJsonText(args, "Input"));
  return services.withMetadata(started);
}

/**
 * `states:startExecution.sync` and `.sync:2`: the child's end. A Task that is given up stops its child.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export async function runChild(
  services: ServiceCaller,
  task: TaskCall & { readonly parsesJson: boolean },
  around: { identity: Identity; children: Children; clock: Clock },
): Promise<Json> {
  const child: { arn?: string; isWanted: boolean } = { isWanted: true };
  const stop = () => {
    if (child.arn !== undefined) stopChild(services, child.arn, around.identity.executionArn);
  };
  task.onCancel(() => {
    child.isWanted = false;
    stop();
  });
  const started = await startChild(services, task.arguments);
  const childArn = started["ExecutionArn"];
  if (typeof childArn !== "string") throw new TypeError("StartExecution answered no executionArn");
  child.arn = childArn;
  task.submitted(started);
  if (!child.isWanted) stop();
  await around.children.ended(childArn);
  // Its end is of no interest any more; nobody looks at what is answered.
  if (!child.isWanted) return null;
  const described = await describeChild(services, childArn, around.clock);
  if (described["Status"] !== "SUCCEEDED") throw new TaskFailedError("States.TaskFailed", JSON.stringify(described));
  return task.parsesJson ? withParsed(described, ["Input", "Output"]) : described;
}

/** AWS tries to stop it, and tells nobody when it may not. */
function stopChild(services: ServiceCaller, childArn: string, parentArn: string): void {
  const cause = `The Task state in AWS Step Functions execution [${parentArn}] which was managing this resource was aborted`;
  services
    .answer(optimizedOperation("states", "StopExecution"), { ExecutionArn: childArn, Cause: cause })
    .catch((error: unknown) => {
      if (!(error instanceof TaskFailedError)) throw error;
    });
}

/** How often Step Functions asks again when it could not read how the child ended; ours. */
const DESCRIBE_AGAIN_MS = 1000;

async function describeChild(services: ServiceCaller, childArn: string, clock: Clock): Promise<JsonObject> {
  for (;;) {
    try {
      const described = await services.result(optimizedOperation("states", "DescribeExecution"), {
        ExecutionArn: childArn,
      });
      return Object.fromEntries(Object.entries(described).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    } catch (error) {
      if (!(error instanceof TaskFailedError) || !isPassing(error)) throw error;
      await sleep(clock, DESCRIBE_AGAIN_MS);
    }
  }
}

function isPassing({ error = "", causeText = "" }: TaskFailedError): boolean {
  return error.endsWith(".SdkClientException") || causeText.includes("Error Code: ThrottlingException;");
}

function withParsed(described: JsonObject, members: readonly string[]): JsonObject {
  const parsed = members.flatMap((member) => {
    const text = described[member];
    return typeof text === "string" ? [[member, JSON.parse(text) as Json] as const] : [];
  });
  return { ...described, ...Object.fromEntries(parsed) };
}
