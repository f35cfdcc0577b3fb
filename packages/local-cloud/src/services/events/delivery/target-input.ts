import type { Target } from "@aws-sdk/client-eventbridge";
import type { AwsEvent } from "../../../kernel/event.ts";
import { parseJsonPath, readJsonPath } from "./json-path.ts";

export interface TargetInput {
  readonly target: Target;
  readonly event: AwsEvent;
  readonly rule: { readonly arn: string; readonly name: string };
  /** ISO 8601: when EventBridge received the event. */
  readonly ingestedAt: string;
}

/**
 * The JSON text that a target gets: the whole event, a constant, a part of the event, or a filled template.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput(options: TargetInput): string {
  const { target, event } = options;
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(valueAt(target.InputPath, event) ?? null);
  if (target.InputTransformer?.InputTemplate === undefined) return JSON.stringify(event);
  return fillTemplate(target.InputTransformer.InputTemplate, variablesOf(options));
}

/** The names that a template uses, in order. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
}

/** Variables that EventBridge sets itself; a map of paths may not use these names. */
export const reservedVariables: ReadonlySet<string> = new Set([
  "aws.events.rule-arn",
  "aws.events.rule-name",
  "aws.events.event.ingestion-time",
  "aws.events.event",
  "aws.events.event.json",
]);

const PLACEHOLDER = /<([\w.-]+)>/g;

type Variables = ReadonlyMap<string, unknown>;

function variablesOf({ target, event, rule, ingestedAt }: TargetInput): Variables {
  const { detail: _detail, ...withoutDetail } = event;
  const paths = Object.entries(target.InputTransformer?.InputPathsMap ?? {});
  return new Map<string, unknown>([
    ...paths.map(([name, path]) => [name, valueAt(path, event)] as const),
    ["aws.events.rule-arn", rule.arn],
    ["aws.events.rule-name", rule.name],
    ["aws.events.event.ingestion-time", ingestedAt],
    ["aws.events.event", withoutDetail],
    ["aws.events.event.json", event],
  ]);
}

function valueAt(path: string, event: AwsEvent): unknown {
  const parsed = parseJsonPath(path);
  return parsed === undefined ? undefined : readJsonPath(parsed, event);
}

// Inside quotes a value is pasted as it is, without escaping; outside it is written as JSON. A path that leads nowhere
// makes no variable: nothing inside quotes, an empty text outside.
function fillTemplate(template: string, variables: Variables): string {
  let filled = "";
  let at = 0;
  let isQuoted = false;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const before = template.slice(at, match.index);
    isQuoted = endsQuoted(before, isQuoted);
    const value = variables.get(match[1] ?? "");
    filled += before + (isQuoted ? pasted(value) : JSON.stringify(value ?? ""));
    at = match.index + match[0].length;
  }
  return filled + template.slice(at);
}

function pasted(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function endsQuoted(text: string, startsQuoted: boolean): boolean {
  const quotes = text.replaceAll(/\\./gs, "").split('"').length - 1;
  return startsQuoted !== (quotes % 2 === 1);
}
