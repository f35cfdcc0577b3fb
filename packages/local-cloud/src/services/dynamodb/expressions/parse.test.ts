import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCondition } from "./parse-condition.ts";
import { parseProjection } from "./parse-projection.ts";
import { parseUpdate } from "./parse-update.ts";
import { isReservedWord } from "./reserved-words.ts";
import { COMPARATORS, type ActionSyntax, type CallSyntax, type ConditionSyntax } from "./syntax.ts";
import type { OperandSyntax, PathStep, PathSyntax, SetValueSyntax } from "./syntax.ts";

const keywords = new Set(["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"]);
const word = fc.stringMatching(/^[A-Za-z0-9_]{1,6}$/);
const bareName = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,6}$/)
  .filter((name) => !isReservedWord(name) && !keywords.has(name.toUpperCase()));
const named: fc.Arbitrary<PathStep> = fc.oneof(
  bareName.map((name) => ({ name })),
  word.map((name) => ({ placeholder: `#${name}` })),
);
const step: fc.Arbitrary<PathStep> = fc.oneof(
  named,
  fc.nat({ max: 999 }).map((index) => ({ index })),
);
const path: fc.Arbitrary<PathSyntax> = fc
  .tuple(named, fc.array(step, { maxLength: 3 }))
  .map(([first, rest]) => [first, ...rest]);
const placeholder = word.map((name) => `:${name}`);
const plainOperand: fc.Arbitrary<OperandSyntax> = fc.oneof(
  path.map((path) => ({ kind: "path" as const, path })),
  placeholder.map((placeholder) => ({ kind: "value" as const, placeholder })),
);

const call = (names: readonly string[], operands: fc.Arbitrary<OperandSyntax[]>): fc.Arbitrary<CallSyntax> =>
  fc.record({ kind: fc.constant("call" as const), name: fc.constantFrom(...names), operands });

const size = call(["size"], fc.tuple(plainOperand));
const operand: fc.Arbitrary<OperandSyntax> = fc.oneof({ weight: 4, arbitrary: plainOperand }, size);

const leaf: fc.Arbitrary<ConditionSyntax> = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    comparator: fc.constantFrom(...COMPARATORS),
    left: operand,
    right: operand,
  }),
  fc.record({ kind: fc.constant("between" as const), operand, low: operand, high: operand }),
  fc.record({ kind: fc.constant("in" as const), operand, options: fc.array(operand, { minLength: 1, maxLength: 4 }) }),
  call(["attribute_exists", "attribute_not_exists"], fc.tuple(operand)),
  call(["attribute_type", "begins_with", "contains"], fc.tuple(operand, operand)),
);

const { condition } = fc.letrec<{ condition: ConditionSyntax }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      left: tie("condition"),
      right: tie("condition"),
    }),
    fc.record({ kind: fc.constant("not" as const), condition: tie("condition") }),
  ),
}));

const { newValue } = fc.letrec<{ newValue: OperandSyntax }>((tie) => ({
  newValue: fc.oneof(
    { maxDepth: 3 },
    plainOperand,
    call(["if_not_exists", "list_append"], fc.tuple(tie("newValue"), tie("newValue"))),
  ),
}));
const setValue: fc.Arbitrary<SetValueSyntax> = fc.oneof(
  newValue,
  fc.record({
    kind: fc.constant("sum" as const),
    operator: fc.constantFrom("+" as const, "-" as const),
    left: newValue,
    right: newValue,
  }),
);
const sets = fc.array(fc.record({ kind: fc.constant("SET" as const), path, value: setValue }), { maxLength: 3 });
const removes = fc.array(fc.record({ kind: fc.constant("REMOVE" as const), path }), { maxLength: 3 });
const change = (kind: "ADD" | "DELETE") =>
  fc.array(fc.record({ kind: fc.constant(kind), path, placeholder }), { maxLength: 3 });
const update: fc.Arbitrary<ActionSyntax[]> = fc
  .tuple(sets, removes, change("ADD"), change("DELETE"))
  .map((sections) => sections.flat())
  .filter((actions) => actions.length > 0);

/** White space of any kind, where some must be and where some may be. */
const spacing = fc.constantFrom(" ", "  ", "\n", "\t ");

/** Binds more tightly than what stands around it. */
const PRECEDENCE = { or: 1, and: 2, not: 3, leaf: 4 } as const;

