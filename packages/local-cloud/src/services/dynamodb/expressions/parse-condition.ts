import { Refusal } from "../refusal.ts";
import { MAX_OPERATORS } from "../limits.ts";
import { CONDITION_KEYWORDS, readOperand } from "./read-operand.ts";
import { checkReservedPaths } from "./check-reserved.ts";
import { COMPARATORS, type CallSyntax, type ConditionSyntax, type OperandSyntax, type PathSyntax } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/**
 * Reads a condition. What can be said of it without its placeholders is said here, in AWS's order: syntax, redundant
 * parentheses, unknown functions, functions in the wrong place, reserved words.
 * @throws {Refusal} without the expression's name in front
 */
export function parseCondition(text: string): ConditionSyntax {
  const parser = new ConditionParser(text);
  const condition = parser.parse();
  checkOperators(condition);
  if (parser.redundantParentheses) throw new Refusal("The expression has redundant parentheses;");
  const calls = [...callsIn(condition)];
  const unknown = calls.find((call) => !CONDITION_FUNCTIONS.has(call.name));
  if (unknown !== undefined) throw new Refusal(`Invalid function name; function: ${unknown.name}`);
  const misused = [...misusedIn(condition)][0];
  if (misused !== undefined) {
    throw new Refusal(`The function is not allowed to be used this way in an expression; function: ${misused.name}`);
  }
  checkReservedPaths(pathsIn(condition));
  return condition;
}

/** The operands at the leaves of a condition, in the order of the text. */
function* leavesOf(condition: ConditionSyntax): Generator<Exclude<ConditionSyntax, { kind: "and" | "or" | "not" }>> {
  switch (condition.kind) {
    case "and":
    case "or":
      yield* leavesOf(condition.left);
      yield* leavesOf(condition.right);
      return;
    case "not":
      yield* leavesOf(condition.condition);
      return;
    case "compare":
    case "between":
    case "in":
    case "call":
      yield condition;
  }
}

const CONDITION_FUNCTIONS: ReadonlySet<string> = new Set([
  "attribute_exists",
  "attribute_not_exists",
  "attribute_type",
  "begins_with",
  "contains",
  "size",
]);

/** A condition, or an operand that still waits for its comparator; `wrapped` when in parentheses of its own. */
type Read =
  | { readonly condition: ConditionSyntax; readonly wrapped: boolean }
  | { readonly operand: OperandSyntax; readonly wrapped: boolean };

class ConditionParser {
  redundantParentheses = false;
  readonly #reader: TokenReader;

  constructor(text: string) {
    this.#reader = new TokenReader(text, CONDITION_KEYWORDS);
  }

  parse(): ConditionSyntax {
    const condition = this.#condition(this.#or());
    this.#reader.expectEnd();
    return condition;
  }

