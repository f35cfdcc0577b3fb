import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { invalid, refusal, Store, text, values, type Plain } from "../testing/store.ts";
import { startTestCloud } from "../testing/test-cloud.ts";

const put = (store: Store, item: Plain): aws.TransactWriteItem => ({
  Put: { TableName: store.table, Item: marshall(item) },
});
const write = (store: Store, TransactItems: aws.TransactWriteItem[], more: object = {}) =>
  store.send(new aws.TransactWriteItemsCommand({ TransactItems, ...more }));
const reasonsOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "it was not cancelled",
    (error: unknown) => (error instanceof aws.TransactionCanceledException ? error.CancellationReasons : error),
  );

describe("a transaction that writes", () => {
  it("tells of what is wrong with each action by itself", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    const Key = marshall(store.key());
    const TableName = store.table;
    const reasons = await reasonsOf(
      write(store, [
        put(store, { pk: "a", sk: 1 }),
        put(store, store.key()),
        { Update: { TableName, Key, UpdateExpression: "SET a = b" } },
        { Delete: { TableName, Key: marshall({ pk: "a" }) } },
      ]),
    );
    expect(reasons).toEqual([
      { Code: "ValidationError", Message: expect.stringContaining("Type mismatch for key sk expected: S actual: N") },
      { Code: "None" },
      {
        Code: "ValidationError",
        Message: "The provided expression refers to an attribute that does not exist in the item",
      },
      { Code: "ValidationError", Message: "The provided key element does not match the schema" },
    ]);
    expect(cloud.db.admin.items(store.table)).toEqual([]);
  });

  it("is not tried at all with an empty key", async () => {
    const store = await Store.open(startTestCloud());
    const message =
      "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: pk";
    expect(await refusal(write(store, [put(store, store.key()), put(store, { pk: "", sk: "0" })]))).toEqual(
      invalid(message),
    );
  });

  it("meets another one by the dial, and so do single writes", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    const [one, other] = [store.key(), store.key()];
    cloud.db.admin.dials.transactionConflict = 1;
    const conflict = { Code: "TransactionConflict", Message: "Transaction is ongoing for the item" };
    expect(await reasonsOf(write(store, [put(store, one)]))).toEqual([conflict]);
    const reasons = await reasonsOf(write(store, [put(store, one), put(store, other)]));
    expect(reasons).toEqual(expect.arrayContaining([conflict, { Code: "None" }]));
    const reads = { TransactItems: [{ Get: { TableName: store.table, Key: marshall(one) } }] };
    expect(await reasonsOf(store.send(new aws.TransactGetItemsCommand(reads)))).toEqual([conflict]);
    expect((await refusal(store.put(one))).name).toBe("TransactionConflictException");
    expect(cloud.db.admin.items(store.table)).toEqual([]);
  });

  it("has 100 actions at most", async () => {
    const store = await Store.open(startTestCloud());
    const puts = (count: number) => Array.from({ length: count }, () => put(store, store.key()));
    await write(store, puts(100));
    expect((await refusal(write(store, puts(101)))).message).toContain(
      "Member must have length less than or equal to 100",
    );
    expect((await refusal(write(store, []))).message).toContain("Member must have length greater than or equal to 1");
  });

  it("has 4 MB at most", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    const puts = (count: number) =>
      Array.from({ length: count }, () => put(store, { ...store.key(), t: text(400_000) }));
    await write(store, puts(10));
    expect((await refusal(write(store, puts(11)))).name).toBe("ValidationException");
    expect(cloud.db.admin.items(store.table)).toHaveLength(10);
  });

  it("is in an action one thing only", async () => {
    const store = await Store.open(startTestCloud());
    const Delete = { TableName: store.table, Key: marshall(store.key()) };
    expect(await refusal(write(store, [{ ...put(store, store.key()), Delete }]))).toEqual(
      invalid("TransactItems can only contain one of Check, Put, Update or Delete"),
    );
  });

  it("costs twice as much as its writes, and when it comes again as much as reading them", async () => {
    const store = await Store.open(startTestCloud());
    const items = [
      { ...store.key(), t: text(1500), who: "me", score: 1 },
      { ...store.key(), t: text(5000) },
    ];
    const more = { ClientRequestToken: "token", ReturnConsumedCapacity: "INDEXES" };
    const actions = items.map((item) => put(store, item));
    expect((await write(store, actions, more)).ConsumedCapacity).toEqual([
      {
        TableName: store.table,
        CapacityUnits: 16,
        WriteCapacityUnits: 16,
        Table: { CapacityUnits: 14, WriteCapacityUnits: 14 },
        GlobalSecondaryIndexes: { "by-who": { CapacityUnits: 2, WriteCapacityUnits: 2 } },
      },
    ]);
    expect((await write(store, actions, more)).ConsumedCapacity).toEqual([
      {
        TableName: store.table,
        CapacityUnits: 6,
        ReadCapacityUnits: 6,
        Table: { CapacityUnits: 6, ReadCapacityUnits: 6 },
      },
    ]);
  });

  it("that was cancelled may come again with its token", async () => {
    const store = await Store.open(startTestCloud());
    const key = store.key();
    const Update = {
      TableName: store.table,
      Key: marshall(key),
      UpdateExpression: "SET n = n + :v",
      ...values({ v: 1 }),
    };
    const more = { ClientRequestToken: "token" };
    expect(await reasonsOf(write(store, [{ Update }], more))).toMatchObject([{ Code: "ValidationError" }]);
    await store.put({ ...key, n: 1 });
    await write(store, [{ Update }], more);
    expect((await store.read(key))?.["n"]).toEqual({ N: "2" });
  });

  it("across tables writes to all of them or to none", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    const other = await store.createTable();
    const key = marshall(store.key());
    const both = (ConditionExpression: string): aws.TransactWriteItem[] => [
      { Put: { TableName: store.table, Item: key } },
      { Put: { TableName: other, Item: key, ConditionExpression } },
    ];
    await reasonsOf(write(store, both("attribute_exists(pk)")));
    expect(cloud.db.admin.items(store.table)).toEqual([]);
    await write(store, both("attribute_not_exists(pk)"));
    expect([store.table, other].map((name) => cloud.db.admin.items(name).length)).toEqual([1, 1]);
  });
});

describe("a transaction that reads", () => {
  it("costs twice as much as its reads, also of what is not there", async () => {
    const store = await Store.open(startTestCloud());
    const there = { ...store.key(), t: text(5000) };
    await store.put(there);
    const keys = [{ pk: there.pk, sk: there.sk }, store.key()];
    const answer = await store.send(
      new aws.TransactGetItemsCommand({
        TransactItems: keys.map((key) => ({
          Get: { TableName: store.table, Key: marshall(key), ProjectionExpression: "sk" },
        })),
        ReturnConsumedCapacity: "TOTAL",
      }),
    );
    expect(answer.Responses).toEqual([{ Item: { sk: { S: "0" } } }, {}]);
    expect(answer.ConsumedCapacity).toEqual([{ TableName: store.table, CapacityUnits: 6, ReadCapacityUnits: 6 }]);
  });

  it("meets each item once", async () => {
    const store = await Store.open(startTestCloud());
    const Get = { TableName: store.table, Key: marshall(store.key()) };
    expect(await refusal(store.send(new aws.TransactGetItemsCommand({ TransactItems: [{ Get }, { Get }] })))).toEqual(
      invalid("Transaction request cannot include multiple operations on one item"),
    );
  });
});
