import { seededRandom, VirtualClock } from "@muster/core";
import { describe, expect, it } from "vitest";
import type { Json } from "../json.ts";
import { compileExpression, ExpressionError } from "./expression.ts";
import { hostFunctions } from "./functions.ts";
import { toJson } from "./to-json.ts";

const clock = new VirtualClock({ startAt: Date.UTC(2025, 0, 1), drain: async () => {} });

async function evaluate(source: string, seed = 1): Promise<Json | undefined> {
  const result = await compileExpression(source).evaluate(hostFunctions(clock, seededRandom(seed)));
  return result === undefined ? undefined : toJson(result);
}

describe("the functions that Step Functions adds to JSONata", () => {
  it.each<[string, Json | undefined]>([
    ["$partition([1, 2, 3, 4, 5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([1, 2, 3], 2.9)", [[1, 2], [3]]],
    ["$partition([1, 2], 9)", [[1, 2]]],
    ["$partition([1, 2])", [[1, 2]]],
    ["$partition('a', 1)", [["a"]]],
    ["$partition([1], 0)", undefined],
    ["$partition([], 2)", undefined],
    ["$partition($none, 2)", undefined],
    ["$range(0, 10, 3)", [0, 3, 6, 9]],
    ["$range(5, 1, -2)", [5, 3, 1]],
    ["$range(0.9, 2.9, 1.9)", [0, 1, 2]],
    ["$range(7, 7, 1)", 7],
    ["$range(1, 5, -1)", undefined],
    ["$range(1, 5, 0)", undefined],
    ["$range(1, 5)", undefined],
    ["$hash('Hello', 'MD5')", "8b1a9953c4611296a827abf8c47804d7"],
    ["$hash('Hello', 'SHA-1')", "f7ff9e8b7bb2e09b70935a5d785e0cc5d9d0abf0"],
    ["$hash('Hello', 'SHA-256')", "185f8db32271fe25f561a6fc938b2e264306ec304eda518007d1764826381969"],
    ["$length($hash('Hello', 'SHA-384'))", 96],
    ["$length($hash('Hello', 'SHA-512'))", 128],
    ["$hash($none, 'MD5')", undefined],
    ["$random(42)", 0.7275636800328681],
    ["$random(42.9)", 0.7275636800328681],
    ["$parse('{\"a\": [1, null]}')", { a: [1, null] }],
    ["$parse('\"text\"')", "text"],
    ["$parse('null')", null],
    ["$parse($none)", undefined],
    ["$now()", "2025-01-01T00:00:00.000Z"],
    ["$now('[Y0001]-[M01]', '+0100')", "2025-01"],
    ["$millis()", Date.UTC(2025, 0, 1)],
  ])("%s", async (source, expected) => {
    expect(await evaluate(source)).toEqual(expected);
  });

  it.each([
    ["$partition([1], -1)", "D3137: Second argument must be zero or greater"],
    ["$hash('a', 'CRC32')", "D3137: Unsupported hash algorithm: CRC32"],
    ["$hash(1, 'MD5')", 'T0410: Argument 1 of function "hash" does not match function signature'],
    ["$parse('{')", "D3137: Invalid JSON"],
    ["$parse('1e999')", "D3137: Invalid JSON"],
    ["$parse(1)", 'T0410: Argument 1 of function "parse" does not match function signature'],
    ["$random('a')", 'T0410: Argument 1 of function "random" does not match function signature'],
    ["$uuid(1)", 'T0410: Argument 1 of function "uuid" does not match function signature'],
    ["$millis(1)", 'T0410: Argument 1 of function "millis" does not match function signature'],
    ["$eval('1')", "T1006: Attempted to invoke a non-function"],
  ])("%s fails with %s", async (source, message) => {
    await expect(evaluate(source)).rejects.toThrow(`error during evaluation. ${message}`);
  });

  it.each(["$random()", "$uuid()", "$shuffle([1..50])"])("%s follows from the seed", async (source) => {
    expect(await evaluate(source, 5)).toEqual(await evaluate(source, 5));
    expect(await evaluate(source, 5)).not.toEqual(await evaluate(source, 6));
  });

  it("shuffles without losing anything", async () => {
    expect(await evaluate("$sort($shuffle([1..9]))")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await evaluate("$shuffle('one')")).toEqual(["one"]);
    expect(await evaluate("$shuffle($none)")).toBeUndefined();
  });

  it("makes version 4 UUIDs", async () => {
    expect(await evaluate("$uuid()")).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it("refuses a range longer than AWS makes", async () => {
    expect(await evaluate("$count($range(1, 360145, 1))")).toBe(360_145);
    await expect(evaluate("$range(1, 360146, 1)")).rejects.toThrow(ExpressionError);
  });
});
