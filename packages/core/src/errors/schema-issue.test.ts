import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { ruleOfIssue, valueAt } from "./schema-issue.ts";

function ruleFor(schema: z.ZodMiniType, input: unknown): string | undefined {
  const [issue] = schema.safeParse(input).error?.issues ?? [];
  return issue === undefined ? undefined : ruleOfIssue(issue);
}

describe("what a value would have to be", () => {
  it.each([
    { schema: z.string(), input: 1, rule: "has to be a string" },
    { schema: z.int(), input: 1.5, rule: "has to be a whole number" },
    { schema: z.array(z.string()), input: {}, rule: "has to be a list" },
    { schema: z.record(z.string(), z.string()), input: [], rule: "has to be an object" },
    { schema: z.strictObject({}), input: 1, rule: "has to be an object" },
    { schema: z.enum(["a", "b"]), input: "c", rule: 'has to be "a" or "b"' },
    { schema: z.literal("a"), input: "c", rule: 'has to be "a"' },
    { schema: z.string().check(z.minLength(3)), input: "a", rule: "has to have at least 3 characters" },
    { schema: z.string().check(z.maxLength(1)), input: "ab", rule: "has to have at most 1 characters" },
    { schema: z.array(z.string()).check(z.minLength(1)), input: [], rule: "has to have at least 1 entries" },
    { schema: z.array(z.int()).check(z.maxLength(1)), input: [1, 2], rule: "has to have at most 1 entries" },
    { schema: z.int().check(z.gte(0)), input: -1, rule: "has to be at least 0" },
    { schema: z.int().check(z.lte(5)), input: 6, rule: "has to be at most 5" },
    { schema: z.string().check(z.regex(/^a$/)), input: "b", rule: "has to match /^a$/" },
    { schema: z.strictObject({}), input: { a: 1 }, rule: "is not known" },
    { schema: z.union([z.string(), z.int()]), input: [], rule: "is of no shape that is known here" },
    {
      schema: z.string().check(z.refine(() => false, "the moon is full")),
      input: "a",
      rule: "is wrong: the moon is full",
    },
  ])("$rule", ({ schema, input, rule }) => {
    expect(ruleFor(schema, input)).toBe(rule);
  });
});

describe("what stands at a path", () => {
  it.each([
    { path: ["a", 1, "b"], value: 2 },
    { path: [], value: { a: [0, { b: 2 }] } },
    { path: ["a", 7, "b"], value: undefined },
    { path: ["a", "length", "b"], value: undefined },
  ])("$path", ({ path, value }) => {
    expect(valueAt({ a: [0, { b: 2 }] }, path)).toEqual(value);
  });
});
