import { Refusal } from "../refusal.ts";
import { MAX_IN_OPERANDS } from "../limits.ts";
import { ATTRIBUTE_TYPES, typeOf, type AttributeType } from "../values/attribute-value.ts";
import { compareScalars, describeValue } from "../values/compare.ts";
import type { Condition, Leaf, Operand } from "./condition.ts";
import { samePath, showPath } from "./document-path.ts";
import type { Placeholders } from "./placeholders.ts";
import type { CallSyntax, ConditionSyntax, OperandSyntax } from "./syntax.ts";

/**
 * Replaces the placeholders of a condition and checks its operands. The first condition in the text with anything
 * wrong decides, and in it AWS's order: placeholders that are not defined, the number of operands, operands that must
 * differ, types of operands.
 * @throws {Refusal} without the expression's name in front
 */
export function bindCondition(syntax: ConditionSyntax, placeholders: Placeholders): Condition {
  switch (syntax.kind) {
    case "and":
    case "or":
      return {
        kind: syntax.kind,
        left: bindCondition(syntax.left, placeholders),
        right: bindCondition(syntax.right, placeholders),
      };
    case "not":
      return { kind: "not", condition: bindCondition(syntax.condition, placeholders) };
    case "compare":
    case "between":
    case "in":
      return bindComparison(syntax, placeholders);
    case "call":
      return bindCall(syntax, placeholders);
  }
}

function bindComparison(
  syntax: Exclude<ConditionSyntax, { kind: "and" | "or" | "not" | "call" }>,
  placeholders: Placeholders,
): Leaf {
  switch (syntax.kind) {
    case "compare": {
      const [left, right] = [bindOperand(syntax.left, placeholders), bindOperand(syntax.right, placeholders)];
      checkDistinct(syntax.comparator, left, right);
      checkSizes([left, right]);
      const ordering = syntax.comparator !== "=" && syntax.comparator !== "<>";
      if (ordering) checkScalars(syntax.comparator, [left, right], SCALARS);
      return { kind: "compare", comparator: syntax.comparator, left, right };
    }
    case "between": {
      const operand = bindOperand(syntax.operand, placeholders);
      const [low, high] = [bindOperand(syntax.low, placeholders), bindOperand(syntax.high, placeholders)];
      checkSizes([operand, low, high]);
      checkScalars("BETWEEN", [operand, low, high], SCALARS);
      checkBounds(low, high);
      return { kind: "between", operand, low, high };
    }
    case "in": {
      const operand = bindOperand(syntax.operand, placeholders);
      const options = syntax.options.map((option) => bindOperand(option, placeholders));
      if (options.length > MAX_IN_OPERANDS) throw wrongCount("IN", options.length + 1);
      checkSizes([operand, ...options]);
      return { kind: "in", operand, options };
    }
  }
}

function bindCall(syntax: CallSyntax, placeholders: Placeholders): Leaf {
  const operands = syntax.operands.map((operand) => bindOperand(operand, placeholders));
  const [first, second] = operands;
  const wanted = syntax.name.startsWith("attribute_") && syntax.name !== "attribute_type" ? 1 : 2;
  if (operands.length !== wanted || first === undefined) throw wrongCount(syntax.name, operands.length);
  if (second !== undefined) checkDistinct(syntax.name, first, second);
  checkSizes(operands);
  switch (syntax.name) {
    case "attribute_exists":
    case "attribute_not_exists":
      if (first.kind === "path") return { kind: syntax.name, path: first.path };
      throw new Refusal(`Operator or function requires a document path; operator or function: ${syntax.name}`);
    case "attribute_type":
      return { kind: "attribute_type", operand: first, type: checkTypeName(second) };
    case "begins_with":
      checkScalars("begins_with", operands, ["S", "B"]);
      return { kind: "begins_with", operand: first, part: second ?? first };
    case "contains":
      return { kind: "contains", operand: first, part: second ?? first };
    default:
      throw new TypeError(`the function ${syntax.name} was let through`);
  }
}

function bindOperand(syntax: OperandSyntax, placeholders: Placeholders): Operand {
  switch (syntax.kind) {
    case "path":
      return { kind: "path", path: placeholders.path(syntax.path) };
    case "value":
      return { kind: "value", value: placeholders.value(syntax.placeholder) };
    case "call": {
      const operands = syntax.operands.map((operand) => bindOperand(operand, placeholders));
      const [of] = operands;
      if (operands.length !== 1 || of === undefined) throw wrongCount(syntax.name, operands.length);
      return { kind: "size", of };
    }
  }
}

const SCALARS: readonly AttributeType[] = ["S", "N", "B"];
const SIZED: readonly AttributeType[] = ["S", "B", "SS", "NS", "BS", "L", "M"];

function wrongCount(name: string, count: number): Refusal {
  return new Refusal(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${count}`,
  );
}

function wrongType(name: string, type: string): Refusal {
  return new Refusal(
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
  );
}

/** The type of an operand as far as it is known before an item is at hand. */
function knownType(operand: Operand): AttributeType | undefined {
  if (operand.kind === "path") return undefined;
  return operand.kind === "size" ? "N" : typeOf(operand.value);
}

function checkScalars(name: string, operands: readonly Operand[], allowed: readonly AttributeType[]): void {
  for (const operand of operands) {
    const type = knownType(operand);
    if (type !== undefined && !allowed.includes(type)) throw wrongType(name, type);
  }
}

/** `size` of a value that has none. */
function checkSizes(operands: readonly Operand[]): void {
  for (const operand of operands) {
    if (operand.kind !== "size") continue;
    checkSizes([operand.of]);
    checkScalars("size", [operand.of], SIZED);
  }
}

function checkDistinct(name: string, first: Operand, second: Operand): void {
  if (first.kind !== "path" || second.kind !== "path" || !samePath(first.path, second.path)) return;
  throw new Refusal(
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${name}, first operand: ${showPath(first.path)}`,
  );
}

function checkBounds(low: Operand, high: Operand): void {
  if (low.kind !== "value" || high.kind !== "value") return;
  const bounds = `lower bound operand: AttributeValue: ${describeValue(low.value)}, upper bound operand: AttributeValue: ${describeValue(high.value)}`;
  const order = compareScalars(low.value, high.value);
  if (order === undefined) {
    throw new Refusal(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if (order > 0) {
    throw new Refusal(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}

function checkTypeName(operand: Operand | undefined): string {
  const type = operand === undefined ? undefined : knownType(operand);
  if (operand?.kind !== "value" || type !== "S") {
    throw wrongType("attribute_type", type ?? "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  }
  const name = operand.value.S ?? "";
  if (ATTRIBUTE_TYPES.some((known) => known === name)) return name;
  throw new Refusal(`Invalid attribute type name found; type: ${name}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`);
}
