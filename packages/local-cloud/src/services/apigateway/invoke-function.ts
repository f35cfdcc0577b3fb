import { AwsError } from "../../kernel/aws-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller } from "../../kernel/service.ts";
import type { ProxyEvent } from "./proxy-event.ts";

/**
 * Calls a function and waits for its result.
 * @throws {FunctionFailedError} when the function itself failed; AwsError when Lambda would not run it
 */
export type InvokeFunction = (functionName: string, event: ProxyEvent) => Promise<unknown>;

/** The function ended with an error, a timeout or a crash. */
export class FunctionFailedError extends Error {
  override readonly name = "FunctionFailedError";
}

/** The function took longer than API Gateway waits. */
export class IntegrationTimeoutError extends Error {
  override readonly name = "IntegrationTimeoutError";
}

/** Invokes through the embedded Lambda, as API Gateway does: synchronously, with JSON both ways. */
export function invokeThroughKernel(kernel: Pick<Kernel, "call">, caller: Caller): InvokeFunction {
  return async (functionName, event) => {
    const input = { FunctionName: functionName, Payload: new TextEncoder().encode(JSON.stringify(event)) };
    const output = await kernel.call("lambda", "Invoke", input, caller);
    const { FunctionError: functionError, Payload: payload } = output as {
      FunctionError?: string;
      Payload?: Uint8Array;
    };
    const text = payload === undefined || payload.length === 0 ? "null" : new TextDecoder().decode(payload);
    if (functionError !== undefined) throw new FunctionFailedError(`${functionName}: ${functionError}: ${text}`);
    return JSON.parse(text);
  };
}

/** Which of API Gateway's answers an invocation that failed deserves. */
export function failureKind(error: unknown): "serviceUnavailable" | "tooLarge" | "internalServerError" {
  // An HTTP API answers a slow function with 503; 504 is what REST APIs do.
  if (error instanceof IntegrationTimeoutError) return "serviceUnavailable";
  if (!(error instanceof AwsError)) return "internalServerError";
  if (THROTTLED.has(error.code)) return "serviceUnavailable";
  return error.code === "RequestTooLargeException" ? "tooLarge" : "internalServerError";
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors */
const THROTTLED = new Set(["TooManyRequestsException", "ThrottlingException", "EC2ThrottledException"]);
