import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { Store, text, values, type Plain } from "./testing/store.ts";
import { startTestCloud } from "./testing/test-cloud.ts";

const ReturnConsumedCapacity = "INDEXES";
const t = (kilobytes: number) => text(kilobytes * 1024);

describe("the capacity that a write consumes", () => {
  // The index by who and score also holds note.
  const here = { who: "me", score: 1, note: "" };
  const writes: [what: string, before: Plain | undefined, after: Plain | undefined, table: number, index: number][] = [
    ["a new item", undefined, { t: t(1) }, 2, 0],
    ["a new item that the index holds", undefined, here, 1, 1],
    ["an item that grows", {}, { t: t(3) }, 4, 0],
    ["an item that shrinks: as large as it was", { t: t(3) }, {}, 4, 0],
    ["an item that goes: as large as it was", { t: t(3) }, undefined, 4, 0],
    ["an item that was not there", undefined, undefined, 1, 0],
    ["a change that the index does not show", here, { ...here, t: t(1) }, 2, 0],
    ["a change that the index shows", here, { ...here, note: t(1) }, 2, 2],
    ["another key in the index: out and in again", here, { ...here, score: 2 }, 1, 2],
    ["an item that leaves the index", { ...here, note: t(1) }, { who: "me" }, 2, 2],
  ];
  it.each(writes)("by %s", async (_, before, after, table, index) => {
    const store = await Store.open(startTestCloud());
    const key = store.key();
    if (before !== undefined) await store.put({ ...key, ...before });
    const gone = new aws.DeleteItemCommand({ TableName: store.table, Key: marshall(key), ReturnConsumedCapacity });
    const written =
      after === undefined ? store.send(gone) : store.put({ ...key, ...after }, { ReturnConsumedCapacity });
    const { ConsumedCapacity } = await written;
    expect(ConsumedCapacity).toEqual({
      TableName: store.table,
      CapacityUnits: table + index,
      Table: { CapacityUnits: table },
      ...(index === 0 ? {} : { GlobalSecondaryIndexes: { "by-who": { CapacityUnits: index } } }),
    });
  });

  it("in a batch is the sum of its writes", async () => {
    const store = await Store.open(startTestCloud());
    const puts = [t(1), t(2)].map((t) => ({ PutRequest: { Item: marshall({ ...store.key(), t }) } }));
    const RequestItems = { [store.table]: puts };
    const batch = new aws.BatchWriteItemCommand({ RequestItems, ReturnConsumedCapacity: "TOTAL" });
    expect((await store.send(batch)).ConsumedCapacity).toEqual([{ TableName: store.table, CapacityUnits: 5 }]);
  });
});

describe("the capacity that a read consumes", () => {
  it("in a batch is rounded up for each item by itself", async () => {
    const store = await Store.open(startTestCloud());
    const keys = [store.key(), store.key(), store.key()];
    await store.putAll(keys.slice(1).map((key) => ({ ...key, t: t(4) })));
    const Keys = keys.map((key) => marshall(key));
    const read = (ConsistentRead: boolean) =>
      store.send(
        new aws.BatchGetItemCommand({
          RequestItems: { [store.table]: { Keys, ConsistentRead } },
          ReturnConsumedCapacity,
        }),
      );
    expect((await read(true)).ConsumedCapacity).toMatchObject([{ CapacityUnits: 5 }]);
    expect((await read(false)).ConsumedCapacity).toMatchObject([{ CapacityUnits: 2.5 }]);
  });

  it("from an index is the index's", async () => {
    const store = await Store.open(startTestCloud());
    await store.putAll([1, 2].map((score) => ({ ...store.key(), who: "me", score, note: t(3), more: t(30) })));
    const { ConsumedCapacity } = await store.query({
      IndexName: "by-who",
      KeyConditionExpression: "who = :v",
      ...values({ v: "me" }),
      ReturnConsumedCapacity,
    });
    expect(ConsumedCapacity).toEqual({
      TableName: store.table,
      CapacityUnits: 1,
      Table: { CapacityUnits: 0 },
      GlobalSecondaryIndexes: { "by-who": { CapacityUnits: 1 } },
    });
  });
});
