import { Refusal } from "../refusal.ts";
import { typeOf, type AttributeType, type AttributeValue } from "../values/attribute-value.ts";
import { clashOf, showPath, type DocumentPath } from "./document-path.ts";
import type { Placeholders } from "./placeholders.ts";
import type { ActionSyntax, CallSyntax, OperandSyntax, SetValueSyntax } from "./syntax.ts";
import type { Action, NewValue } from "./update.ts";

/**
 * Replaces the placeholders of an update and checks its actions, in AWS's order: names that are not defined, values
 * that are not, targets that clash, operands of ADD and DELETE, functions.
 * @throws {Refusal} without the expression's name in front
 */
export function bindUpdate(syntax: readonly ActionSyntax[], placeholders: Placeholders): readonly Action[] {
  const targets = resolvePaths(syntax, placeholders);
  resolveValues(syntax, placeholders);
  checkClashes(targets);
  for (const action of syntax) checkAddedOrDeleted(action, placeholders);
  return syntax.map((action, index) => bindAction(action, targets[index] ?? [], placeholders));
}

/** Fails at the first path in the text with a name that is not defined; answers with the targets. */
function resolvePaths(syntax: readonly ActionSyntax[], placeholders: Placeholders): readonly DocumentPath[] {
  return syntax.map((action) => {
    const target = placeholders.path(action.path);
    for (const operand of operandsOf(action)) {
      if (operand.kind === "path") placeholders.path(operand.path);
    }
    return target;
  });
}

function resolveValues(syntax: readonly ActionSyntax[], placeholders: Placeholders): void {
  for (const action of syntax) {
    if (action.kind === "ADD" || action.kind === "DELETE") placeholders.value(action.placeholder);
    for (const operand of operandsOf(action)) if (operand.kind === "value") placeholders.value(operand.placeholder);
  }
}

/** Every operand of an action, those of calls included, innermost last. */
function* operandsOf(action: ActionSyntax): Generator<OperandSyntax> {
  if (action.kind !== "SET") return;
  if (action.value.kind === "sum") {
    yield* nestedOperands(action.value.left);
    yield* nestedOperands(action.value.right);
  } else {
    yield* nestedOperands(action.value);
  }
}

function* nestedOperands(operand: OperandSyntax): Generator<OperandSyntax> {
  yield operand;
  if (operand.kind === "call") for (const inner of operand.operands) yield* nestedOperands(inner);
}

/** An overlap anywhere comes before a conflict anywhere. */
export function checkClashes(paths: readonly DocumentPath[]): void {
  let conflict: string | undefined;
  for (const [index, path] of paths.entries()) {
    for (const earlier of paths.slice(0, index)) {
      const clash = clashOf(earlier, path);
      if (clash === undefined) continue;
      const text = `Two document paths ${clash} with each other; must remove or rewrite one of these paths; path one: ${showPath(earlier)}, path two: ${showPath(path)}`;
      if (clash === "overlap") throw new Refusal(text);
      conflict ??= text;
    }
  }
  if (conflict !== undefined) throw new Refusal(conflict);
}

const TYPE_NAMES: Readonly<Partial<Record<AttributeType, string>>> = {
  S: "STRING",
  N: "NUMBER",
  B: "BINARY",
  NULL: "NULL",
  BOOL: "BOOLEAN",
  L: "LIST",
  M: "MAP",
};

/** ADD takes numbers and sets, DELETE sets. */
function checkAddedOrDeleted(action: ActionSyntax, placeholders: Placeholders): void {
  if (action.kind !== "ADD" && action.kind !== "DELETE") return;
  const type = typeOf(placeholders.value(action.placeholder));
  const name = TYPE_NAMES[type];
  if (name === undefined || (action.kind === "ADD" && type === "N")) return;
  throw new Refusal(`Incorrect operand type for operator or function; operator: ${action.kind}, operand type: ${name}`);
}

function bindAction(action: ActionSyntax, path: DocumentPath, placeholders: Placeholders): Action {
  switch (action.kind) {
    case "SET":
      return { kind: "SET", path, value: bindNewValue(action.value, placeholders) };
    case "REMOVE":
      return { kind: "REMOVE", path };
    case "ADD":
    case "DELETE":
      return { kind: action.kind, path, value: placeholders.value(action.placeholder) };
  }
}

function bindNewValue(syntax: SetValueSyntax, placeholders: Placeholders): NewValue {
  switch (syntax.kind) {
    case "path":
      return { kind: "path", path: placeholders.path(syntax.path) };
    case "value":
      return { kind: "value", value: placeholders.value(syntax.placeholder) };
    case "call":
      return bindCall(syntax, placeholders);
    case "sum": {
      const [left, right] = [bindNewValue(syntax.left, placeholders), bindNewValue(syntax.right, placeholders)];
      checkTypes(syntax.operator, [left, right], "N");
      return { kind: "sum", sign: syntax.operator === "+" ? 1 : -1, left, right };
    }
  }
}

function bindCall(syntax: CallSyntax, placeholders: Placeholders): NewValue {
  const [first, second, ...others] = syntax.operands.map((operand) => bindNewValue(operand, placeholders));
  if (first === undefined || second === undefined || others.length > 0) {
    throw new Refusal(
      `Incorrect number of operands for operator or function; operator or function: ${syntax.name}, number of operands: ${syntax.operands.length}`,
    );
  }
  // Only if_not_exists may stand inside a function.
  if (first.kind === "list_append" || second.kind === "list_append") {
    throw new Refusal("The function is not allowed to be used this way in an expression; function: list_append");
  }
  if (syntax.name === "list_append") {
    checkTypes(syntax.name, [first, second], "L");
    return { kind: "list_append", left: first, right: second };
  }
  if (first.kind === "path") return { kind: "if_not_exists", path: first.path, otherwise: second };
  throw new Refusal(`Operator or function requires a document path; operator or function: ${syntax.name}`);
}

/** Values in the request must be of that type; what an item holds shows later. */
function checkTypes(name: string, operands: readonly NewValue[], wanted: keyof AttributeValue): void {
  for (const operand of operands) {
    if (operand.kind !== "value" || operand.value[wanted] !== undefined) continue;
    throw new Refusal(
      `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${typeOf(operand.value)}`,
    );
  }
}
