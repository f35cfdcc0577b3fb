import { describe, expect, it } from "vitest";
import { parseConditions, type ConditionBlock } from "./condition.ts";
import { PolicyError } from "./policy-error.ts";
import { RequestContext } from "./request-context.ts";

type Keys = Readonly<Record<string, string | readonly string[] | undefined>>;

function holds(block: ConditionBlock, keys: Keys): boolean {
  const context = new RequestContext(keys);
  return parseConditions(block).every((condition) => condition.holds(context));
}

const arn = "arn:aws:iam::123456789012:role/muster-local-launch";

describe("each operator compares as IAM says", () => {
  it.each<[operator: string, wanted: string | string[], actual: string, expected: boolean]>([
    ["StringEquals", "a", "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", ["a", "b"], "b", true],
    ["StringNotEquals", "a", "b", true],
    ["StringNotEquals", "a", "a", false],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringNotEquals", ["a", "b"], "c", true],
    ["StringEqualsIgnoreCase", "Abc", "aBC", true],
    ["StringNotEqualsIgnoreCase", "Abc", "aBC", false],
    ["StringNotEqualsIgnoreCase", "Abc", "x", true],
    ["StringLike", "muster-*", "muster-local", true],
    ["StringLike", "muster-?", "muster-10", false],
    ["StringNotLike", "muster-*", "muster-local", false],
    ["StringNotLike", "muster-*", "other", true],
    ["ArnEquals", "arn:aws:iam::*:role/muster-*", arn, true],
    ["ArnLike", "arn:aws:iam::*:role/muster-*", arn, true],
    ["ArnLike", "arn:aws:iam::*:role/other-*", arn, false],
    ["ArnNotEquals", "arn:aws:iam::*:role/muster-*", arn, false],
    ["ArnNotLike", "arn:aws:iam::*:role/other-*", arn, true],
    ["Bool", "true", "true", true],
    ["Bool", "true", "True", true],
    ["Bool", "true", "false", false],
    ["BinaryEquals", "AQID", "AQID", true],
    ["BinaryEquals", "AQID", "aqid", false],
    ["NumericEquals", "10", "10.0", true],
    ["NumericEquals", "10", "ten", false],
    ["NumericEquals", "10", "", false],
    ["NumericNotEquals", "10", "11", true],
    ["NumericLessThan", "10", "9", true],
    ["NumericLessThan", "10", "10", false],
    ["NumericLessThanEquals", "10", "10", true],
    ["NumericGreaterThan", "10", "10", false],
    ["NumericGreaterThan", "10", "11", true],
    ["NumericGreaterThanEquals", "10", "10", true],
    ["DateEquals", "2026-01-01T00:00:00Z", "1767225600", true],
    ["DateNotEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", true],
    ["DateLessThan", "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z", true],
    ["DateLessThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", false],
    ["DateLessThanEquals", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", true],
    ["DateGreaterThan", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", true],
    ["DateGreaterThanEquals", "2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z", false],
    ["DateLessThan", "2026-01-02T00:00:00Z", "yesterday", false],
  ])("%s %j of %j is %j", (operator, wanted, actual, expected) => {
    expect(holds({ [operator]: { "aws:Key": wanted } }, { "aws:Key": actual })).toBe(expected);
  });
});

describe("a key that the request does not carry", () => {
  it.each<[operator: string, expected: boolean]>([
    ["StringEquals", false],
    ["StringNotEquals", true],
    ["StringLike", false],
    ["StringNotLike", true],
    ["ArnLike", false],
    ["ArnNotLike", true],
    ["Bool", false],
    ["NumericLessThan", false],
    ["NumericNotEquals", true],
    ["StringEqualsIfExists", true],
    ["NumericLessThanIfExists", true],
    ["BoolIfExists", true],
    ["ForAnyValue:StringEquals", false],
    ["ForAnyValue:StringNotEquals", false],
    ["ForAllValues:StringEquals", true],
    ["ForAnyValue:StringEqualsIfExists", true],
  ])("makes %s %j", (operator, expected) => {
    expect(holds({ [operator]: { "aws:Key": "1" } }, {})).toBe(expected);
  });

  it.each<[wanted: string, keys: Keys, expected: boolean]>([
    ["true", {}, true],
    ["true", { "aws:Key": "x" }, false],
    ["false", { "aws:Key": "x" }, true],
    ["false", {}, false],
    ["False", { "aws:Key": ["x"] }, true],
  ])("is what Null %j asks for", (wanted, keys, expected) => {
    expect(holds({ Null: { "aws:Key": wanted } }, keys)).toBe(expected);
  });
});

describe("a key with several values", () => {
  it.each<[operator: string, wanted: string[], actual: string | string[], expected: boolean]>([
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "b"], true],
    ["ForAllValues:StringEquals", ["a", "b"], ["a"], true],
    ["ForAllValues:StringEquals", ["a", "b"], ["a", "c"], false],
    ["ForAllValues:StringEquals", ["a", "b"], [], true],
    ["ForAllValues:StringLike", ["muster:*"], ["muster:cluster", "muster:tier"], true],
    ["ForAllValues:StringNotEquals", ["a"], ["b", "c"], true],
    ["ForAllValues:StringNotEquals", ["a"], ["a", "c"], false],
    ["ForAnyValue:StringEquals", ["a"], ["a", "c"], true],
    ["ForAnyValue:StringEquals", ["a"], ["b", "c"], false],
    ["ForAnyValue:StringEquals", ["a"], [], false],
    ["ForAnyValue:StringNotEquals", ["a"], ["a", "c"], true],
    ["ForAnyValue:StringNotEquals", ["a"], ["a"], false],
    ["ForAnyValue:StringEquals", ["a"], "a", true],
    ["ForAllValues:StringEqualsIfExists", ["a"], ["b"], false],
  ])("%s %j of %j is %j", (operator, wanted, actual, expected) => {
    expect(holds({ [operator]: { "aws:TagKeys": wanted } }, { "aws:TagKeys": actual })).toBe(expected);
  });

  it("needs ForAnyValue or ForAllValues, and says so", () => {
    expect(() => holds({ StringEquals: { "aws:TagKeys": "a" } }, { "aws:TagKeys": ["a"] })).toThrow(
      "aws:TagKeys has several values: a condition on it must say ForAnyValue: or ForAllValues:",
    );
  });
});

