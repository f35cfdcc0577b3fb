import { expect } from "vitest";
import { invalid, refusal, values, type Plain } from "../store.ts";
import type { Chapter, Story } from "./story.ts";

const item = { n: 5, s: "hello", l: [1, "x"], m: { a: { b: true } }, tags: new Set(["a", "b"]), nil: null };

type Outcome = readonly [expression: string, given: Plain, holds: boolean];

/** Whether expressions hold of the item above, with such values. */
const outcomes: readonly Outcome[] = [
  ["n = :v", { v: 5 }, true],
  ["n <> :v", { v: "5" }, true],
  ["n < :v", { v: "9" }, false],
  ["n >= :v AND n <= :v", { v: 5 }, true],
  ["n BETWEEN :v AND :w", { v: 1, w: 5 }, true],
  ["n IN (:v, :w)", { v: 1, w: 2 }, false],
  ["absent <> :v", { v: 1 }, true],
  ["NOT absent = :v", { v: 1 }, true],
  ["attribute_exists(m.a.b) AND attribute_not_exists(m.b)", {}, true],
  ["attribute_type(tags, :v) AND attribute_type(nil, :w)", { v: "SS", w: "NULL" }, true],
  ["begins_with(s, :v)", { v: "hell" }, true],
  ["contains(s, :v) AND contains(tags, :w) AND contains(l, :x)", { v: "ell", w: "b", x: 1 }, true],
  ["contains(tags, :v)", { v: "ab" }, false],
  ["size(s) = :v AND size(tags) = :w AND size(l) = size(tags)", { v: 5, w: 2 }, true],
  ["size(n) = :v", { v: 1 }, false],
  ["l[1] = :v AND m.a.b = :w", { v: "x", w: true }, true],
  ["m = :v AND l = :w", { v: { a: { b: true } }, w: [1, "x"] }, true],
  ["n = :v OR s = :w AND n = :x", { v: 5, w: "hello", x: 6 }, true],
  ["(n = :v OR s = :w) AND n = :x", { v: 5, w: "hello", x: 6 }, false],
  ["NOT n = :v AND s = :w", { v: 6, w: "hello" }, true],
];

const INVALID = "Invalid ConditionExpression:";

type Mistake = readonly [expression: string, given: Plain, message: string];

const mistakes: readonly Mistake[] = [
  ["n =", {}, `${INVALID} Syntax error; token: "<EOF>", near: "="`],
  ["n == s", {}, `${INVALID} Syntax error; token: "=", near: "== s"`],
  ["((n = s))", {}, `${INVALID} The expression has redundant parentheses;`],
  ["sizes(n) = s", {}, `${INVALID} Invalid function name; function: sizes`],
  ["size(n)", {}, `${INVALID} The function is not allowed to be used this way in an expression; function: size`],
  [
    "n = n",
    {},
    `${INVALID} The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]`,
  ],
  [
    "begins_with(s, :v)",
    { v: 1 },
    `${INVALID} Incorrect operand type for operator or function; operator or function: begins_with, operand type: N`,
  ],
  [
    "n BETWEEN :v AND :w",
    { v: 2, w: 1 },
    `${INVALID} The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}`,
  ],
  [
    "attribute_type(n, :v)",
    { v: "X" },
    `${INVALID} Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
  ],
];

const outcomeStory = ([expression, given, holds]: Outcome): Story => ({
  title: `${holds ? "holds" : "does not hold"}, for a write and for a filter: ${expression}`,
  tell: async (store) => {
    const whole = { ...store.key(), ...item };
    await store.put(whole);
    const again = store.put(whole, { ConditionExpression: expression, ...values(given) });
    expect((await refusal(again)).name).toBe(holds ? "none" : "ConditionalCheckFailedException");
    const { Count, ScannedCount } = await store.query({
      KeyConditionExpression: "pk = :pk",
      FilterExpression: expression,
      ...values({ ...given, pk: whole.pk }),
    });
    expect({ Count, ScannedCount }).toEqual({ Count: holds ? 1 : 0, ScannedCount: 1 });
  },
});

const mistakeStory = ([ConditionExpression, given, message]: Mistake): Story => ({
  title: `is refused: ${ConditionExpression}`,
  tell: async (store) => {
    const key = store.key();
    expect(await refusal(store.put(key, { ConditionExpression, ...values(given) }))).toEqual(invalid(message));
    expect(await store.read(key)).toBeUndefined();
  },
});

export const conditions: Chapter = {
  subject: "a condition",
  stories: [...outcomes.map(outcomeStory), ...mistakes.map(mistakeStory)],
};
