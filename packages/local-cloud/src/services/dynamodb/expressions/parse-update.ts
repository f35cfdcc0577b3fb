import { Refusal } from "../refusal.ts";
import { MAX_OPERATORS } from "../limits.ts";
import { checkReservedPaths } from "./check-reserved.ts";
import { pathsOfOperand } from "./parse-condition.ts";
import { readOperand, readPath, UPDATE_KEYWORDS } from "./read-operand.ts";
import type { ActionSyntax, OperandSyntax, PathSyntax, SetValueSyntax } from "./syntax.ts";
import { TokenReader } from "./token-reader.ts";

/**
 * Reads an UpdateExpression. What can be said of it without its placeholders is said here, in AWS's order: syntax,
 * reserved words, unknown functions, sections that come twice.
 * @throws {Refusal} without the expression's name in front
 */
export function parseUpdate(text: string): readonly ActionSyntax[] {
  const reader = new TokenReader(text, UPDATE_KEYWORDS);
  const sections: Section[] = [];
  const actions: ActionSyntax[] = [];
  do {
    const section = SECTIONS.find((name) => reader.isKeyword(name));
    if (section === undefined) throw reader.syntaxError();
    reader.next();
    sections.push(section);
    do actions.push(readAction(reader, section));
    while (reader.take(","));
  } while (reader.peek().kind !== "end");
  checkOperators(actions);
  checkReservedPaths(pathsIn(actions));
  checkFunctions(actions);
  const twice = sections.find((section, index) => sections.indexOf(section) !== index);
  if (twice !== undefined) {
    throw new Refusal(`The "${twice}" section can only be used once in an update expression;`);
  }
  return actions;
}

const SECTIONS = ["SET", "REMOVE", "ADD", "DELETE"] as const;
type Section = (typeof SECTIONS)[number];

const UPDATE_FUNCTIONS: ReadonlySet<string> = new Set(["if_not_exists", "list_append"]);

function readAction(reader: TokenReader, section: Section): ActionSyntax {
  const path = readPath(reader);
  if (section === "REMOVE") return { kind: section, path };
  if (section === "SET") {
    reader.expect("=");
    return { kind: section, path, value: readSetValue(reader) };
  }
  if (reader.peek().kind !== ":value") throw reader.syntaxError();
  return { kind: section, path, placeholder: reader.next().text };
}

function readSetValue(reader: TokenReader): SetValueSyntax {
  if (reader.take("(")) {
    const inner = readSetValue(reader);
    reader.expect(")");
    return inner.kind === "sum" ? inner : readSum(reader, inner);
  }
  return readSum(reader, readOperand(reader));
}

function readSum(reader: TokenReader, left: OperandSyntax): SetValueSyntax {
  const operator = (["+", "-"] as const).find((symbol) => reader.isSymbol(symbol));
  if (operator === undefined) return left;
  reader.next();
  return { kind: "sum", operator, left, right: readOperand(reader) };
}

function checkOperators(actions: readonly ActionSyntax[]): void {
  const count = actions.filter((action) => action.kind === "SET" && action.value.kind === "sum").length;
  if (count > MAX_OPERATORS) {
    throw new Refusal(`The expression contains too many operators; operator count: ${MAX_OPERATORS + 1}`);
  }
}

function checkFunctions(actions: readonly ActionSyntax[]): void {
  for (const action of actions) {
    if (action.kind !== "SET") continue;
    const operands = action.value.kind === "sum" ? [action.value.left, action.value.right] : [action.value];
    for (const operand of operands) checkFunction(operand);
  }
}

function checkFunction(operand: OperandSyntax): void {
  if (operand.kind !== "call") return;
  for (const inner of operand.operands) checkFunction(inner);
  if (!UPDATE_FUNCTIONS.has(operand.name)) throw new Refusal(`Invalid function name; function: ${operand.name}`);
}

function* pathsIn(actions: readonly ActionSyntax[]): Generator<PathSyntax> {
  for (const action of actions) {
    yield action.path;
    if (action.kind !== "SET") continue;
    if (action.value.kind === "sum") {
      yield* pathsOfOperand(action.value.left);
      yield* pathsOfOperand(action.value.right);
    } else {
      yield* pathsOfOperand(action.value);
    }
  }
}
