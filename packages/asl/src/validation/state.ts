import { isObject } from "../json.ts";
import { MAX_STATE_NAME_LENGTH } from "../limits.ts";
import { isRfc3339 } from "../states/timestamp.ts";
import { isExpression } from "../expression/expression.ts";
import type { Findings } from "./diagnostic.ts";
import { checkErrorHandling } from "./error-handling.ts";
import {
  blockFields,
  choiceRuleFields,
  credentialsFields,
  processorConfigFields,
  processorFields,
  stateFields,
  stateTypes,
  type QueryLanguage,
} from "./fields.ts";
import { checkObject, checkOneOf } from "./object.ts";
import { checkResource, type ResourceOptions } from "./resource.ts";

type Raw = Readonly<Record<string, unknown>>;

export interface StateCheck {
  readonly path: string;
  readonly name: string;
  readonly machineLanguage: QueryLanguage;
  readonly findings: Findings;
  readonly options: ResourceOptions & { readonly knownErrors?: ReadonlySet<string> };
}

/** Checks one state by its schema, not the states inside it. */
export function checkState(state: unknown, check: StateCheck): void {
  const { path, name, findings } = check;
  if (!isObject(state)) {
    findings.schema("Expected value of type [OBJECT]", path);
    return;
  }
  if (name.length > MAX_STATE_NAME_LENGTH) {
    const message = `State name '${name}' exceeds the ${MAX_STATE_NAME_LENGTH}-character limit allowed by the service`;
    findings.error("INVALID_STATE_NAME", message, path);
  }
  const language = languageOf(state["QueryLanguage"], check.machineLanguage);
  checkLanguage(state, check);
  const type = stateTypes.find((known) => known === state["Type"]);
  if (type === undefined) {
    if (state["Type"] === undefined) findings.schema("These fields are required: [Type]", path);
    else findings.schema(`Value should be one of the following: [${stateTypes.join(", ")}]`, `${path}/Type`);
    return;
  }
  const rules = stateFields[type];
  checkObject(state, { rules, required: REQUIRED[type] ?? [], path, language, findings });
  if (Object.hasOwn(rules, "Next")) checkEnding(state, path, findings);
  if (Object.hasOwn(rules, "Retry")) {
    checkErrorHandling(state, path, language, { findings, knownErrors: check.options.knownErrors });
  }
  checkByType(type, state, language, check);
}

/** AWS takes a state for JSONPath only when it says exactly that, or says nothing in a machine that is. */
export function languageOf(declared: unknown, inherited: QueryLanguage): QueryLanguage {
  if (declared === undefined) return inherited;
  return declared === "JSONPath" ? "JSONPath" : "JSONata";
}

/** Checks the value of a QueryLanguage field, which is located at the field. */
export function checkLanguageValue(declared: unknown, path: string, findings: Findings): void {
  if (declared === undefined || declared === "JSONata" || declared === "JSONPath") return;
  if (typeof declared !== "string") return;
  findings.schema("Value should be one of the following: [JSONPath, JSONata]", path);
}

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  Task: ["Resource"],
  Choice: ["Choices"],
  Parallel: ["Branches"],
};

function checkLanguage(state: Raw, { path, machineLanguage, findings }: StateCheck): void {
  if (state["QueryLanguage"] === "JSONPath" && machineLanguage === "JSONata") {
    findings.schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", path);
  }
  checkLanguageValue(state["QueryLanguage"], `${path}/QueryLanguage`, findings);
}

function checkEnding(state: Raw, path: string, findings: Findings): void {
  checkOneOf({ Next: state["Next"], End: state["End"] === true ? true : undefined }, ["Next", "End"], path, findings);
}

function checkByType(type: (typeof stateTypes)[number], state: Raw, language: QueryLanguage, check: StateCheck): void {
  const { path, findings } = check;
  switch (type) {
    case "Task":
      if (typeof state["Resource"] === "string") checkResource(state["Resource"], state, path, findings, check.options);
      checkCredentials(state["Credentials"], `${path}/Credentials`, language, findings);
      return;
    case "Wait":
      checkOneOf(state, ["SecondsPath", "Seconds", "TimestampPath", "Timestamp"], path, findings);
      checkTimestamp(state["Timestamp"], language, `${path}/Timestamp`, findings);
      return;
    case "Choice":
      if (language === "JSONata") checkChoiceRules(state["Choices"], `${path}/Choices`, findings);
      return;
    case "Parallel":
      for (const [index, branch] of list(state["Branches"]).entries()) {
        checkBlock(branch, `${path}/Branches[${index}]`, blockFields, findings);
      }
      return;
    case "Map":
      checkMap(state, path, findings);
      return;
    default:
  }
}

function checkTimestamp(value: unknown, language: QueryLanguage, path: string, findings: Findings): void {
  if (typeof value !== "string" || (language === "JSONata" && isExpression(value)) || isRfc3339(value)) return;
  findings.schema("String does not match RFC3339 timestamp", path);
}

function checkCredentials(value: unknown, path: string, language: QueryLanguage, findings: Findings): void {
  if (!isObject(value)) return;
  // AWS says this in another sentence than it does of every other missing field (recorded).
  if (value["RoleArn"] === undefined && value["RoleArn.$"] === undefined) {
    findings.schema("The field 'RoleArn' is required but was missing", path);
  } else checkObject(value, { rules: credentialsFields, required: [], path, language, findings });
}

function checkChoiceRules(rules: unknown, path: string, findings: Findings): void {
  for (const [index, rule] of list(rules).entries()) {
    const at = `${path}[${index}]`;
    if (isObject(rule) && rule["Condition"] === undefined) {
      findings.schema("The object must have only one of the following fields, [And, Or, Not, Variable, Condition]", at);
    }
    checkObject(rule, { rules: choiceRuleFields, required: ["Next"], path: at, language: "JSONata", findings });
  }
}

function checkMap(state: Raw, path: string, findings: Findings): void {
  checkOneOf(state, ["ItemProcessor", "Iterator"], path, findings);
  for (const field of ["ItemProcessor", "Iterator"]) {
    const processor = state[field];
    if (!isObject(processor)) continue;
    checkBlock(processor, `${path}/${field}`, processorFields, findings);
    const config = processor["ProcessorConfig"];
    if (config === undefined) continue;
    checkObject(config, {
      rules: processorConfigFields,
      required: isObject(config) && config["Mode"] === "DISTRIBUTED" ? ["ExecutionType"] : [],
      path: `${path}/${field}/ProcessorConfig`,
      language: "JSONata",
      findings,
    });
  }
}

function checkBlock(block: unknown, path: string, rules: typeof blockFields, findings: Findings): void {
  checkObject(block, { rules, required: ["StartAt", "States"], path, language: "JSONata", findings });
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
