import { caseBlind } from "./ignore-case.ts";
import { comparableNumber } from "./comparable-number.ts";
import { invalidPattern } from "./invalid-pattern.ts";
import type { JsonNode, JsonScalar } from "./json-node.ts";
import { onValue, readWildcard, type Matcher, type ValueMatcher } from "./matcher.ts";
import { wildcardTest } from "./wildcard.ts";

/**
 * Reads what a value must not be: it then matches any other value, of whatever type, but never a missing field.
 * @throws {AwsError} InvalidEventPatternException
 */
export function anythingBut(operand: JsonNode): Matcher {
  if (operand.kind === "object") return anythingButOperator(operand.entries);
  const values = listOf(operand);
  const isList = operand.kind === "array";
  for (const node of values) {
    if (node.kind !== "string" && node.kind !== "number")
      throw invalidPattern("Inside anything but list, start|null|boolean is not supported.");
  }
  const kinds = new Set(values.map(({ kind }) => kind));
  if (isList && kinds.size !== 1) {
    throw invalidPattern(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  const texts = new Set(values.map((node) => (node.kind === "string" ? node.text : "")));
  if (kinds.has("string")) return except((value) => value.kind === "string" && texts.has(value.text));
  const numbers = new Set(values.map(numberOf));
  return except((value) => value.kind === "number" && numbers.has(comparableNumber(value.text) ?? Number.NaN));
}

function anythingButOperator(entries: readonly (readonly [string, JsonNode])[]): Matcher {
  const [operator, operand] = entries[0] ?? [];
  if (operator === undefined || operand === undefined) throw invalidPattern("Anything-But expression name not found");
  const matcher = readOperator(operator, operand);
  if (entries.length > 1) throw invalidPattern("Too many elements in numeric expression");
  return matcher;
}

function readOperator(operator: string, operand: JsonNode): Matcher {
  switch (operator) {
    case "prefix": {
      const prefixes = listOf(operand).map(affixOf);
      return exceptText((text) => prefixes.some((prefix) => text.startsWith(prefix)));
    }
    case "suffix": {
      const suffixes = listOf(operand).map(affixOf);
      return exceptText((text) => suffixes.some((suffix) => text.endsWith(suffix)));
    }
    case "equals-ignore-case": {
      const texts = listOf(operand).map(caseBlindOf);
      return exceptText((text) => texts.some(({ equals }) => equals(text)));
    }
    case "wildcard": {
      const wildcards = listOf(operand).map(readWildcard);
      const tests = wildcards.map(wildcardTest);
      return { ...exceptText((text) => tests.some((test) => test(text))), wildcards };
    }
    default:
      throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
  }
}

function listOf(operand: JsonNode): readonly JsonNode[] {
  if (operand.kind === "array") return operand.items;
  if (operand.kind === "string" || operand.kind === "number") return [operand];
  throw invalidPattern("Value of anything-but must be an array or single string/number value.");
}

function affixOf(node: JsonNode): string {
  if (node.kind !== "string") throw invalidPattern("prefix/suffix match pattern must be a string");
  if (node.text === "") throw invalidPattern("Null prefix/suffix not allowed");
  return node.text;
}

function caseBlindOf(node: JsonNode) {
  if (node.kind === "string") return caseBlind(node.text);
  throw invalidPattern("Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.");
}

function numberOf(node: JsonNode): number {
  const text = node.kind === "number" ? node.text : "";
  const number = comparableNumber(text);
  if (number === undefined) throw invalidPattern(`Cannot compare number : ${text}`);
  return number;
}

function exceptText(test: (text: string) => boolean): ValueMatcher {
  return except((value) => value.kind === "string" && test(value.text));
}

function except(test: (value: JsonScalar) => boolean): ValueMatcher {
  return onValue((value) => !test(value));
}
