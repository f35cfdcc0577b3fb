import { isObject } from "../json.ts";
import { catcherFields, choiceRuleFields, stateFields, stateTypes, type FieldRules } from "./fields.ts";

/** A string in a place where AWS looks for JSONata. */
export interface FoundString {
  readonly text: string;
  readonly path: string;
  /** What `$states` holds there besides input and context. */
  readonly holds: "nothing" | "result" | "errorOutput";
}

/** All strings of a JSONata state in fields that take expressions, not those of the states inside it. */
export function* stateStrings(state: Readonly<Record<string, unknown>>, path: string): Generator<FoundString> {
  const type = stateTypes.find((known) => known === state["Type"]);
  if (type === undefined) return;
  const hasResult = type === "Task" || type === "Parallel" || type === "Map";
  yield* fieldStrings(state, stateFields[type], path, (field) =>
    hasResult && (field === "Output" || field === "Assign") ? "result" : "nothing",
  );
  yield* listStrings(state["Choices"], choiceRuleFields, `${path}/Choices`, "nothing");
  yield* listStrings(state["Catch"], catcherFields, `${path}/Catch`, "errorOutput");
}

function* listStrings(
  list: unknown,
  rules: FieldRules,
  path: string,
  holds: FoundString["holds"],
): Generator<FoundString> {
  if (!Array.isArray(list)) return;
  for (const [index, item] of list.entries()) {
    if (isObject(item)) yield* fieldStrings(item, rules, `${path}[${index}]`, () => holds);
  }
}

function* fieldStrings(
  object: Readonly<Record<string, unknown>>,
  rules: FieldRules,
  path: string,
  holdsIn: (field: string) => FoundString["holds"],
): Generator<FoundString> {
  for (const [field, value] of Object.entries(object)) {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (rule?.expression === true || rule?.template === true) {
      yield* strings(value, `${path}/${field}`, holdsIn(field));
    }
  }
}

function* strings(value: unknown, path: string, holds: FoundString["holds"]): Generator<FoundString> {
  if (typeof value === "string") yield { text: value, path, holds };
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* strings(item, `${path}[${index}]`, holds);
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) yield* strings(inner, `${path}/${key}`, holds);
  }
}
