import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { invalid, refusal, text, type Plain } from "../store.ts";
import type { Chapter, Story } from "./story.ts";

const unlessThere: Partial<aws.PutItemCommandInput> = {
  ConditionExpression: "attribute_not_exists(pk)",
  ReturnValuesOnConditionCheckFailure: "ALL_OLD",
};

const INVALID = "One or more parameter values were invalid:";

type Misfit = readonly [title: string, item: Plain, message: string];

/** Items that no table takes, and what is said of them. */
const misfits: readonly Misfit[] = [
  ["no sort key", { pk: "a" }, `${INVALID} Missing the key sk in the item`],
  ["a key of another type", { pk: "a", sk: 1 }, `${INVALID} Type mismatch for key sk expected: S actual: N`],
  [
    "2,049 bytes of partition key",
    { pk: text(2049), sk: "0" },
    `${INVALID} Size of hashkey has exceeded the maximum size limit of2048 bytes`,
  ],
  [
    "1,025 bytes of sort key",
    { pk: "a", sk: text(1025) },
    `${INVALID} Aggregated size of all range keys has exceeded the size limit of 1024 bytes`,
  ],
  [
    "an index key of another type",
    { pk: "a", sk: "0", score: "1" },
    `${INVALID} Type mismatch for Index Key score Expected: N Actual: S IndexName: by-who`,
  ],
  // pk, a, sk, 0 and t make 7 bytes.
  ["409,601 bytes", { pk: "a", sk: "0", t: text(409_594) }, "Item size has exceeded the maximum allowed size"],
  [
    "an empty key",
    { pk: "", sk: "0" },
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk",
  ],
];

const misfitStory = ([title, item, message]: Misfit): Story => ({
  title: `are refused with ${title}`,
  tell: async (store) => {
    expect(await refusal(store.put(item))).toEqual(invalid(message));
  },
});

export const items: Chapter = {
  subject: "items",
  stories: [
    {
      title: "come back as they were put, numbers in their shortest form",
      tell: async (store) => {
        const key = store.key();
        const scalars = { empty: "", unicode: "Käse 🧀", digits: 12345678901234567890123456789012345678n, no: false };
        const others = { bytes: new Uint8Array([0, 255]), nil: null, set: new Set([2.5]), list: [1, { map: {} }, []] };
        const same = marshall({ ...key, ...scalars, ...others });
        await store.put({}, { Item: { ...same, trimmed: { N: "0042.1200" }, expanded: { N: "-1.5E3" } } });
        expect(await store.read(key)).toEqual({ ...same, trimmed: { N: "42.12" }, expanded: { N: "-1500" } });
      },
    },
    {
      title: "are replaced whole, and the old one comes back when asked for",
      tell: async (store) => {
        const key = store.key();
        await store.put({ ...key, a: 1 });
        const replaced = await store.put({ ...key, b: 2 }, { ReturnValues: "ALL_OLD" });
        expect(replaced.Attributes).toEqual(marshall({ ...key, a: 1 }));
        const input = { TableName: store.table, Key: marshall(key), ReturnValues: "ALL_OLD" } as const;
        const deleted = await store.send(new aws.DeleteItemCommand(input));
        expect(deleted.Attributes).toEqual(marshall({ ...key, b: 2 }));
        expect(await store.read(key)).toBeUndefined();
        expect((await store.send(new aws.DeleteItemCommand(input))).Attributes).toBeUndefined();
      },
    },
    {
      title: "are told apart by both of their keys",
      tell: async (store) => {
        const { pk } = store.key();
        const keys = [
          { pk: `${pk}a`, sk: "bc" },
          { pk: `${pk}ab`, sk: "c" },
        ];
        await store.putAll(keys);
        expect(await Promise.all(keys.map((key) => store.read(key)))).toEqual(keys.map((key) => marshall(key)));
      },
    },
    {
      title: "are not written when their condition fails",
      tell: async (store) => {
        const key = store.key();
        await store.put({ ...key, a: 1 }, unlessThere);
        expect(await refusal(store.put({ ...key, a: 2 }, unlessThere))).toEqual({
          name: "ConditionalCheckFailedException",
          message: "The conditional request failed",
        });
        expect(await store.read(key)).toEqual(marshall({ ...key, a: 1 }));
      },
    },
    {
      title: "come with the failure of their condition when asked for",
      tell: async (store) => {
        const item = { ...store.key(), a: 1 };
        await store.put(item);
        await expect(store.put(item, unlessThere)).rejects.toMatchObject({ Item: marshall(item) });
      },
    },
    ...misfits.map(misfitStory),
    {
      title: "may have 409,600 bytes",
      tell: async (store) => {
        await store.put({ pk: "a", sk: "0", t: text(409_593) });
        expect((await store.read({ pk: "a", sk: "0" }))?.["t"]?.S).toHaveLength(409_593);
      },
    },
    {
      title: "are written and read in batches",
      tell: async (store) => {
        const keys = Array.from({ length: 25 }, () => marshall(store.key()));
        const puts = keys.map((Item) => ({ PutRequest: { Item } }));
        const written = await store.send(new aws.BatchWriteItemCommand({ RequestItems: { [store.table]: puts } }));
        expect(written.UnprocessedItems).toEqual({});
        const wanted = { [store.table]: { Keys: [...keys, marshall(store.key())] } };
        const { Responses } = await store.send(new aws.BatchGetItemCommand({ RequestItems: wanted }));
        expect(new Set(Responses?.[store.table]?.map(({ pk }) => pk?.S))).toEqual(
          new Set(keys.map((key) => key["pk"]?.S)),
        );
      },
    },
    {
      title: "are in a batch only once",
      tell: async (store) => {
        const Key = marshall(store.key());
        const twice = { [store.table]: [{ PutRequest: { Item: Key } }, { DeleteRequest: { Key } }] };
        expect(await refusal(store.send(new aws.BatchWriteItemCommand({ RequestItems: twice })))).toEqual(
          invalid("Provided list of item keys contains duplicates"),
        );
      },
    },
  ],
};
