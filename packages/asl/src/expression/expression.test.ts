import { describe, expect, it } from "vitest";
import { compileExpression, ExpressionError, ExpressionSyntaxError, isExpression } from "./expression.ts";
import { toJson, UnsupportedResultError } from "./to-json.ts";

async function evaluate(source: string, bindings: Record<string, unknown> = {}): Promise<unknown> {
  const result = await compileExpression(source).evaluate(bindings);
  return result === undefined ? undefined : toJson(result);
}

describe("an expression", () => {
  it.each([
    ["{% 1 %}", true],
    ["{%1%}", true],
    ["{%%}", true],
    [" {% 1 %}", false],
    ["{% 1 %} ", false],
    ["{%}", false],
    ["1", false],
  ])("%j is one: %s", (text, expected) => {
    expect(isExpression(text)).toBe(expected);
  });

  it("is compiled once for the same text", () => {
    expect(compileExpression("$a + $b")).toBe(compileExpression("$a + $b"));
    expect(compileExpression("$a + $b")).not.toBe(compileExpression("$a - $b"));
  });

  it("keeps nothing from one evaluation to the next", async () => {
    expect(await evaluate("($kept := $kept ? $kept : $given; $kept)", { given: 1 })).toBe(1);
    expect(await evaluate("($kept := $kept ? $kept : $given; $kept)", { given: 2 })).toBe(2);
  });

  it("does not change what it is given", async () => {
    const input = { list: [3, 1, 2] };
    await evaluate("[$sort($states.input.list), $states.input ~> |$|{'list': 0}|]", { states: { input } });
    expect(input).toEqual({ list: [3, 1, 2] });
  });

  it.each([
    ["1 +", "Unexpected end of expression"],
    ["(1", 'Expected ")" before end of expression'],
    ["'open", "String literal must be terminated by a matching quote"],
  ])("%s is no JSONata: %s", (source, message) => {
    expect(() => compileExpression(source)).toThrow(ExpressionSyntaxError);
    expect(() => compileExpression(source)).toThrow(message);
  });

  it.each([
    ["1/0", "Infinity"],
    ["-1/0", "-Infinity"],
    ["0/0", "NaN"],
    ["[1..3][$ > 1]", [2, 3]],
    ["{'a': $none, 'b': null}", { b: null }],
    ["{'__proto__': 1}", JSON.parse('{"__proto__":1}')],
  ])("%s is %j as JSON", async (source, expected) => {
    expect(await evaluate(source)).toEqual(expected);
  });

  it.each(["$sum", "function($x) { $x }", "/a/", "[$sum]", "{'f': function() { 1 }}"])(
    "%s is no JSON",
    async (source) => {
      await expect(evaluate(source)).rejects.toThrow(UnsupportedResultError);
    },
  );
});

describe("an expression sees nothing of the process", () => {
  it.each([
    "$constructor",
    "$states.constructor",
    "$states.__proto__",
    "$states.input.toString",
    "$lookup($states, 'constructor')",
    "$lookup([], 'constructor')",
    "$lookup('', 'constructor')",
    "($f := function() { 1 }; $f.environment)",
    "($f := function() { 1 }; $lookup($f, 'environment'))",
    "($f := function() { 1 }; $keys($f))",
    "$sum.implementation",
    "$native.constructor",
    "$lookup($native, 'constructor')",
    "$globalThis",
    "$process",
    "$require",
  ])("%s is undefined", async (source) => {
    expect(await evaluate(source, { states: { input: {} }, native: () => 1 })).toBeUndefined();
  });

  it("leaves prototypes alone", async () => {
    await evaluate(
      "[{'__proto__': {'seen': 1}}, $merge([{'__proto__': {'seen': 1}}]), {} ~> |$|{'__proto__': {'seen': 1}}|]",
    );
    expect(({} as { seen?: number }).seen).toBeUndefined();
  });
});

describe("an expression that asks for too much", () => {
  it.each([
    ["($f := function($x) { $x = 0 ? 0 : 1 + $f($x - 1) }; $f(200))", "Depth=101 max=100"],
    ["[1..1000000]", "Expression evaluation memory limit exceeded"],
    ["$pad('', 1000000000)", "internal error during evaluation."],
  ])("%s ends with an error: %s", async (source, message) => {
    const evaluation = evaluate(source);
    await expect(evaluation).rejects.toThrow(ExpressionError);
    await expect(evaluation).rejects.toThrow(message);
  });
});
