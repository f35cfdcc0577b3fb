import type { TaskResource } from "../definition/resource.ts";

/** An optimized integration of a service. */
interface Integration {
  /** The patterns that it has besides request-response. */
  readonly sync?: true;
  readonly token?: true;
  /** Its actions; absent where this table does not know them. */
  readonly actions?: Readonly<Record<string, ActionMembers>>;
}

/** The members that the Arguments of an action have. */
export interface ActionMembers {
  readonly required: readonly string[];
  /** All others; absent: any. */
  readonly optional?: readonly string[];
}

/**
 * Optimized integrations. https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html and the pages
 * of each service behind it; the pairs that AWS refuses were measured by others (cdk-preflight, 2026-09).
 */
const optimized: Readonly<Record<string, Integration>> = {
  apigateway: { token: true, actions: { invoke: { required: ["ApiEndpoint", "Method"] } } },
  athena: { sync: true },
  batch: { sync: true, actions: { submitJob: { required: [] } } },
  bedrock: { sync: true, token: true },
  "bedrock-agentcore": {},
  codebuild: { sync: true },
  databrew: { sync: true, actions: { startJobRun: { required: [] } } },
  dynamodb: {
    actions: {
      deleteItem: { required: ["Key", "TableName"] },
      getItem: { required: ["Key", "TableName"] },
      putItem: { required: ["Item", "TableName"] },
      updateItem: { required: ["Key", "TableName"] },
    },
  },
  ecs: { sync: true, token: true, actions: { runTask: { required: [] } } },
  eks: { sync: true, token: true },
  elasticmapreduce: { sync: true },
  "emr-containers": { sync: true },
  "emr-serverless": { sync: true },
  events: { token: true, actions: { putEvents: { required: ["Entries"], optional: [] } } },
  glue: { sync: true, actions: { startJobRun: { required: [] } } },
  http: { actions: { invoke: { required: ["ApiEndpoint", "Method"] } } },
  lambda: {
    token: true,
    actions: {
      invoke: {
        required: ["FunctionName"],
        optional: ["ClientContext", "InvocationType", "LogType", "Payload", "Qualifier"],
      },
    },
  },
  mediaconvert: { sync: true, actions: { createJob: { required: [] } } },
  sagemaker: { sync: true },
  sns: { token: true, actions: { publish: { required: [] } } },
  sqs: {
    token: true,
    actions: {
      sendMessage: {
        required: ["MessageBody", "QueueUrl"],
        optional: ["DelaySeconds", "MessageAttributes", "MessageDeduplicationId", "MessageGroupId"],
      },
    },
  },
  states: {
    sync: true,
    token: true,
    actions: { startExecution: { required: ["StateMachineArn"], optional: ["Input", "Name", "TraceHeader"] } },
  },
};

/** The members of an optimized integration's Arguments, where they are known. */
export function optimizedMembers(resource: ServiceResource): ActionMembers | undefined {
  return resource.sdk ? undefined : optimized[resource.service]?.actions?.[resource.action];
}

type ServiceResource = Extract<TaskResource, { kind: "service" }>;

/** Whether Step Functions has that service with that pattern. SDK integrations have no `.sync`. */
export function hasIntegration(resource: ServiceResource): boolean {
  const { service, action, sdk, pattern } = resource;
  const integration = sdk
    ? { token: true as const }
    : Object.hasOwn(optimized, service)
      ? optimized[service]
      : undefined;
  if (integration === undefined) return false;
  if ("actions" in integration && integration.actions !== undefined && !Object.hasOwn(integration.actions, action)) {
    return false;
  }
  switch (pattern) {
    case "request-response":
      return true;
    case "sync":
      return "sync" in integration;
    case "sync:2":
      return service === "states" && !sdk;
    case "waitForTaskToken":
      return "token" in integration;
  }
}
