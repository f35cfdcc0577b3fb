import { invalidPattern } from "./invalid-pattern.ts";
import type { JsonNode, JsonScalar } from "./json-node.ts";
import { parseWildcard, WildcardError, type WildcardToken } from "./wildcard.ts";

/** One alternative for a field: that it is absent, or a test of one of its values. */
export type Matcher =
  | { readonly kind: "absent" }
  | {
      readonly kind: "value";
      readonly test: (value: JsonScalar) => boolean;
      /** The wildcards in it, for the bound on complexity. */
      readonly wildcards?: readonly (readonly WildcardToken[])[];
    };

export type ValueMatcher = Extract<Matcher, { kind: "value" }>;

/** A test that only texts can pass. */
export function onText(test: (text: string) => boolean): ValueMatcher {
  return onValue((scalar) => scalar.kind === "string" && test(scalar.text));
}

export function onValue(test: (value: JsonScalar) => boolean): ValueMatcher {
  return { kind: "value", test };
}

/** @throws {AwsError} InvalidEventPatternException when the operand is no text, or no wildcard */
export function readWildcard(operand: JsonNode): WildcardToken[] {
  try {
    return parseWildcard(textOf(operand, "wildcard match pattern must be a string"));
  } catch (error) {
    if (error instanceof WildcardError) throw invalidPattern(error.message);
    throw error;
  }
}

export function textOf(node: JsonNode, otherwise: string): string {
  if (node.kind === "string") return node.text;
  throw invalidPattern(otherwise);
}
