import { Refusal } from "../refusal.ts";

/** What is wrong with one member of a request by the API's own model; undefined when nothing is. */
export type Violation = string | undefined;

/**
 * Refuses a request whose members break the API's model, all of them in one message, as AWS does.
 * @throws {Refusal}
 */
export function checkConstraints(...violations: readonly Violation[]): void {
  const found = violations.filter((violation) => violation !== undefined);
  if (found.length === 0) return;
  throw new Refusal(`${found.length} validation error${found.length > 1 ? "s" : ""} detected: ${found.join("; ")}`);
}

export function required(member: string, value: unknown): Violation {
  return value === undefined ? violation(member, undefined, "Member must not be null") : undefined;
}

/** `values` in the order that AWS lists them in. */
export function oneOf(member: string, value: string | undefined, values: readonly string[]): Violation {
  if (value === undefined || values.includes(value)) return undefined;
  return violation(member, value, `Member must satisfy enum value set: [${values.join(", ")}]`);
}

export function atLeast(member: string, value: number | undefined, least: number): Violation {
  if (value === undefined || value >= least) return undefined;
  return violation(member, value, `Member must have value greater than or equal to ${least}`);
}

export function atMost(member: string, value: number | undefined, most: number): Violation {
  if (value === undefined || value <= most) return undefined;
  return violation(member, value, `Member must have value less than or equal to ${most}`);
}

/** The length of a text or list; `shown` is what AWS quotes. */
export function lengthWithin(
  member: string,
  value: { readonly length: number } | undefined,
  bounds: { readonly least?: number; readonly most?: number; readonly shown: string },
): Violation {
  if (value === undefined) return undefined;
  const { least, most, shown } = bounds;
  if (most !== undefined && value.length > most) {
    return violation(member, shown, `Member must have length less than or equal to ${most}`);
  }
  if (least !== undefined && value.length < least) {
    return violation(member, shown, `Member must have length greater than or equal to ${least}`);
  }
  return undefined;
}

export function matches(member: string, value: string | undefined, pattern: RegExp, shown: string): Violation {
  if (value === undefined || pattern.test(value)) return undefined;
  return violation(member, value, `Member must satisfy regular expression pattern: ${shown}`);
}

/** `Value 'x' at 'member' failed to satisfy constraint: ...` */
export function violation(member: string, value: string | number | undefined, constraint: string): string {
  const shown = value === undefined ? "null" : `'${value}'`;
  return `Value ${shown} at '${member}' failed to satisfy constraint: ${constraint}`;
}

/** Newer wording of the same, which does not quote the value and writes the member as the API spells it. */
export function unquotedViolation(member: string, constraint: string): string {
  return `Value at '${member}' failed to satisfy constraint: ${constraint}`;
}

const RETURN_CONSUMED_CAPACITY = ["INDEXES", "TOTAL", "NONE"] as const;
const RETURN_ITEM_COLLECTION_METRICS = ["SIZE", "NONE"] as const;
const RETURN_VALUES = ["ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW", "NONE"] as const;

/** ReturnValues in AWS's newer wording, its slip in the last name but one included (recorded in 2026). */
export function returnValuesViolation(value: string | undefined): Violation {
  if (value === undefined || RETURN_VALUES.some((known) => known === value)) return undefined;
  return "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]";
}

/** Members that several operations share, in the order AWS reports them. */
export function commonViolations(input: {
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
}): readonly Violation[] {
  return [
    oneOf("returnConsumedCapacity", input.ReturnConsumedCapacity, RETURN_CONSUMED_CAPACITY),
    oneOf("returnItemCollectionMetrics", input.ReturnItemCollectionMetrics, RETURN_ITEM_COLLECTION_METRICS),
  ];
}

/** ReturnValuesOnConditionCheckFailure. */
export function returnOnFailureViolation(member: string, value: string | undefined): Violation {
  return oneOf(member, value, ["ALL_OLD", "NONE"]);
}
