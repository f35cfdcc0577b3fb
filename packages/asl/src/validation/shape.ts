import { isExpression } from "../expression/expression.ts";
import { isObject } from "../json.ts";
import type { Findings } from "./diagnostic.ts";

/** The type of a field's value, in AWS's words, and its bounds. */
export type Shape =
  | { readonly kind: "boolean" | "object" | "any" }
  | { readonly kind: "string"; readonly values?: readonly string[] }
  | { readonly kind: "integer" | "number"; readonly min?: number; readonly max?: number }
  | { readonly kind: "array"; readonly nonEmpty?: boolean };

export const shapes = {
  any: { kind: "any" },
  boolean: { kind: "boolean" },
  object: { kind: "object" },
  string: { kind: "string" },
  array: { kind: "array" },
  nonEmptyArray: { kind: "array", nonEmpty: true },
} as const satisfies Record<string, Shape>;

/** A whole number of at least `min`. */
export function integer(min: number, max?: number): Shape {
  return { kind: "integer", min, ...(max !== undefined && { max }) };
}

/**
 * Checks one value. Where `mayBeExpression`, a JSONata string stands for any of them.
 * @returns whether the value has the type (its bounds may still be broken)
 */
export function checkShape(
  value: unknown,
  shape: Shape,
  options: { path: string; findings: Findings; mayBeExpression: boolean },
): boolean {
  const { path, findings } = options;
  if (options.mayBeExpression && typeof value === "string" && isExpression(value)) return true;
  if (!hasType(value, shape)) {
    findings.schema(`Expected value of type [${shape.kind.toUpperCase()}]`, path);
    return false;
  }
  if (shape.kind === "string" && shape.values !== undefined && !shape.values.some((allowed) => allowed === value)) {
    findings.schema(`Value should be one of the following: [${shape.values.join(", ")}]`, path);
  }
  if (shape.kind === "integer" || shape.kind === "number") {
    if (shape.min !== undefined && Number(value) < shape.min) findings.schema(`Minimum value is ${shape.min}`, path);
    if (shape.max !== undefined && Number(value) > shape.max) findings.schema(`Maximum value is ${shape.max}`, path);
  }
  if (shape.kind === "array" && shape.nonEmpty === true && Array.isArray(value) && value.length === 0) {
    findings.schema("Value cannot be empty", path);
  }
  return true;
}

function hasType(value: unknown, shape: Shape): boolean {
  switch (shape.kind) {
    case "any":
      return value !== undefined;
    case "object":
      return isObject(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "string":
    case "boolean":
    case "number":
      return typeof value === shape.kind;
  }
}
