import { TaskFailedError, type Json } from "@muster/asl";
import { isJsonObject, optimizedOperation } from "./optimized.ts";
import type { ServiceCaller } from "./service-call.ts";

/**
 * `lambda:invoke`: the function's answer, and what Lambda says about it.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export async function invokeFunction(services: ServiceCaller, args: Json): Promise<Json> {
  const { StatusCode, ExecutedVersion, LogResult, payload } = await invoke(services, args);
  const result = {
    StatusCode,
    ...(ExecutedVersion !== undefined && { ExecutedVersion }),
    ...(LogResult !== undefined && { LogResult }),
    ...(payload !== "" && { Payload: jsonOf(payload) }),
  };
  return services.withMetadata(result, "application/json");
}

/** A function by its ARN: what it answers is the result. */
export async function invokeFunctionByArn(services: ServiceCaller, arn: string, input: Json): Promise<Json> {
  const { payload } = await invoke(services, { FunctionName: arn, Payload: JSON.stringify(input) });
  return jsonOf(payload);
}

interface Invocation {
  readonly StatusCode: number;
  readonly ExecutedVersion: string | undefined;
  readonly LogResult: string | undefined;
  readonly payload: string;
}

async function invoke(services: ServiceCaller, args: Json): Promise<Invocation> {
  const answer = await services.answer(optimizedOperation("lambda", "Invoke"), args);
  const { StatusCode, ExecutedVersion, LogResult, FunctionError, Payload } = answer;
  const payload = Payload instanceof Uint8Array ? new TextDecoder().decode(Payload) : "";
  if (FunctionError !== undefined) throw functionFailure(payload);
  return {
    StatusCode: typeof StatusCode === "number" ? StatusCode : 200,
    ExecutedVersion: typeof ExecutedVersion === "string" ? ExecutedVersion : undefined,
    LogResult: typeof LogResult === "string" ? LogResult : undefined,
    payload,
  };
}

/** The error that the function raised: its own name, with its whole answer as the cause. */
function functionFailure(payload: string): TaskFailedError {
  const error = jsonOf(payload);
  const type = isJsonObject(error) ? error["errorType"] : undefined;
  if (typeof type === "string" && type !== "") return new TaskFailedError(type, payload);
  return new TaskFailedError(
    "Lambda.Unknown",
    `The cause could not be determined because Lambda did not return an error type. Returned payload: ${payload}`,
  );
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Not JSON: then it is handed on as the text it is.
    return text;
  }
}