  #or(): Read {
    let left = this.#and();
    while (this.#reader.isKeyword("OR")) {
      const first = this.#condition(left);
      this.#reader.next();
      left = { condition: { kind: "or", left: first, right: this.#condition(this.#and()) }, wrapped: false };
    }
    return left;
  }

  #and(): Read {
    let left = this.#not();
    while (this.#reader.isKeyword("AND")) {
      const first = this.#condition(left);
      this.#reader.next();
      left = { condition: { kind: "and", left: first, right: this.#condition(this.#not()) }, wrapped: false };
    }
    return left;
  }

  #not(): Read {
    if (!this.#reader.takeKeyword("NOT")) return this.#comparison();
    return { condition: { kind: "not", condition: this.#condition(this.#not()) }, wrapped: false };
  }

  #comparison(): Read {
    const read = this.#primary();
    if ("condition" in read) return read;
    const condition = this.#afterOperand(read.operand);
    return condition === undefined ? read : { condition, wrapped: false };
  }

  #primary(): Read {
    if (!this.#reader.take("(")) return { operand: readOperand(this.#reader), wrapped: false };
    const inner = this.#or();
    this.#reader.expect(")");
    if (inner.wrapped) this.redundantParentheses = true;
    return { ...inner, wrapped: true };
  }

  /** What may follow an operand; undefined when nothing that belongs to it does. */
  #afterOperand(operand: OperandSyntax): ConditionSyntax | undefined {
    const comparator = COMPARATORS.find((symbol) => this.#reader.isSymbol(symbol));
    if (comparator !== undefined) {
      this.#reader.next();
      return { kind: "compare", comparator, left: operand, right: this.#operand() };
    }
    if (this.#reader.takeKeyword("BETWEEN")) {
      const low = this.#operand();
      if (!this.#reader.takeKeyword("AND")) throw this.#reader.syntaxError();
      return { kind: "between", operand, low, high: this.#operand() };
    }
    if (this.#reader.takeKeyword("IN")) {
      this.#reader.expect("(");
      const options = [this.#operand()];
      while (this.#reader.take(",")) options.push(this.#operand());
      this.#reader.expect(")");
      return { kind: "in", operand, options };
    }
    return undefined;
  }

  /** An operand, perhaps in parentheses. */
  #operand(): OperandSyntax {
    if (!this.#reader.take("(")) return readOperand(this.#reader);
    if (this.#reader.isSymbol("(")) this.redundantParentheses = true;
    const operand = this.#operand();
    this.#reader.expect(")");
    return operand;
  }

  /** A function call may stand alone as a condition; another operand may not. */
  #condition(read: Read): ConditionSyntax {
    if ("condition" in read) return read.condition;
    if (read.operand.kind === "call") return read.operand;
    throw this.#reader.syntaxError();
  }
}

function checkOperators(condition: ConditionSyntax): void {
  const count = countOperators(condition);
  // AWS stops counting at the first one too many.
  if (count > MAX_OPERATORS) {
    throw new Refusal(`The expression contains too many operators; operator count: ${MAX_OPERATORS + 1}`);
  }
}

function countOperators(condition: ConditionSyntax): number {
  switch (condition.kind) {
    case "and":
    case "or":
      return 1 + countOperators(condition.left) + countOperators(condition.right);
    case "not":
      return 1 + countOperators(condition.condition);
    case "compare":
    case "between":
    case "in":
      return 1;
    case "call":
      return 0;
  }
}

function operandsOf(leaf: Exclude<ConditionSyntax, { kind: "and" | "or" | "not" }>): readonly OperandSyntax[] {
  switch (leaf.kind) {
    case "compare":
      return [leaf.left, leaf.right];
    case "between":
      return [leaf.operand, leaf.low, leaf.high];
    case "in":
      return [leaf.operand, ...leaf.options];
    case "call":
      return leaf.operands;
  }
}

function* callsIn(condition: ConditionSyntax): Generator<CallSyntax> {
  for (const leaf of leavesOf(condition)) {
    for (const operand of operandsOf(leaf)) yield* nestedCalls(operand);
    if (leaf.kind === "call") yield leaf;
  }
}

function* nestedCalls(operand: OperandSyntax): Generator<CallSyntax> {
  if (operand.kind !== "call") return;
  for (const inner of operand.operands) yield* nestedCalls(inner);
  yield operand;
}

/** Only `size` may be an operand, and only as one: it is no condition. */
function* misusedIn(condition: ConditionSyntax): Generator<CallSyntax> {
  for (const leaf of leavesOf(condition)) {
    for (const operand of operandsOf(leaf)) {
      for (const call of nestedCalls(operand)) if (call.name !== "size") yield call;
    }
    if (leaf.kind === "call" && leaf.name === "size") yield leaf;
  }
}

function* pathsIn(condition: ConditionSyntax): Generator<PathSyntax> {
  for (const leaf of leavesOf(condition)) for (const operand of operandsOf(leaf)) yield* pathsOfOperand(operand);
}

/** The paths of an operand and of what it is made of. */
export function* pathsOfOperand(operand: OperandSyntax): Generator<PathSyntax> {
  if (operand.kind === "path") yield operand.path;
  if (operand.kind === "call") for (const inner of operand.operands) yield* pathsOfOperand(inner);
}
