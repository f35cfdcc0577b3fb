import { errorCodes, MusterError } from "./muster-error.ts";

/** An error as it is kept and shown: the three lines, with the name of the error. */
export interface Failure {
  /** One of ours, or the name that AWS gave it. */
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

/** What Step Functions puts into `$states.errorOutput`. */
export interface ErrorOutput {
  readonly Error?: string | undefined;
  readonly Cause?: string | undefined;
}

/**
 * Reads an error back from what Step Functions made of it. A function's error is JSON ({errorType, errorMessage}); a
 * nested workflow's is the child's DescribeExecution as JSON, whose own Error and Cause are read in turn.
 */
export function readFailure(output: ErrorOutput): Failure {
  let { Error: code = "Unknown", Cause: cause = "" } = output;
  for (let depth = 0; depth < NESTING_MAX; depth++) {
    const inner = parseObject(cause);
    if (typeof inner?.["ExecutionArn"] === "string") {
      code = textOf(inner["Error"], code);
      cause = textOf(inner["Cause"], "");
    } else if (typeof inner?.["errorMessage"] === "string") {
      code = textOf(inner["errorType"], code);
      cause = inner["errorMessage"];
    } else break;
  }
  return describe(code, cause);
}

export function failureOf(error: unknown): Failure {
  if (error instanceof MusterError) {
    return { code: error.code, what: error.what, why: error.why, remedy: error.remedy };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return describe(name, message);
}

/** The three lines of `failure`, as a Fail state's Cause. */
export function failureText(failure: Failure): string {
  return [failure.what, failure.why, failure.remedy].join("\n");
}

// deploy-cluster -> grow-tier -> run-hook -> function, and one to spare.
const NESTING_MAX = 6;

function describe(code: string, message: string): Failure {
  const [what = "", why = "", ...remedy] = message.split("\n");
  if (code in errorCodes && remedy.length > 0) return { code, what, why, remedy: remedy.join("\n") };
  if (code === "States.Timeout" || code === "States.HeartbeatTimeout") {
    return {
      code,
      what: "A step of the operation took longer than it may.",
      why: message === "" ? "Its deadline passed (States.Timeout)." : message,
      remedy: "Look at the execution's history in the Step Functions console, then start the operation again.",
    };
  }
  return {
    code,
    what: "The operation met an error that Muster does not know.",
    why: message === "" ? code : `${code}: ${message}`,
    remedy: "Look at the logs of the function named in the execution's history, and report it as a bug of Muster.",
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // Not JSON after all: the text is the message itself.
    return undefined;
  }
}

function textOf(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}
