/** What expressions are made of, as written: placeholders are not yet replaced. */

/** One step of a document path: a name as it stands, a `#name` to be looked up, or an index into a list. */
export type PathStep = { readonly name: string } | { readonly placeholder: string } | { readonly index: number };

export type PathSyntax = readonly PathStep[];

export type OperandSyntax =
  | { readonly kind: "path"; readonly path: PathSyntax }
  | { readonly kind: "value"; readonly placeholder: string }
  | CallSyntax;

/** A function call, as an operand (`size(a)`) or as a condition (`attribute_exists(a)`). */
export interface CallSyntax {
  readonly kind: "call";
  readonly name: string;
  readonly operands: readonly OperandSyntax[];
}

export const COMPARATORS = ["=", "<>", "<", "<=", ">", ">="] as const;
export type Comparator = (typeof COMPARATORS)[number];

/** ConditionExpression, FilterExpression and KeyConditionExpression. */
export type ConditionSyntax =
  | { readonly kind: "and" | "or"; readonly left: ConditionSyntax; readonly right: ConditionSyntax }
  | { readonly kind: "not"; readonly condition: ConditionSyntax }
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: OperandSyntax;
      readonly right: OperandSyntax;
    }
  | {
      readonly kind: "between";
      readonly operand: OperandSyntax;
      readonly low: OperandSyntax;
      readonly high: OperandSyntax;
    }
  | { readonly kind: "in"; readonly operand: OperandSyntax; readonly options: readonly OperandSyntax[] }
  | CallSyntax;

/** What SET may assign. */
export type SetValueSyntax =
  | OperandSyntax
  | { readonly kind: "sum"; readonly operator: "+" | "-"; readonly left: OperandSyntax; readonly right: OperandSyntax };

/** One action of an UpdateExpression. */
export type ActionSyntax =
  | { readonly kind: "SET"; readonly path: PathSyntax; readonly value: SetValueSyntax }
  | { readonly kind: "REMOVE"; readonly path: PathSyntax }
  | { readonly kind: "ADD" | "DELETE"; readonly path: PathSyntax; readonly placeholder: string };
