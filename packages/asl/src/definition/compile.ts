import { compileExpression, expressionText, isExpression } from "../expression/expression.ts";
import { compileTemplate, type Template } from "../expression/template.ts";
import type { Json } from "../json.ts";
import { Fields } from "./fields.ts";
import type { Block, Catcher, ChoiceRule, Retrier, State, Transition, Value } from "./machine.ts";
import { parseResource } from "./resource.ts";

/** Compiles a validated block of states. */
export function compileBlock(raw: unknown): Block {
  const fields = new Fields(raw);
  const states = new Map<string, State>();
  for (const [name, state] of Object.entries(fields.object("States"))) states.set(name, compileState(name, state));
  return { startAt: fields.string("StartAt"), states };
}

/** Compiles one validated state. */
export function compileState(name: string, raw: unknown): State {
  const fields = new Fields(raw);
  const base = { name, ...transition(fields, "") };
  const type = fields.string("Type");
  switch (type) {
    case "Pass":
    case "Succeed":
      return { ...base, type };
    case "Fail":
      return { ...base, type, error: value(fields, "Error"), cause: value(fields, "Cause") };
    case "Choice":
      return { ...base, type, next: fields.optionalString("Default"), rules: fields.list("Choices").map(choiceRule) };
    case "Wait":
      return { ...base, type, until: waitUntil(fields) };
    case "Task":
      return { ...base, ...errorHandling(fields), ...task(fields), type };
    case "Parallel":
      return {
        ...base,
        ...errorHandling(fields),
        type,
        arguments: template(fields, "Arguments"),
        branches: fields.list("Branches").map(compileBlock),
      };
    case "Map":
      return { ...base, ...errorHandling(fields), ...map(fields), type };
    default:
      throw new TypeError(`${type} is no type of state`);
  }
}

function transition(fields: Fields, prefix: string): Transition {
  return {
    output: template(fields, "Output", prefix),
    assign: template(fields, "Assign", prefix),
    next: fields.optionalString("Next"),
  };
}

function template(fields: Fields, name: string, prefix = ""): Template | undefined {
  const raw = fields.json(name);
  return raw === undefined ? undefined : compileTemplate(raw, `${prefix}${name}`);
}

function value(fields: Fields, name: string, prefix = ""): Value | undefined {
  const raw = fields.json(name);
  return raw === undefined ? undefined : compileValue(raw, `${prefix}${name}`);
}

function requiredValue(fields: Fields, name: string, prefix = ""): Value {
  const found = value(fields, name, prefix);
  if (found === undefined) throw new TypeError(`${name} is required in a validated definition`);
  return found;
}

function compileValue(raw: Json, field: string): Value {
  if (typeof raw === "string" && isExpression(raw)) {
    return { field, expression: compileExpression(expressionText(raw)) };
  }
  return Array.isArray(raw) ? { field, template: compileTemplate(raw, field) } : { field, literal: raw };
}

function choiceRule(raw: unknown, index: number): ChoiceRule {
  const fields = new Fields(raw);
  const prefix = `Choices[${index}]/`;
  return { ...transition(fields, prefix), condition: requiredValue(fields, "Condition", prefix) };
}

function waitUntil(fields: Fields): { seconds: Value } | { timestamp: Value } {
  return fields.has("Seconds")
    ? { seconds: requiredValue(fields, "Seconds") }
    : { timestamp: requiredValue(fields, "Timestamp") };
}

function task(fields: Fields) {
  const arn = fields.string("Resource");
  const resource = parseResource(arn);
  if (resource === undefined) throw new TypeError(`${arn} is no resource in a validated definition`);
  return {
    resource,
    arguments: template(fields, "Arguments"),
    timeoutSeconds: value(fields, "TimeoutSeconds"),
    heartbeatSeconds: value(fields, "HeartbeatSeconds"),
    credentialsRole: fields.has("Credentials")
      ? requiredValue(new Fields(fields.object("Credentials")), "RoleArn", "Credentials/")
      : undefined,
  };
}

function map(fields: Fields) {
  return {
    items: value(fields, "Items"),
    itemSelector: template(fields, "ItemSelector"),
    processor: compileBlock(fields.object(fields.has("Iterator") ? "Iterator" : "ItemProcessor")),
    maxConcurrency: value(fields, "MaxConcurrency"),
    toleratedFailureCount: value(fields, "ToleratedFailureCount"),
    toleratedFailurePercentage: value(fields, "ToleratedFailurePercentage"),
  };
}

function errorHandling(fields: Fields): { retry: readonly Retrier[]; catch: readonly Catcher[] } {
  return { retry: fields.list("Retry").map(retrier), catch: fields.list("Catch").map(catcher) };
}

// Defaults: Amazon States Language, Retriers.
function retrier(raw: unknown): Retrier {
  const fields = new Fields(raw);
  return {
    errorEquals: fields.strings("ErrorEquals"),
    intervalSeconds: fields.optionalNumber("IntervalSeconds") ?? 1,
    maxAttempts: fields.optionalNumber("MaxAttempts") ?? 3,
    backoffRate: fields.optionalNumber("BackoffRate") ?? 2,
    maxDelaySeconds: fields.optionalNumber("MaxDelaySeconds"),
    jitter: fields.optionalString("JitterStrategy") === "FULL" ? "FULL" : "NONE",
  };
}

function catcher(raw: unknown, index: number): Catcher {
  const fields = new Fields(raw);
  return { ...transition(fields, `Catch[${index}]/`), errorEquals: fields.strings("ErrorEquals") };
}