function printCondition(condition: ConditionSyntax, around = 0): string {
  const own = "left" in condition && condition.kind !== "compare" ? PRECEDENCE[condition.kind] : undefined;
  const precedence = own ?? (condition.kind === "not" ? PRECEDENCE.not : PRECEDENCE.leaf);
  const printed = printBare(condition);
  return precedence < around ? `(${printed})` : printed;
}

function printBare(condition: ConditionSyntax): string {
  switch (condition.kind) {
    case "and":
    case "or": {
      // Both are read from the left: the same on the right needs parentheses.
      const own = PRECEDENCE[condition.kind];
      const [left, right] = [printCondition(condition.left, own), printCondition(condition.right, own + 1)];
      return `${left} ${condition.kind === "and" ? "AND" : "or"} ${right}`;
    }
    case "not":
      return `NOT ${printCondition(condition.condition, PRECEDENCE.not)}`;
    case "compare":
      return `${printOperand(condition.left)} ${condition.comparator} ${printOperand(condition.right)}`;
    case "between": {
      const [low, high] = [printOperand(condition.low), printOperand(condition.high)];
      return `${printOperand(condition.operand)} BETWEEN ${low} and ${high}`;
    }
    case "in":
      return `${printOperand(condition.operand)} in (${condition.options.map(printOperand).join(",")})`;
    case "call":
      return printOperand(condition);
  }
}

function printOperand(operand: OperandSyntax): string {
  switch (operand.kind) {
    case "path":
      return printPath(operand.path);
    case "value":
      return operand.placeholder;
    case "call":
      return `${operand.name}(${operand.operands.map(printOperand).join(", ")})`;
  }
}

function printPath(path: PathSyntax): string {
  return path
    .map((step) => ("index" in step ? `[${step.index}]` : `.${"name" in step ? step.name : step.placeholder}`))
    .join("")
    .slice(1);
}

function printUpdate(actions: readonly ActionSyntax[]): string {
  const sections = Map.groupBy(actions, ({ kind }) => kind);
  return [...sections].map(([kind, members]) => `${kind} ${members.map(printAction).join(", ")}`).join(" ");
}

function printAction(action: ActionSyntax): string {
  const target = printPath(action.path);
  switch (action.kind) {
    case "REMOVE":
      return target;
    case "ADD":
    case "DELETE":
      return `${target} ${action.placeholder}`;
    case "SET": {
      const { value } = action;
      if (value.kind !== "sum") return `${target} = ${printOperand(value)}`;
      return `${target} = ${printOperand(value.left)} ${value.operator} ${printOperand(value.right)}`;
    }
  }
}

function outcomeOf(parse: (text: string) => unknown, text: string): string {
  try {
    parse(text);
    return "parsed";
  } catch (error) {
    return error instanceof Error ? error.name : "something else";
  }
}

describe("parsing what was printed", () => {
  it("gives the same condition", () => {
    fc.assert(
      fc.property(condition, spacing, (condition, space) => {
        expect(parseCondition(printCondition(condition).replaceAll(" ", space))).toEqual(condition);
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same update", () => {
    fc.assert(
      fc.property(update, spacing, (actions, space) => {
        expect(parseUpdate(printUpdate(actions).replaceAll(" ", space))).toEqual(actions);
      }),
      { numRuns: 500 },
    );
  });

  it("gives the same projection", () => {
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 5 }), (paths) => {
        expect(parseProjection(paths.map(printPath).join(" , "))).toEqual(paths);
      }),
    );
  });

  it("never fails in another way than by refusing", () => {
    const tokens = fc.constantFrom(
      "a",
      "#b",
      ":c",
      "AND",
      "NOT",
      "(",
      ")",
      "=",
      "<",
      ",",
      "[",
      "]",
      "0",
      ".",
      "SET",
      "+",
    );
    fc.assert(
      fc.property(fc.array(tokens, { maxLength: 12 }), (words) => {
        const outcomes = [parseCondition, parseUpdate, parseProjection].map((parse) =>
          outcomeOf(parse, words.join(" ")),
        );
        expect(["parsed", "Refusal"]).toEqual(expect.arrayContaining(outcomes));
      }),
      { numRuns: 1000 },
    );
  });
});
