import type { AttributeValue } from "../values/attribute-value.ts";
import type { DocumentPath } from "./document-path.ts";
import type { Comparator } from "./syntax.ts";

/** A condition that is ready to be held against items: placeholders replaced, operands checked. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly condition: Condition }
  | Leaf;

/** A condition without conditions in it. */
export type Leaf =
  | { readonly kind: "compare"; readonly comparator: Comparator; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "between"; readonly operand: Operand; readonly low: Operand; readonly high: Operand }
  | { readonly kind: "in"; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: "attribute_exists" | "attribute_not_exists"; readonly path: DocumentPath }
  | { readonly kind: "attribute_type"; readonly operand: Operand; readonly type: string }
  | { readonly kind: "begins_with" | "contains"; readonly operand: Operand; readonly part: Operand };

export type Operand =
  | { readonly kind: "path"; readonly path: DocumentPath }
  | { readonly kind: "value"; readonly value: AttributeValue }
  | { readonly kind: "size"; readonly of: Operand };

/** Every path that a condition reads, in the order of its text. */
export function* pathsOf(condition: Condition): Generator<DocumentPath> {
  switch (condition.kind) {
    case "and":
    case "or":
      yield* pathsOf(condition.left);
      yield* pathsOf(condition.right);
      return;
    case "not":
      yield* pathsOf(condition.condition);
      return;
    case "compare":
      yield* pathOf(condition.left);
      yield* pathOf(condition.right);
      return;
    case "between":
      yield* pathOf(condition.operand);
      yield* pathOf(condition.low);
      yield* pathOf(condition.high);
      return;
    case "in":
      for (const operand of [condition.operand, ...condition.options]) yield* pathOf(operand);
      return;
    case "attribute_exists":
    case "attribute_not_exists":
      yield condition.path;
      return;
    case "attribute_type":
      yield* pathOf(condition.operand);
      return;
    case "begins_with":
    case "contains":
      yield* pathOf(condition.operand);
      yield* pathOf(condition.part);
  }
}

function* pathOf(operand: Operand): Generator<DocumentPath> {
  if (operand.kind === "path") yield operand.path;
  if (operand.kind === "size") yield* pathOf(operand.of);
}
