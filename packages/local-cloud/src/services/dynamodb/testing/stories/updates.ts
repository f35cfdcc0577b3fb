import type { ReturnValue } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { invalid, refusal, values, type Plain } from "../store.ts";
import type { Chapter, Story } from "./story.ts";

const before = { n: 5, s: "x", l: [1, 2, 3], m: { a: 1 }, tags: new Set(["a", "b"]) };
const digits = 12345678901234567890123456789012345678n;

type Effect = readonly [expression: string, given: Plain, after: Plain];

/** What expressions make of the item `before`, with such values. */
const effects: readonly Effect[] = [
  ["SET n = n + :v, s = :w", { v: 3, w: "y" }, { ...before, n: 8, s: "y" }],
  ["SET n = :v - n", { v: 3 }, { ...before, n: -2 }],
  ["SET n = n + :digits", { digits }, { ...before, n: digits + 5n }],
  ["SET n = if_not_exists(n, :v), k = if_not_exists(k, :v)", { v: 9 }, { ...before, k: 9 }],
  ["SET l = list_append(if_not_exists(absent, :v), l)", { v: [0] }, { ...before, l: [0, 1, 2, 3] }],
  ["SET l[1] = :v, l[9] = :w, l[7] = :v", { v: 0, w: 8 }, { ...before, l: [1, 0, 3, 0, 8] }],
  ["SET m.b = m.a, m.c = :v", { v: [] }, { ...before, m: { a: 1, b: 1, c: [] } }],
  ["SET s = n, n = s", {}, { ...before, s: 5, n: "x" }],
  ["REMOVE l[0], m.a", {}, { ...before, l: [2, 3], m: {} }],
  ["REMOVE l[17], m.absent, absent", {}, before],
  ["REMOVE l[0], l[1]", {}, { ...before, l: [3] }],
  ["ADD n :v, k :v, tags :w", { v: 2, w: new Set(["c"]) }, { ...before, n: 7, k: 2, tags: new Set(["a", "b", "c"]) }],
  ["DELETE tags :v, absent :v", { v: new Set(["b", "z"]) }, { ...before, tags: new Set(["a"]) }],
  ["set n = :v remove s, l, tags add m.a :v", { v: 1 }, { n: 1, m: { a: 2 } }],
];

const WRONG_TYPE = "An operand in the update expression has an incorrect data type";
const INVALID = "Invalid UpdateExpression:";

type Mistake = readonly [expression: string, given: Plain, message: string];

/** Expressions that are refused, on the item `before`, with such values. */
const mistakes: readonly Mistake[] = [
  ["SET n = s + :v", { v: 1 }, WRONG_TYPE],
  ["ADD s :v", { v: 1 }, WRONG_TYPE],
  ["SET n = absent", {}, "The provided expression refers to an attribute that does not exist in the item"],
  ["SET absent.x = :v", { v: 1 }, "The document path provided in the update expression is invalid for update"],
  ["SET n = :v", { v: 1, w: 2 }, "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"],
  [
    "SET n = :undefined",
    { v: 1 },
    `${INVALID} An expression attribute value used in expression is not defined; attribute value: :undefined`,
  ],
  [
    "SET n = #undefined",
    {},
    `${INVALID} An expression attribute name used in the document path is not defined; attribute name: #undefined`,
  ],
  ["SET size = n", {}, `${INVALID} Attribute name is a reserved keyword; reserved keyword: size`],
  ["SET n = s SET s = n", {}, `${INVALID} The "SET" section can only be used once in an update expression;`],
  ["SET n = s,", {}, `${INVALID} Syntax error; token: "<EOF>", near: ","`],
  [
    "SET m.a = n REMOVE m",
    {},
    `${INVALID} Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [m, a], path two: [m]`,
  ],
  [
    "SET pk = n",
    {},
    "One or more parameter values were invalid: Cannot update attribute pk. This attribute is part of the key",
  ],
  [
    "SET n = n + :large",
    { large: 10n ** 38n },
    "Number overflow. Attempting to store a number with magnitude larger than supported range",
  ],
];

const effectStory = ([UpdateExpression, given, after]: Effect): Story => ({
  title: `does what it says: ${UpdateExpression}`,
  tell: async (store) => {
    const key = store.key();
    await store.put({ ...key, ...before });
    const changes = { UpdateExpression, ...values(given), ReturnValues: "ALL_NEW" } as const;
    expect((await store.update(key, changes)).Attributes).toEqual(marshall({ ...key, ...after }));
    expect(await store.read(key)).toEqual(marshall({ ...key, ...after }));
  },
});

const mistakeStory = ([UpdateExpression, given, message]: Mistake): Story => ({
  title: `is refused, and changes nothing: ${UpdateExpression}`,
  tell: async (store) => {
    const key = store.key();
    await store.put({ ...key, ...before });
    const changes = { UpdateExpression, ...values(given) };
    expect(await refusal(store.update(key, changes))).toEqual(invalid(message));
    expect(await store.read(key)).toEqual(marshall({ ...key, ...before }));
  },
});

export const updates: Chapter = {
  subject: "an update",
  stories: [
    ...effects.map(effectStory),
    ...mistakes.map(mistakeStory),
    {
      title: "makes an item where there is none",
      tell: async (store) => {
        const key = store.key();
        await store.update(key, { UpdateExpression: "ADD n :v", ...values({ v: 1 }) });
        expect(await store.read(key)).toEqual(marshall({ ...key, n: 1 }));
      },
    },
    {
      title: "without an expression makes an item of nothing but its key",
      tell: async (store) => {
        const key = store.key();
        await store.update(key, {});
        expect(await store.read(key)).toEqual(marshall(key));
      },
    },
    {
      title: "that only removes makes no item where there is none",
      tell: async (store) => {
        const key = store.key();
        await store.update(key, { UpdateExpression: "REMOVE n" });
        expect(await store.read(key)).toBeUndefined();
      },
    },
    {
      title: "answers with what was asked for",
      tell: async (store) => {
        const key = store.key();
        await store.put({ ...key, ...before });
        const bump = { UpdateExpression: "SET n = n + :v, m.a = :v", ...values({ v: 1 }) };
        const updated = async (ReturnValues: ReturnValue) =>
          (await store.update(key, { ...bump, ReturnValues })).Attributes;
        expect(await updated("NONE")).toBeUndefined();
        expect(await updated("UPDATED_OLD")).toEqual(marshall({ n: 6, m: { a: 1 } }));
        expect(await updated("UPDATED_NEW")).toEqual(marshall({ n: 8, m: { a: 1 } }));
        expect(await updated("ALL_OLD")).toEqual(marshall({ ...key, ...before, n: 8 }));
      },
    },
  ],
};
