import { comparableNumber } from "./comparable-number.ts";
import { invalidPattern } from "./invalid-pattern.ts";
import type { JsonNode, JsonScalar } from "./json-node.ts";

/**
 * Reads `["=", n]`, one bound, or a lower and then an upper bound.
 * @throws {AwsError} InvalidEventPatternException
 */
export function numericRange(operand: JsonNode): (value: JsonScalar) => boolean {
  if (operand.kind !== "array") throw invalidPattern("Value of numeric must be an array.");
  const [first, ...rest] = operand.items;
  if (first?.kind !== "string") throw invalidPattern(`Invalid member in numeric match: ${shown(first)}`);
  const [bound, second, ...others] = rest;
  switch (first.text) {
    case "=":
    case "<":
    case "<=": {
      const compare = comparison(first.text, bound);
      if (second !== undefined) throw invalidPattern("Too many elements in numeric expression");
      return onNumber(compare);
    }
    case ">":
    case ">=": {
      const above = comparison(first.text, bound);
      if (second === undefined) return onNumber(above);
      const below = upperBound(second, others);
      checkOrder(bound, others[0]);
      return onNumber((value) => above(value) && below(value));
    }
    default:
      throw invalidPattern(`Unrecognized numeric range operator: ${first.text}`);
  }
}

type Comparison = (value: number) => boolean;

function upperBound(operator: JsonNode, rest: readonly JsonNode[]): Comparison {
  if (operator.kind !== "string") throw invalidPattern(`Bad value in numeric range: ${shown(operator)}`);
  const { text } = operator;
  if (text !== "<" && text !== "<=") throw invalidPattern(`Bad numeric range operator: ${text}`);
  const [bound, ...others] = rest;
  if (bound?.kind !== "number") throw invalidPattern(`Value of ${text} must be numeric`);
  if (others.length > 0) throw invalidPattern("Too many terms in numeric range expression");
  return comparison(text, bound);
}

function comparison(operator: "=" | "<" | "<=" | ">" | ">=", bound: JsonNode | undefined): Comparison {
  if (bound?.kind !== "number")
    throw invalidPattern(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
  const limit = comparableNumber(bound.text);
  if (limit === undefined) throw invalidPattern(`Cannot compare number : ${bound.text}`);
  switch (operator) {
    case "=":
      return (value) => value === limit;
    case "<":
      return (value) => value < limit;
    case "<=":
      return (value) => value <= limit;
    case ">":
      return (value) => value > limit;
    case ">=":
      return (value) => value >= limit;
  }
}

function checkOrder(bottom: JsonNode | undefined, top: JsonNode | undefined): void {
  if (bottom?.kind !== "number" || top?.kind !== "number") return;
  if (Number(bottom.text) >= Number(top.text)) throw invalidPattern("Bottom must be less than top");
}

function onNumber(compare: Comparison): (value: JsonScalar) => boolean {
  return (value) => {
    const number = value.kind === "number" ? comparableNumber(value.text) : undefined;
    return number !== undefined && compare(number);
  };
}

// What AWS's parser shows of the token it stumbled over.
function shown(node: JsonNode | undefined): string {
  if (node === undefined) return "]";
  if (node.kind === "object") return "{";
  return node.kind === "array" ? "[" : node.text;
}
