import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { column, invalid, refusal, text, values, type Plain } from "../store.ts";
import type { Chapter, Story } from "./story.ts";

const partition = (pk: string, given: Plain = {}) => ({
  KeyConditionExpression: "pk = :pk",
  ...values({ ...given, pk }),
});

const rows = (pk: string, size: number, more: Plain = {}) =>
  Array.from({ length: size }, (_, n) => ({ pk, sk: String(n), n, ...more }));

const INVALID = "Invalid KeyConditionExpression:";

type Mistake = readonly [condition: string, given: Plain, message: string];

const mistakes: readonly Mistake[] = [
  ["sk = :v", { v: "a" }, "Query condition missed key schema element: pk"],
  ["pk = :v AND n = :w", { v: "a", w: 1 }, "Query condition missed key schema element: sk"],
  ["pk > :v", { v: "a" }, "Query key condition not supported"],
  [
    "pk = :number",
    { number: 1 },
    "One or more parameter values were invalid: Condition parameter type does not match schema type",
  ],
  ["pk = :v OR sk = :w", { v: "a", w: "b" }, `${INVALID} Invalid operator used in KeyConditionExpression: OR`],
  ["pk = :v AND sk <> :w", { v: "a", w: "b" }, `${INVALID} Invalid operator used in KeyConditionExpression: <>`],
  [
    "pk = :v AND sk > :v AND sk < :w",
    { v: "a", w: "b" },
    `${INVALID} KeyConditionExpressions must only contain one condition per key`,
  ],
];

const mistakeStory = ([KeyConditionExpression, given, message]: Mistake): Story => ({
  title: `is refused: ${KeyConditionExpression}`,
  tell: async (store) => {
    expect(await refusal(store.query({ KeyConditionExpression, ...values(given) }))).toEqual(invalid(message));
  },
});

export const queries: Chapter = {
  subject: "a query",
  stories: [
    {
      title: "by a prefix finds what begins with it",
      tell: async (store) => {
        const { pk } = store.key();
        await store.putAll(["a", "a#1", "a#2", "a$", "b#1"].map((sk) => ({ pk, sk })));
        const KeyConditionExpression = "pk = :pk AND begins_with(sk, :v)";
        const { Items } = await store.query({ KeyConditionExpression, ...values({ pk, v: "a#" }) });
        expect(Items?.map(({ sk }) => sk?.S)).toEqual(["a#1", "a#2"]);
      },
    },
    {
      title: "filters after it has read, and shows what was asked for",
      tell: async (store) => {
        const { pk } = store.key();
        await store.putAll(rows(pk, 6, { m: { a: 1, b: 2 }, l: [1, 2, 3] }));
        const filter = { ...partition(pk, { v: 3 }), FilterExpression: "n >= :v" };
        const shown = { ...filter, ProjectionExpression: "n, m.b, l[2], l[0]", Limit: 4 };
        expect(await store.query(shown)).toMatchObject({
          Items: [marshall({ n: 3, m: { b: 2 }, l: [1, 3] })],
          Count: 1,
          ScannedCount: 4,
          LastEvaluatedKey: marshall({ pk, sk: "3" }),
        });
        const counted = await store.query({ ...filter, Select: "COUNT" });
        expect(counted).toMatchObject({ Count: 3, ScannedCount: 6 });
        expect(counted.Items).toBeUndefined();
      },
    },
    {
      title: "goes on where its last page ended, until there is nothing more",
      tell: async (store) => {
        const { pk } = store.key();
        await store.putAll(rows(pk, 6));
        const sizes: (number | undefined)[] = [];
        const seen: number[] = [];
        let ExclusiveStartKey: Record<string, aws.AttributeValue> | undefined;
        do {
          const start = ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey };
          const { Count, Items, LastEvaluatedKey } = await store.query({ ...partition(pk), Limit: 2, ...start });
          sizes.push(Count);
          seen.push(...column(Items, "n"));
          ExclusiveStartKey = LastEvaluatedKey;
        } while (ExclusiveStartKey !== undefined);
        expect(sizes).toEqual([2, 2, 2, 0]);
        expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
      },
    },
    {
      title: "ends a page with the item that fills a megabyte",
      tell: async (store) => {
        const { pk } = store.key();
        await store.putAll(rows(pk, 5, { t: text(300 * 1024) }));
        const first = await store.query(partition(pk));
        expect(first).toMatchObject({ Count: 4, LastEvaluatedKey: marshall({ pk, sk: "3" }) });
        const rest = await store.query({ ...partition(pk), ExclusiveStartKey: first.LastEvaluatedKey ?? {} });
        expect(column(rest.Items, "n")).toEqual([4]);
        expect(rest.LastEvaluatedKey).toBeUndefined();
      },
    },
    ...mistakes.map(mistakeStory),
  ],
};

export const scans: Chapter = {
  subject: "a scan",
  stories: [
    {
      title: "in segments meets every item once",
      tell: async (store) => {
        const TableName = await store.createTable();
        const all = Array.from({ length: 40 }, (_, n) => n);
        await store.putAll(
          all.map((n) => ({ pk: `p${n % 15}`, sk: String(n), n })),
          TableName,
        );
        const scan = (input: object) => store.send(new aws.ScanCommand({ TableName, ...input }));
        const segments = await Promise.all([0, 1, 2].map((Segment) => scan({ Segment, TotalSegments: 3 })));
        const found = segments.flatMap(({ Items }) => column(Items, "n"));
        expect(found.toSorted((a, b) => a - b)).toEqual(all);
        const whole = column((await scan({})).Items, "n");
        expect(whole.toSorted((a, b) => a - b)).toEqual(all);
      },
    },
  ],
};
