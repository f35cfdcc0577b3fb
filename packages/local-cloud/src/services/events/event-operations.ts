import type {
  PutEventsCommandInput,
  PutEventsRequestEntry,
  TestEventPatternCommandInput,
} from "@aws-sdk/client-eventbridge";
import { toIso } from "@muster/core";
import type { AwsEvent } from "../../kernel/event.ts";
import type { Operation, ServiceContext } from "../../kernel/service.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { invalid } from "./errors.ts";
import { EVENT_ENTRIES_BYTES_MAX, EVENT_ENTRIES_MAX, PATTERN_LENGTH_MAX } from "./limits.ts";
import { refuseMembers } from "../../mechanisms/not-implemented.ts";
import { JsonSyntaxError } from "./pattern/json-node.ts";
import { compile, readEvent } from "./pattern.ts";
import { randomUuid } from "../../mechanisms/uuid.ts";

/** Events from outside: sending them, and trying patterns on them. */
export function eventOperations(
  context: ServiceContext,
  checkBus: (name: string | undefined) => void,
  deliver: (event: AwsEvent) => void,
): Record<string, Operation> {
  return {
    PutEvents: (input: PutEventsCommandInput) => {
      const entries = input.Entries ?? [];
      refuseMembers("PutEvents", { EndpointId: input.EndpointId });
      checkConstraints([{ at: "entries", value: entries, required: true, min: 1, max: EVENT_ENTRIES_MAX }]);
      for (const entry of entries) {
        checkBus(entry.EventBusName);
        refuseMembers("PutEvents", { TraceHeader: entry.TraceHeader });
      }
      const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
      if (bytes > EVENT_ENTRIES_BYTES_MAX) throw invalid("Total size of the entries in the request is over the limit.");
      const results = entries.map((entry) => putEvent(context, deliver, entry));
      return { FailedEntryCount: results.filter((result) => "ErrorCode" in result).length, Entries: results };
    },
    TestEventPattern: (input: TestEventPatternCommandInput) => {
      checkConstraints([
        { at: "eventPattern", value: input.EventPattern, required: true, max: PATTERN_LENGTH_MAX },
        { at: "event", value: input.Event, required: true },
      ]);
      const event = readTestEvent(input.Event ?? "");
      return { Result: compile(input.EventPattern ?? "").matches(event) };
    },
  };
}

function putEvent(context: ServiceContext, deliver: (event: AwsEvent) => void, entry: PutEventsRequestEntry) {
  const missing = (["Source", "DetailType", "Detail"] as const).find((name) => (entry[name] ?? "") === "");
  if (missing !== undefined) {
    return {
      ErrorCode: "InvalidArgument",
      ErrorMessage: `Parameter ${missing} is not valid. Reason: ${missing} is a required argument.`,
    };
  }
  const { Source: source = "", DetailType: detailType = "" } = entry;
  // `aws.` is for AWS's own services.
  if (source.startsWith("aws."))
    return { ErrorCode: "NotAuthorizedForSource", ErrorMessage: "Not authorized for the source." };
  const detail = readObject(entry.Detail ?? "");
  if (detail === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const event: AwsEvent = {
    version: "0",
    id: randomUuid(context.random),
    "detail-type": detailType,
    source,
    account: context.account,
    time: isoSeconds(entry.Time?.getTime() ?? context.clock.now()),
    region: context.region,
    resources: entry.Resources ?? [],
    detail,
  };
  deliver(event);
  return { EventId: event.id };
}

/** As events carry times: ISO 8601 in whole seconds. */
export function isoSeconds(epochMs: number): string {
  return toIso(epochMs).replace(/\.\d{3}Z$/, "Z");
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html, "Calculating PutEvents event entry size"
function entryBytes(entry: PutEventsRequestEntry): number {
  const texts = [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])];
  const timeBytes = entry.Time === undefined ? 0 : 14;
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), timeBytes);
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const requiredFields = ["id", "account", "source", "time", "region", "detail-type"];

function readTestEvent(text: string) {
  const fields = readObject(text);
  if (fields === undefined || !requiredFields.every((name) => Object.hasOwn(fields, name)))
    throw invalid("Parameter Event is not valid.");
  try {
    return readEvent(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalid("Parameter Event is not valid.");
    throw error;
  }
}