describe("policy variables", () => {
  const keys = { "aws:PrincipalTag/team": "storage", "aws:RequestTag/star": "*", "aws:TagKeys": ["a"] };
  it.each<[operator: string, wanted: string, actual: string, expected: boolean]>([
    ["StringEquals", "${aws:PrincipalTag/team}", "storage", true],
    ["StringEquals", "${aws:principaltag/TEAM}", "storage", true],
    ["StringEquals", "team-${aws:PrincipalTag/team}-x", "team-storage-x", true],
    ["StringEquals", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team}", false],
    ["StringLike", "${aws:PrincipalTag/team}-*", "storage-1", true],
    ["StringLike", "${aws:RequestTag/star}", "anything", false],
    ["StringLike", "${aws:RequestTag/star}", "*", true],
    ["StringLike", "${*}", "anything", false],
    ["StringLike", "a${?}${$}", "a?$", true],
    ["StringEquals", "${aws:PrincipalTag/none, 'nobody'}", "nobody", true],
    ["StringEquals", "${aws:PrincipalTag/team, 'nobody'}", "nobody", false],
    ["StringEquals", "${aws:PrincipalTag/none}", "", false],
    ["StringNotEquals", "${aws:PrincipalTag/none}", "x", false],
    ["StringEquals", "${aws:TagKeys}", "a", false],
  ])("%s %j of %j is %j", (operator, wanted, actual, expected) => {
    expect(holds({ [operator]: { "ec2:Key": wanted } }, { ...keys, "ec2:Key": actual })).toBe(expected);
  });

  it("that cannot be read are refused", () => {
    expect(() => parseConditions({ StringEquals: { k: "${a b}" } })).toThrow(PolicyError);
  });
});

describe("a condition block", () => {
  const both = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
  it.each<[keys: Keys, expected: boolean]>([
    [{ a: "1", b: "2", c: "true" }, true],
    [{ a: "1", b: "2", c: "false" }, false],
    [{ a: "1", b: "x", c: "true" }, false],
    [{ A: "1", B: "2", C: "true" }, true],
  ])("holds only when all of it does: %j", (keys, expected) => {
    expect(holds(both, keys)).toBe(expected);
  });

  it.each(["StringMatches", "stringequals", "IpAddress", "ForSomeValues:StringEquals", "NullIfExists", ""])(
    "with the unknown operator %j is a loud error",
    (operator) => {
      expect(() => parseConditions({ [operator]: { k: "true" } })).toThrow(
        new PolicyError(`the embedded IAM has no condition operator ${operator}`),
      );
    },
  );

  it("with a Null that is neither true nor false is a loud error", () => {
    expect(() => parseConditions({ Null: { k: "maybe" } })).toThrow("Null takes true or false, not maybe");
  });
});
