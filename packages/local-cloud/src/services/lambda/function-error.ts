import { types } from "node:util";

/** A function's error as its caller gets it: the payload of an answer whose `FunctionError` is set. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/**
 * What Node's runtime makes of something thrown.
 * Source: toRapidResponse of aws/aws-lambda-nodejs-runtime-interface-client.
 */
export function thrownError(thrown: unknown): FunctionError {
  if (isErrorLike(thrown)) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? "").split("\n") };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

/** The text that the runtime answers with; an error of its own when the handler's result cannot be written as JSON. */
export function serialiseResult(result: unknown): string {
  try {
    return JSON.stringify(result ?? null) ?? "null";
  } catch {
    // The runtime hides the reason, and so do we.
    // oxlint-disable-next-line preserve-caught-error
    throw new Error("Unable to stringify response body");
  }
}

export function timeoutError(requestId: string, timeoutMs: number): FunctionError {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
  };
}

export function killedError(requestId: string): FunctionError {
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
  };
}

export function answerTooLargeError(bytes: number): FunctionError {
  return {
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${bytes} bytes).`,
  };
}

function isErrorLike(thrown: unknown): thrown is Error {
  if (types.isNativeError(thrown)) return true;
  if (typeof thrown !== "object" || thrown === null) return false;
  const { name, message, stack } = thrown as { name?: unknown; message?: unknown; stack?: unknown };
  return [name, message, stack].every((text) => typeof text === "string" && text !== "");
}
