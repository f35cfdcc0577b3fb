import { setKey, type Json, type JsonObject } from "../json.ts";
import { compileExpression, expressionText, isExpression, type Bindings } from "./expression.ts";
import { evaluateField } from "./field.ts";

/** A JSON value with expressions in it, as Arguments, Output, Assign and ItemSelector take it. */
export interface Template {
  /** @throws {QueryError} at the first expression that fails, in the order in which they are written */
  readonly evaluate: (bindings: Bindings) => Json | Promise<Json>;
}

/**
 * Compiles a template.
 * @param field where it stands in its state, as AWS's messages name it: `Output`, `Choices[1]/Assign`
 * @throws {ExpressionSyntaxError}
 */
export function compileTemplate(raw: Json, field: string): Template {
  if (!hasExpression(raw)) return { evaluate: () => raw };
  if (typeof raw === "string") {
    const expression = compileExpression(expressionText(raw));
    return { evaluate: (bindings) => evaluateField(expression, field, bindings) };
  }
  return Array.isArray(raw) ? compileList(raw, field) : compileObject(raw as JsonObject, field);
}

function compileList(raw: readonly Json[], field: string): Template {
  const items = raw.map((item, index) => compileTemplate(item, `${field}[${index}]`));
  return {
    evaluate: async (bindings) => {
      const values: Json[] = [];
      for (const item of items) values.push(await item.evaluate(bindings));
      return values;
    },
  };
}

function compileObject(raw: JsonObject, field: string): Template {
  const members = Object.entries(raw).map(([key, value]) => ({
    key,
    value: compileTemplate(value, `${field}/${key}`),
  }));
  return {
    evaluate: async (bindings) => {
      const result: Record<string, Json> = {};
      for (const { key, value } of members) setKey(result, key, await value.evaluate(bindings));
      return result;
    },
  };
}

function hasExpression(raw: Json): boolean {
  if (typeof raw === "string") return isExpression(raw);
  if (typeof raw !== "object" || raw === null) return false;
  return Object.values(raw).some((value) => hasExpression(value));
}
