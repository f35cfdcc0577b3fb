import { fromIso } from "@muster/core";
import { matchesArn } from "./arn-pattern.ts";
import { matchesGlob } from "./glob.ts";
import type { PolicyText } from "./policy-text.ts";
import type { RequestContext } from "./request-context.ts";

/** Compares one value of the request with one of the policy. */
type Comparison = (actual: string, wanted: PolicyText, context: () => RequestContext) => boolean;

/** How one condition operator compares, and whether it asks for the opposite. */
export interface Operator {
  readonly compare: Comparison;
  /** A negated operator matches when no value of the policy does, and when the key is absent. */
  readonly negated: boolean;
}

const text = (same: (actual: string, wanted: string) => boolean): Comparison => {
  return (actual, wanted, context) => {
    const value = wanted.resolveLiteral(context);
    return value !== undefined && same(actual, value);
  };
};

const equals = text((actual, wanted) => actual === wanted);
const equalsIgnoringCase = text((actual, wanted) => actual.toLowerCase() === wanted.toLowerCase());

const like: Comparison = (actual, wanted, context) => {
  const glob = wanted.resolve(context);
  return glob !== undefined && matchesGlob(glob, actual);
};

// ArnEquals and ArnLike do the same, wildcards included.
const arn: Comparison = (actual, wanted, context) => {
  const glob = wanted.resolve(context);
  return glob !== undefined && matchesArn(glob, actual);
};

const numbers = (holds: (actual: number, wanted: number) => boolean) =>
  text((actual, wanted) => {
    const [left, right] = [toNumber(actual), toNumber(wanted)];
    return left !== undefined && right !== undefined && holds(left, right);
  });

const dates = (holds: (actual: number, wanted: number) => boolean) =>
  text((actual, wanted) => {
    const [left, right] = [toEpochMs(actual), toEpochMs(wanted)];
    return left !== undefined && right !== undefined && holds(left, right);
  });

const is = (compare: Comparison): Operator => ({ compare, negated: false });
const isNot = (compare: Comparison): Operator => ({ compare, negated: true });

/**
 * Every operator that this IAM has, but `Null`, which asks for the key and not its value. `IpAddress` is not among
 * them: nothing here has addresses.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["StringEquals", is(equals)],
  ["StringNotEquals", isNot(equals)],
  ["StringEqualsIgnoreCase", is(equalsIgnoringCase)],
  ["StringNotEqualsIgnoreCase", isNot(equalsIgnoringCase)],
  ["StringLike", is(like)],
  ["StringNotLike", isNot(like)],
  ["ArnEquals", is(arn)],
  ["ArnLike", is(arn)],
  ["ArnNotEquals", isNot(arn)],
  ["ArnNotLike", isNot(arn)],
  ["Bool", is(equalsIgnoringCase)],
  ["BinaryEquals", is(equals)],
  ["NumericEquals", is(numbers((actual, wanted) => actual === wanted))],
  ["NumericNotEquals", isNot(numbers((actual, wanted) => actual === wanted))],
  ["NumericLessThan", is(numbers((actual, wanted) => actual < wanted))],
  ["NumericLessThanEquals", is(numbers((actual, wanted) => actual <= wanted))],
  ["NumericGreaterThan", is(numbers((actual, wanted) => actual > wanted))],
  ["NumericGreaterThanEquals", is(numbers((actual, wanted) => actual >= wanted))],
  ["DateEquals", is(dates((actual, wanted) => actual === wanted))],
  ["DateNotEquals", isNot(dates((actual, wanted) => actual === wanted))],
  ["DateLessThan", is(dates((actual, wanted) => actual < wanted))],
  ["DateLessThanEquals", is(dates((actual, wanted) => actual <= wanted))],
  ["DateGreaterThan", is(dates((actual, wanted) => actual > wanted))],
  ["DateGreaterThanEquals", is(dates((actual, wanted) => actual >= wanted))],
]);

function toNumber(value: string): number | undefined {
  const number = Number(value);
  return value.trim() === "" || Number.isNaN(number) ? undefined : number;
}

/** ISO 8601, or seconds since 1970 as `aws:EpochTime` has them. */
function toEpochMs(value: string): number | undefined {
  return /^\d+$/.test(value) ? Number(value) * 1000 : fromIso(value);
}
