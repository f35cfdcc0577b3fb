import { TaskFailedError, type Identity, type Json } from "@muster/asl";
import { isJsonObject, optimizedOperation, withJsonText } from "./optimized.ts";
import type { ServiceCaller } from "./service-call.ts";

/**
 * `events:putEvents`: each event also names the execution and its machine; one entry that is refused fails the Task.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
 */
export async function putEvents(services: ServiceCaller, args: Json, identity: Identity): Promise<Json> {
  const own = [identity.executionArn, identity.stateMachineArn];
  const result = await services.result(optimizedOperation("events", "PutEvents"), withEntries(args, own));
  if (result["FailedEntryCount"] !== 0) throw new TaskFailedError("EventBridge.FailedEntry", JSON.stringify(result));
  return result;
}

function withEntries(args: Json, own: readonly string[]): Json {
  if (!isJsonObject(args) || !Array.isArray(args["Entries"])) return args;
  return { ...args, Entries: args["Entries"].map((entry: Json) => withResources(withJsonText(entry, "Detail"), own)) };
}

function withResources(entry: Json, own: readonly string[]): Json {
  if (!isJsonObject(entry)) return entry;
  const given: Json = entry["Resources"] ?? [];
  return Array.isArray(given) ? { ...entry, Resources: [...given, ...own] } : entry;
}
