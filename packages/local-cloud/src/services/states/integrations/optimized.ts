import type { Json, JsonObject } from "@muster/asl";
import type { ServiceName } from "../../../kernel/service.ts";
import { optimizedStyle } from "./sdk-json.ts";
import { sdkOperation } from "./sdk-service.ts";
import type { ServiceOperation } from "./service-call.ts";
import { optimizedFailures, type FailureStyle } from "./service-failure.ts";

// The older Java SDK's names, which optimized integrations show (recorded on AWS; EventBridge's by its class name).
const failures = {
  dynamodb: optimizedFailures({
    prefix: "DynamoDB",
    service: "AmazonDynamoDBv2",
    unmodeled: "AmazonDynamoDBException",
  }),
  events: optimizedFailures({
    prefix: "EventBridge",
    service: "AmazonEventBridge",
    unmodeled: "AmazonEventBridgeException",
  }),
  lambda: optimizedFailures({ prefix: "Lambda", service: "AWSLambda", unmodeled: "AWSLambdaException" }),
  sqs: optimizedFailures({ prefix: "SQS", service: "AmazonSQS", unmodeled: "AmazonSQSException" }),
  states: optimizedFailures({
    prefix: "StepFunctions",
    service: "AWSStepFunctions",
    unmodeled: "AWSStepFunctionsException",
  }),
} as const satisfies Partial<Record<ServiceName, FailureStyle>>;

/** One operation, as optimized integrations call it. */
export function optimizedOperation(service: keyof typeof failures, name: string): ServiceOperation {
  return { ...sdkOperation(service, name), json: optimizedStyle, failures: failures[service] };
}

/** Gives a member that takes JSON text the text of whatever JSON stands there; text stays as it is. */
export function withJsonText(args: Json, member: string): Json {
  if (!isJsonObject(args)) return args;
  const value = args[member];
  if (value === undefined || value === null || typeof value === "string") return args;
  return { ...args, [member]: JSON.stringify(value) };
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
