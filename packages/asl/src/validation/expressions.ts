import { ExpressionSyntaxError, expressionText, isExpression } from "../expression/expression.ts";
import { referencesOf, type References } from "../expression/references.ts";
import type { Findings } from "./diagnostic.ts";
import { stateStrings, type FoundString } from "./state-expressions.ts";

/** Checks every expression of a JSONata state by itself: that it parses, and reads only what is there. */
export function checkExpressions(state: Readonly<Record<string, unknown>>, path: string, findings: Findings): void {
  for (const found of stateStrings(state, path)) {
    if (isExpression(found.text)) checkExpression(found, findings);
    else if (found.text.startsWith("{%")) {
      findings.schema("JSONata string must start with {% and end with %}", found.path);
    }
  }
}

function checkExpression(found: FoundString, findings: Findings): void {
  const { path } = found;
  let references: References;
  try {
    references = referencesOf(expressionText(found.text));
  } catch (error) {
    if (!(error instanceof ExpressionSyntaxError)) throw error;
    findings.error("INVALID_JSONATA_EXPRESSION", error.message, path);
    return;
  }
  const unsupported = (message: string) => findings.error("UNSUPPORTED_JSONATA_EXPRESSION", message, path);
  for (const name of references.topLevel) unsupported(`Reference to '${name}' at the top level is not supported.`);
  if (references.usesRoot) unsupported("Reference to '$$' is not supported.");
  for (const field of references.statesFields) checkStatesField(field, found, findings);
}

function checkStatesField(field: string, found: FoundString, findings: Findings): void {
  if (field === "input" || field === "context" || field === found.holds) return;
  if (field === "errorOutput") {
    findings.error("UNSUPPORTED_JSONATA_EXPRESSION", "Field '$states.errorOutput' does not exist.", found.path);
    return;
  }
  findings.warning("UNDEFINED_STATES_FIELD", `$states.${field} is undefined here, so the state will fail.`, found.path);
}
