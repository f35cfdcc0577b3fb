import { StatesError } from "../execution/failure.ts";
import { isObject } from "../json.ts";
import type { Findings } from "./diagnostic.ts";
import { catcherFields, retrierFields, type QueryLanguage } from "./fields.ts";
import { checkObject } from "./object.ts";

type Raw = Readonly<Record<string, unknown>>;

/** Checks the Retry and Catch of a state. */
export function checkErrorHandling(
  state: Raw,
  path: string,
  language: QueryLanguage,
  options: { findings: Findings; knownErrors: ReadonlySet<string> | undefined },
): void {
  for (const [field, rules, required] of [
    ["Retry", retrierFields, ["ErrorEquals"]],
    ["Catch", catcherFields, ["ErrorEquals", "Next"]],
  ] as const) {
    const list = Array.isArray(state[field]) ? state[field] : [];
    for (const [index, entry] of list.entries()) {
      const at = `${path}/${field}[${index}]`;
      checkObject(entry, { rules, required, path: at, language, findings: options.findings });
      if (!isObject(entry) || !Array.isArray(entry["ErrorEquals"])) continue;
      checkErrorEquals(entry["ErrorEquals"], `${at}/ErrorEquals`, index === list.length - 1, options);
    }
  }
}

function checkErrorEquals(
  names: readonly unknown[],
  path: string,
  isLast: boolean,
  { findings, knownErrors }: { findings: Findings; knownErrors: ReadonlySet<string> | undefined },
): void {
  for (const [index, name] of names.entries()) {
    const at = `${path}[${index}]`;
    if (typeof name !== "string") findings.schema("Expected value of type [STRING]", at);
    else if (name === StatesError.all) {
      if (names.length > 1 || !isLast) findings.schema("States.ALL must appear alone and at end of list", path);
    } else if (name.startsWith("States.") ? !statesErrors.has(name) : knownErrors?.has(name) === false) {
      findings.warning("UNKNOWN_ERROR_NAME", `Nothing fails with ${name}.`, at);
    }
  }
}

/** Every error name of the language. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const statesErrors: ReadonlySet<string> = new Set([
  ...Object.values(StatesError),
  "States.BranchFailed",
  "States.Http.Socket",
  "States.IntrinsicFailure",
  "States.ItemReaderFailed",
  "States.NoChoiceMatched",
  "States.ParameterPathFailure",
  "States.Permissions",
  "States.ResultPathMatchFailure",
  "States.ResultWriterFailed",
]);
