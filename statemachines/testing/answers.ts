import { TaskFailedError, TokenError, type Json, type TaskCall, type TaskTokens } from "@muster/asl";
import { failureText, readFailure, sleep, type Clock } from "@muster/core";

/** Answers one attempt of a task, as `Host.perform` does. */
export type Answer = (asked: Asked) => Promise<unknown>;

interface Asked {
  readonly task: TaskCall;
  /** What the function, or the other machine, was given. */
  readonly input: Json;
  readonly clock: Clock;
  readonly tokens: TaskTokens;
}

/** How long a call takes, seconds: on AWS time passes with every one. */
export const CALL_SECONDS = 0.1;

/**
 * A function that returns `output`, a wait that is answered with it, or another machine that succeeds with it, each
 * after so many seconds.
 */
export function gives(output: Json | ((input: Json) => Json), afterSeconds = CALL_SECONDS): Answer {
  return async ({ task, input, clock, tokens }) => {
    const value = typeof output === "function" ? output(input) : output;
    const { taskToken } = task;
    if (taskToken !== undefined) {
      const answer = () => unlessOver(() => tokens.succeed(taskToken, JSON.stringify(value)));
      clock.after(1000 * afterSeconds, answer);
      await sleep(clock, 1000 * CALL_SECONDS);
      return invocation({ result: "still waiting" });
    }
    if (!isChild(task)) {
      await sleep(clock, 1000 * afterSeconds);
      return invocation(value);
    }
    task.submitted({ ExecutionArn: CHILD_ARN });
    await sleep(clock, 1000 * afterSeconds);
    return { ExecutionArn: CHILD_ARN, Output: value, Status: "SUCCEEDED" };
  };
}

/**
 * The call itself fails: a function raises an error of that name, or AWS refuses to invoke it or to start the machine,
 * whose errors have a dot in their names.
 */
export function fails(error: string, message = "as told"): Answer {
  return failsWith(error, error.includes(".") ? message : raised(error, message));
}

/** The call itself fails, with just that cause. */
export function failsWith(error: string, cause: string): Answer {
  return async ({ clock }) => {
    await sleep(clock, 1000 * CALL_SECONDS);
    throw new TaskFailedError(error, cause);
  };
}

/** The wait is answered with a failure. */
export function failsWait(error: string, cause: string, afterSeconds = CALL_SECONDS): Answer {
  return async ({ task: { taskToken = "" }, clock, tokens }) => {
    clock.after(1000 * afterSeconds, () => unlessOver(() => tokens.fail(taskToken, { error, cause })));
    return invocation({ result: error });
  };
}

/** The other machine fails; Step Functions makes its whole story the cause. */
export function failsInside(error: string, cause: string): Answer {
  return async ({ task, clock }) => {
    task.submitted({ ExecutionArn: CHILD_ARN });
    await sleep(clock, 1000 * CALL_SECONDS);
    throw new TaskFailedError("States.TaskFailed", storyOf(error, cause));
  };
}

/** The cause that a failed nested execution gives the one around it. */
export function storyOf(error: string, cause: string): string {
  return JSON.stringify({ Cause: cause, Error: error, ExecutionArn: CHILD_ARN, Status: "FAILED" });
}

/** The cause that a function's error has: Lambda's payload. */
export function raised(error: string, message: string): string {
  return JSON.stringify({ errorType: error, errorMessage: message, trace: [] });
}

/** The function is called, and nobody answers the wait. */
export const staysSilent: Answer = async () => invocation({ result: "still waiting" });

/** The call never comes back: Step Functions has lost its answer. */
export const neverReturns: Answer = () => new Promise(() => undefined);

/** Nobody answers the wait, but a heartbeat comes every so many seconds. */
export function beats(everySeconds: number): Answer {
  return async ({ task: { taskToken = "" }, clock, tokens }) => {
    const beat = () => {
      unlessOver(() => {
        tokens.heartbeat(taskToken);
        clock.after(1000 * everySeconds, beat);
      });
    };
    beat();
    return invocation({ result: "still waiting" });
  };
}

/** The other machine runs for ever. */
export const runsForEver: Answer = async ({ task }) => {
  task.submitted({ ExecutionArn: CHILD_ARN });
  return new Promise(() => undefined);
};

/** What finish-operation answers: it reads the error of the operation through everything around it. */
export const finishes: Answer = gives((input) => {
  const { outcome, error } = input as { outcome: string; error?: { Error?: string; Cause?: string } };
  if (outcome === "succeeded") return { status: outcome, error: "", cause: "" };
  const failure = readFailure(error ?? {});
  return { status: outcome, error: failure.code, cause: failureText(failure) };
});

const CHILD_ARN = "arn:aws:states:us-east-1:111111111111:execution:child:run";

function isChild({ resource }: TaskCall): boolean {
  return resource.kind === "service" && resource.service === "states";
}

function invocation(payload: Json): Json {
  return { StatusCode: 200, ExecutedVersion: "$LATEST", Payload: payload };
}

/** A wait may be over before its answer comes; AWS refuses the answer, and nobody minds. */
function unlessOver(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
  }
}
