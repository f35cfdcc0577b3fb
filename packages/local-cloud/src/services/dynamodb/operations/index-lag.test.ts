import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { column, invalid, refusal, Store, values } from "../testing/store.ts";
import { startTestCloud } from "../testing/test-cloud.ts";

const byWho = { IndexName: "by-who", KeyConditionExpression: "who = :v", ...values({ v: "me" }) };

describe("an index", () => {
  it("is as far behind its table as the dial says", async () => {
    const cloud = startTestCloud({ dials: { indexLagMs: { min: 500, max: 500 } } });
    const store = await Store.open(cloud);
    const key = store.key();
    await store.put({ ...key, who: "me", score: 1 });
    await cloud.advance(499);
    expect((await store.query(byWho)).Count).toBe(0);
    await cloud.advance(1);
    expect((await store.query(byWho)).Count).toBe(1);
    await store.send(new aws.DeleteItemCommand({ TableName: store.table, Key: marshall(key) }));
    expect((await store.query(byWho)).Count).toBe(1);
    await cloud.advance(500);
    expect((await store.query(byWho)).Count).toBe(0);
  });

  it("without lag shows a write at once", async () => {
    const store = await Store.open(startTestCloud({ dials: { indexLagMs: { min: 0, max: 0 } } }));
    await store.put({ ...store.key(), who: "me", score: 1 });
    expect((await store.query(byWho)).Count).toBe(1);
  });

  it("never goes back, however the lag of single writes varies", async () => {
    const cloud = startTestCloud({ dials: { indexLagMs: { min: 0, max: 1000 } } });
    const store = await Store.open(cloud);
    const key = store.key();
    let seen = -1;
    for (let score = 0; score < 50; score++) {
      await store.put({ ...key, who: "me", score });
      await cloud.advance(50);
      const [found = -1] = column((await store.query(byWho)).Items, "score");
      expect(found).toBeGreaterThanOrEqual(seen);
      seen = found;
    }
    await cloud.advance(1000);
    expect(column((await store.query(byWho)).Items, "score")).toEqual([49]);
  });

  it("is not read consistently, nor for more than it holds", async () => {
    const store = await Store.open(startTestCloud());
    expect(await refusal(store.query({ ...byWho, ConsistentRead: true }))).toEqual(
      invalid("Consistent reads are not supported on global secondary indexes"),
    );
    expect((await refusal(store.query({ ...byWho, Select: "ALL_ATTRIBUTES" }))).message).toContain(
      "Select type ALL_ATTRIBUTES is not supported for global secondary index by-who",
    );
  });

  it("with the same key for many items pages through all of them", async () => {
    const store = await Store.open(startTestCloud());
    const keys = Array.from({ length: 7 }, () => store.key());
    await store.putAll(keys.map((key) => ({ ...key, who: "me", score: 1 })));
    const found: string[] = [];
    let ExclusiveStartKey: Record<string, aws.AttributeValue> | undefined;
    do {
      const start: object = ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey };
      const page = await store.query({ ...byWho, Limit: 2, ...start });
      found.push(...(page.Items ?? []).map(({ pk }) => pk?.S ?? ""));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(found.toSorted()).toEqual(keys.map(({ pk }) => pk).toSorted());
  });
});
