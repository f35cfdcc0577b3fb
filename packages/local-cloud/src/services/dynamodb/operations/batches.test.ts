import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { refusal, Store, text, type Plain } from "../testing/store.ts";
import { startTestCloud } from "../testing/test-cloud.ts";

const puts = (items: readonly Plain[]) => items.map((item) => ({ PutRequest: { Item: marshall(item) } }));
const writeBatch = (store: Store, requests: aws.WriteRequest[]) =>
  store.send(new aws.BatchWriteItemCommand({ RequestItems: { [store.table]: requests } }));
const readBatch = (store: Store, block: Partial<aws.KeysAndAttributes> & Pick<aws.KeysAndAttributes, "Keys">) =>
  store.send(new aws.BatchGetItemCommand({ RequestItems: { [store.table]: block } }));

describe("a batch of writes", () => {
  it("leaves some of its items unprocessed by the dial, and writes the others", async () => {
    const cloud = startTestCloud({ dials: { unprocessed: 0.5 } });
    const store = await Store.open(cloud);
    let left: aws.WriteRequest[] = puts(Array.from({ length: 25 }, () => store.key()));
    const first = await writeBatch(store, left);
    const unprocessed = first.UnprocessedItems?.[store.table] ?? [];
    expect(unprocessed.length).toBeGreaterThan(0);
    expect(cloud.db.admin.items(store.table)).toHaveLength(25 - unprocessed.length);
    for (left = unprocessed; left.length > 0;) {
      left = (await writeBatch(store, left)).UnprocessedItems?.[store.table] ?? [];
    }
    expect(cloud.db.admin.items(store.table)).toHaveLength(25);
  });

  it("is throttled as a whole when none of it can be processed", async () => {
    const cloud = startTestCloud({ dials: { unprocessed: 1 } });
    const store = await Store.open(cloud);
    expect((await refusal(writeBatch(store, puts([store.key()])))).name).toBe("ThrottlingException");
    expect((await refusal(readBatch(store, { Keys: [marshall(store.key())] }))).name).toBe("ThrottlingException");
  });

  it("is refused whole with one item that does not fit", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    expect((await refusal(writeBatch(store, puts([store.key(), { pk: 1, sk: "0" }])))).message).toBe(
      "The provided key element does not match the schema",
    );
    expect(
      (await refusal(writeBatch(store, puts([store.key(), { pk: "a", sk: "0", t: text(410_000) }])))).message,
    ).toBe("Item size has exceeded the maximum allowed size");
    expect(cloud.db.admin.items(store.table)).toEqual([]);
  });

  it("has 25 requests at most", async () => {
    const store = await Store.open(startTestCloud());
    const requests = puts(Array.from({ length: 26 }, () => store.key()));
    expect((await refusal(writeBatch(store, requests))).message).toContain(
      "Map value must satisfy constraint: [Member must have length less than or equal to 25, Member must have length greater than or equal to 1]",
    );
  });
});

describe("a batch of reads", () => {
  it("leaves some of its keys unprocessed by the dial, with the rest of their request", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    const keys = Array.from({ length: 20 }, () => store.key());
    await store.putAll(keys.map((key) => ({ ...key, n: 1 })));
    cloud.db.admin.dials.unprocessed = 0.5;
    const block = { ConsistentRead: true, ProjectionExpression: "pk" };
    const { Responses, UnprocessedKeys } = await readBatch(store, { ...block, Keys: keys.map((key) => marshall(key)) });
    const left = UnprocessedKeys?.[store.table];
    expect(left).toMatchObject(block);
    const found = [...(Responses?.[store.table] ?? []), ...(left?.Keys ?? [])].map(({ pk }) => pk?.S ?? "");
    expect(found.toSorted()).toEqual(keys.map(({ pk }) => pk).toSorted());
  });

  it("returns 16 MB at most; the keys beyond come back unprocessed", async () => {
    const store = await Store.open(startTestCloud());
    const keys = Array.from({ length: 60 }, () => store.key());
    await store.putAll(keys.map((key) => ({ ...key, t: text(300 * 1024) })));
    const { Responses, UnprocessedKeys } = await readBatch(store, { Keys: keys.map((key) => marshall(key)) });
    // 54 times 300 KB, and their keys, are just below 16 MB.
    expect(Responses?.[store.table]).toHaveLength(54);
    expect(UnprocessedKeys?.[store.table]?.Keys).toHaveLength(6);
  });

  it("has 100 keys at most, each of them once", async () => {
    const store = await Store.open(startTestCloud());
    const keys = Array.from({ length: 101 }, () => marshall(store.key()));
    expect((await refusal(readBatch(store, { Keys: keys }))).message).toBe(
      "1 validation error detected: Value at 'RequestItems.stories.member.Keys' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
    expect((await refusal(readBatch(store, { Keys: [...keys.slice(0, 2), ...keys.slice(0, 1)] }))).message).toBe(
      "Provided list of item keys contains duplicates",
    );
  });
});
