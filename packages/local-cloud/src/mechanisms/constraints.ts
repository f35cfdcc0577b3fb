import { AwsError } from "../kernel/aws-error.ts";

/** What a service's API model says of one member; AWS checks these before the operation itself looks. */
export interface Constraint {
  /** The member's path as AWS prints it: lower camel case, such as `flexibleTimeWindow.mode`. */
  readonly at: string;
  readonly value: string | number | readonly unknown[] | undefined;
  readonly required?: boolean;
  /** Length of a text or list, or value of a number. */
  readonly min?: number;
  readonly max?: number;
  /** A regular expression that the whole text must match. */
  readonly pattern?: string;
  readonly oneOf?: readonly string[];
}

/**
 * Throws what AWS's shared front end answers when members break the model: one sentence for all of them.
 * @throws {AwsError} ValidationException
 */
export function checkConstraints(constraints: readonly Constraint[]): void {
  const violations = constraints.flatMap(violationsOf);
  if (violations.length === 0) return;
  const errors = violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`;
  throw new AwsError("ValidationException", `${errors} detected: ${violations.join("; ")}`);
}

function violationsOf(constraint: Constraint): string[] {
  const { at, value } = constraint;
  if (value === undefined) {
    return constraint.required === true
      ? [`Value null at '${at}' failed to satisfy constraint: Member must not be null`]
      : [];
  }
  const shown = Array.isArray(value) ? `[${value.map(() => "...").join(", ")}]` : String(value);
  return brokenRules(constraint, value).map(
    (rule) => `Value '${shown}' at '${at}' failed to satisfy constraint: Member must ${rule}`,
  );
}

function brokenRules(constraint: Constraint, value: string | number | readonly unknown[]): string[] {
  const { min, max, pattern, oneOf } = constraint;
  const measured = typeof value === "number" ? value : value.length;
  const measure = typeof value === "number" ? "value" : "length";
  const broken: string[] = [];
  if (min !== undefined && measured < min) broken.push(`have ${measure} greater than or equal to ${min}`);
  if (max !== undefined && measured > max) broken.push(`have ${measure} less than or equal to ${max}`);
  if (typeof value === "string") {
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "s").test(value))
      broken.push(`satisfy regular expression pattern: ${pattern}`);
    if (oneOf !== undefined && !oneOf.includes(value)) broken.push(`satisfy enum value set: [${oneOf.join(", ")}]`);
  }
  return broken;
}
