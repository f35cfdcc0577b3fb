import { MachineFaultError, type Identity, type Json, type TaskCall } from "@muster/asl";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { ServiceContext } from "../../../kernel/service.ts";
import { invokeFunction, invokeFunctionByArn } from "./invoke-function.ts";
import { optimizedOperation, withJsonText } from "./optimized.ts";
import { putEvents } from "./put-events.ts";
import { sdkStyle } from "./sdk-json.ts";
import { sdkAction } from "./sdk-service.ts";
import { ServiceCaller } from "./service-call.ts";
import { sdkFailures } from "./service-failure.ts";
import { runChild, startChild, type Children } from "./start-child.ts";

/** What performing Tasks takes. */
export interface TaskWorld {
  readonly call: Kernel["call"];
  readonly context: ServiceContext;
  readonly children: Children;
}

/** Performs one Task as the machine's role; see `Host.perform` for what it answers and throws. */
export async function performTask(task: TaskCall, identity: Identity, world: TaskWorld): Promise<Json> {
  const services = new ServiceCaller(world.call, world.context, identity.roleArn);
  const { resource, arguments: args } = task;
  switch (resource.kind) {
    case "activity":
      throw unsupported(resource.arn);
    case "lambda-function":
      return invokeFunctionByArn(services, resource.arn, args);
    case "service": {
      if (resource.sdk) return callSdk(services, resource, args);
      const integration = optimized.get(`${resource.service}:${resource.action}`);
      if (integration === undefined) throw unsupported(resource.arn);
      return integration(services, task, { identity, world });
    }
  }
}

/** Whether there is such an integration here. */
export function isSupported(resource: TaskCall["resource"]): boolean {
  switch (resource.kind) {
    case "activity":
      return false;
    case "lambda-function":
      return true;
    case "service":
      return resource.sdk
        ? sdkAction(resource.service, resource.action) !== undefined
        : optimized.has(`${resource.service}:${resource.action}`);
  }
}

type Integration = (
  services: ServiceCaller,
  task: TaskCall,
  around: { identity: Identity; world: TaskWorld },
) => Promise<Json>;

const optimized: ReadonlyMap<string, Integration> = new Map<string, Integration>([
  ["lambda:invoke", (services, task) => invokeFunction(services, task.arguments)],
  ["events:putEvents", (services, task, { identity }) => putEvents(services, task.arguments, identity)],
  ["sqs:sendMessage", sendMessage],
  ["dynamodb:deleteItem", dynamodb("DeleteItem")],
  ["dynamodb:getItem", dynamodb("GetItem")],
  ["dynamodb:putItem", dynamodb("PutItem")],
  ["dynamodb:updateItem", dynamodb("UpdateItem")],
  ["states:startExecution", startExecution],
]);

async function callSdk(
  services: ServiceCaller,
  { service, action, arn }: { service: string; action: string; arn: string },
  args: Json,
): Promise<Json> {
  const found = sdkAction(service, action);
  if (found === undefined) throw unsupported(arn);
  const { sdk, operation, id } = found;
  return services.result({ sdk, operation, json: sdkStyle, failures: sdkFailures(id) }, args);
}

function unsupported(arn: string): MachineFaultError {
  return new MachineFaultError(`the embedded cloud does not have the integration ${arn}`);
}

async function sendMessage(services: ServiceCaller, task: TaskCall): Promise<Json> {
  const args = withJsonText(task.arguments, "MessageBody");
  return services.withMetadata(await services.result(optimizedOperation("sqs", "SendMessage"), args));
}

function dynamodb(operation: string): Integration {
  return async (services, task) =>
    services.withMetadata(await services.result(optimizedOperation("dynamodb", operation), task.arguments));
}

async function startExecution(...[services, task, { identity, world }]: Parameters<Integration>): Promise<Json> {
  const { resource } = task;
  const pattern = resource.kind === "service" ? resource.pattern : "request-response";
  if (pattern !== "sync" && pattern !== "sync:2") return startChild(services, task.arguments);
  const { children, context } = world;
  return runChild(
    services,
    { ...task, parsesJson: pattern === "sync:2" },
    { identity, children, clock: context.clock },
  );
}
