import { caseBlind } from "./ignore-case.ts";
import { comparableNumber } from "./comparable-number.ts";
import { invalidPattern } from "./invalid-pattern.ts";
import { CidrError, isSameAddress, parseCidr, parseIpAddress } from "./ip-address.ts";
import type { JsonNode, JsonScalar } from "./json-node.ts";
import { anythingBut } from "./anything-but.ts";
import { numericRange } from "./numeric-range.ts";
import { wildcardTest } from "./wildcard.ts";
import { onText, onValue, readWildcard, textOf, type Matcher } from "./matcher.ts";

/**
 * Reads one element of a leaf: a value to equal, or an object with one operator.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws {AwsError} InvalidEventPatternException
 */
export function parseMatcher(node: JsonNode): Matcher {
  switch (node.kind) {
    case "object":
      return parseOperator(node.entries);
    case "array":
      throw invalidPattern("Match value must be String, number, true, false, or null");
    case "string":
      return onValue(equalsText(node.text));
    case "number":
    case "literal":
      return onValue(equalsScalar(node));
  }
}

type Entries = readonly (readonly [string, JsonNode])[];

function parseOperator(entries: Entries): Matcher {
  const [operator, operand] = entries[0] ?? [];
  if (operator === undefined || operand === undefined) throw invalidPattern("Match expression name not found");
  const matcher = readOperator(operator, operand);
  if (entries.length > 1) {
    const isList = operator === "numeric" || operator === "anything-but";
    throw invalidPattern(
      isList ? "Too many elements in numeric expression" : "Only one key allowed in match expression",
    );
  }
  return matcher;
}

function readOperator(operator: string, operand: JsonNode): Matcher {
  switch (operator) {
    case "exactly": {
      const text = textOf(operand, "exact match pattern must be a string");
      return onText((value) => value === text);
    }
    case "prefix":
    case "suffix":
      return affix(operator, operand);
    case "equals-ignore-case":
      return onText(caseBlind(textOf(operand, "equals-ignore-case match pattern must be a string")).equals);
    case "wildcard": {
      const tokens = readWildcard(operand);
      return { ...onText(wildcardTest(tokens)), wildcards: [tokens] };
    }
    case "cidr":
      return cidr(operand);
    case "numeric":
      return onValue(numericRange(operand));
    case "anything-but":
      return anythingBut(operand);
    case "exists":
      return exists(operand);
    default:
      throw invalidPattern(`Unrecognized match type ${operator}`);
  }
}

function affix(operator: "prefix" | "suffix", operand: JsonNode): Matcher {
  const isPrefix = operator === "prefix";
  if (operand.kind !== "object") {
    const text = textOf(operand, `${operator} match pattern must be a string`);
    return onText((value) => (isPrefix ? value.startsWith(text) : value.endsWith(text)));
  }
  const [inner, pattern] = operand.entries[0] ?? [];
  if (inner === undefined || pattern === undefined)
    throw invalidPattern(`${isPrefix ? "Prefix" : "Suffix"} expression name not found`);
  if (inner !== "equals-ignore-case") throw invalidPattern(`Unsupported ${operator} pattern: ${inner}`);
  const blind = caseBlind(textOf(pattern, "equals-ignore-case match pattern must be a string"));
  if (operand.entries.length > 1) throw invalidPattern("Only one key allowed in match expression");
  return onText(isPrefix ? blind.isStartOf : blind.isEndOf);
}

function cidr(operand: JsonNode): Matcher {
  // AWS's own wording: it takes the text of `prefix` here.
  const text = textOf(operand, "prefix match pattern must be a string");
  try {
    const contains = parseCidr(text);
    return onText((value) => {
      const address = parseIpAddress(value);
      return address !== undefined && contains(address);
    });
  } catch (error) {
    if (error instanceof CidrError) throw invalidPattern(error.message);
    throw error;
  }
}

function exists(operand: JsonNode): Matcher {
  if (operand.kind === "literal" && operand.text === "true") return onValue(() => true);
  if (operand.kind === "literal" && operand.text === "false") return { kind: "absent" };
  throw invalidPattern("exists match pattern must be either true or false.");
}

// An address in a pattern stands for that address in any spelling.
function equalsText(text: string): (value: JsonScalar) => boolean {
  const address = parseIpAddress(text);
  if (address === undefined) return (value) => value.kind === "string" && value.text === text;
  return (value) => {
    const other = value.kind === "string" ? parseIpAddress(value.text) : undefined;
    return other !== undefined && isSameAddress(address, other);
  };
}

function equalsScalar(pattern: JsonScalar): (value: JsonScalar) => boolean {
  const number = pattern.kind === "number" ? comparableNumber(pattern.text) : undefined;
  if (number === undefined) return (value) => value.kind === pattern.kind && value.text === pattern.text;
  return (value) => value.kind === "number" && comparableNumber(value.text) === number;
}
