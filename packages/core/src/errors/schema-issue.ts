import type * as z from "zod/mini";

/** What a value that breaks a schema would have to be, to follow "it": `has to be a number`. */
export function ruleOfIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `has to be ${withArticle(EXPECTED[issue.expected] ?? issue.expected)}`;
    case "invalid_value":
      return `has to be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
    case "too_small":
      return `has to ${isSize(issue.origin) ? "have at least" : "be at least"} ${issue.minimum}${unitOf(issue.origin)}`;
    case "too_big":
      return `has to ${isSize(issue.origin) ? "have at most" : "be at most"} ${issue.maximum}${unitOf(issue.origin)}`;
    case "invalid_format":
      return issue.pattern === undefined ? `has to be ${withArticle(issue.format)}` : `has to match ${issue.pattern}`;
    case "unrecognized_keys":
      return "is not known";
    default:
      return issue.message === "Invalid input" ? "is of no shape that is known here" : `is wrong: ${issue.message}`;
  }
}

/** What stands at a path of an input; undefined when there is nothing. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

const EXPECTED: Readonly<Record<string, string>> = { int: "whole number", record: "object", array: "list" };

const isSize = (origin: string): boolean => origin === "string" || origin === "array";

function unitOf(origin: string): string {
  return origin === "string" ? " characters" : origin === "array" ? " entries" : "";
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
