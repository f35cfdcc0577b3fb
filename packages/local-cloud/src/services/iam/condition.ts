import { OPERATORS, type Operator } from "./operators.ts";
import { PolicyError } from "./policy-error.ts";
import { PolicyText } from "./policy-text.ts";
import type { RequestContext } from "./request-context.ts";

/** One condition of a statement: an operator, a key, and the values that it wants. */
export interface Condition {
  readonly key: string;
  /** The keys that it reads: its own, and those of its variables. */
  readonly keys: readonly string[];
  readonly holds: (context: RequestContext) => boolean;
}

/** The condition block of a policy statement: operator -> key -> values. */
export type ConditionBlock = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/**
 * Reads a condition block. All of its conditions must hold.
 * @throws {PolicyError} for an operator that IAM does not have, or this IAM does not
 */
export function parseConditions(block: ConditionBlock): Condition[] {
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      parseCondition(operator, key, typeof values === "string" ? [values] : values),
    ),
  );
}

type Quantifier = "ForAnyValue" | "ForAllValues" | undefined;

function parseCondition(operatorText: string, key: string, values: readonly string[]): Condition {
  if (operatorText === "Null") return nullCondition(key, values);
  const [, quantifier, name, ifExists] = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operatorText) ?? [];
  const operator = OPERATORS.get(name ?? "");
  if (operator === undefined) throw new PolicyError(`the embedded IAM has no condition operator ${operatorText}`);
  const wanted = values.map((value) => new PolicyText(value));
  return {
    key,
    keys: [key, ...wanted.flatMap((value) => value.keys())],
    holds: (context) =>
      holds({ key, operator, wanted, quantifier: quantifier as Quantifier, ifExists: ifExists !== undefined }, context),
  };
}

function nullCondition(key: string, values: readonly string[]): Condition {
  const mustBeAbsent = values.map((value) => value.toLowerCase());
  if (!mustBeAbsent.every((value) => value === "true" || value === "false")) {
    throw new PolicyError(`Null takes true or false, not ${values.join(", ")}`);
  }
  return {
    key,
    keys: [key],
    holds: (context) => mustBeAbsent.includes(context.get(key) === undefined ? "true" : "false"),
  };
}

interface Question {
  readonly key: string;
  readonly operator: Operator;
  readonly wanted: readonly PolicyText[];
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
}

function holds({ key, operator, wanted, quantifier, ifExists }: Question, context: RequestContext): boolean {
  const actual = context.get(key);
  // "Is not X" must not hold only because nobody knows what X is.
  if (operator.negated && wanted.some((pattern) => pattern.resolve(() => context) === undefined)) return false;
  const fits = (value: string) =>
    wanted.some((pattern) => operator.compare(value, pattern, () => context)) !== operator.negated;
  if (quantifier !== undefined) {
    const all = actual === undefined ? [] : typeof actual === "string" ? [actual] : actual;
    if (all.length === 0) return quantifier === "ForAllValues" || ifExists;
    return quantifier === "ForAllValues" ? all.every(fits) : all.some(fits);
  }
  if (actual === undefined) return ifExists || operator.negated;
  if (typeof actual !== "string") {
    throw new PolicyError(`${key} has several values: a condition on it must say ForAnyValue: or ForAllValues:`);
  }
  return fits(actual);
}
