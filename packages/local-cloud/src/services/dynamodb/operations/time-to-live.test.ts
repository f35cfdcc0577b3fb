import * as aws from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { column, invalid, refusal, Store, values } from "../testing/store.ts";
import { startTestCloud, type TestCloud } from "../testing/test-cloud.ts";

const HOUR_MS = 3_600_000;
const dials = { expiryDelayMs: { min: HOUR_MS, max: HOUR_MS } };

async function start(): Promise<{ cloud: TestCloud; store: Store; inSeconds: (seconds: number) => number }> {
  const cloud = startTestCloud({ dials });
  const store = await Store.open(cloud);
  return { cloud, store, inSeconds: (seconds) => Math.floor(cloud.now() / 1000) + seconds };
}

const expireBy = (store: Store, AttributeName: string, Enabled = true) =>
  store.send(
    new aws.UpdateTimeToLiveCommand({ TableName: store.table, TimeToLiveSpecification: { AttributeName, Enabled } }),
  );
const describeTtl = async (store: Store) =>
  (await store.send(new aws.DescribeTimeToLiveCommand({ TableName: store.table }))).TimeToLiveDescription;

describe("time to live", () => {
  it("is described as it is", async () => {
    const { cloud, store } = await start();
    expect(await describeTtl(store)).toEqual({ TimeToLiveStatus: "DISABLED" });
    await expireBy(store, "endsAt");
    expect(await describeTtl(store)).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "endsAt" });
    await cloud.advance(HOUR_MS);
    await expireBy(store, "endsAt", false);
    expect(await describeTtl(store)).toEqual({ TimeToLiveStatus: "DISABLED" });
  });

  it("deletes an item as late after its expiry as the dial says, from the table and then from its index", async () => {
    const { cloud, store, inSeconds } = await start();
    await expireBy(store, "endsAt");
    const key = store.key();
    await store.put({ ...key, endsAt: inSeconds(60), who: key.pk, score: 1 });
    const inIndex = { IndexName: "by-who", KeyConditionExpression: "who = :v", ...values({ v: key.pk }) };
    await cloud.advance(60_000 + HOUR_MS - 1000);
    expect(await store.read(key)).toBeDefined();
    expect((await store.query(inIndex)).Count).toBe(1);
    await cloud.advance(1000);
    expect(await store.read(key)).toBeUndefined();
    expect(cloud.db.admin.items(store.table)).toEqual([]);
    await store.settle();
    expect((await store.query(inIndex)).Count).toBe(0);
  });

  it("goes by what an item says last", async () => {
    const { cloud, store, inSeconds } = await start();
    await expireBy(store, "endsAt");
    const [longer, never, replaced] = [store.key(), store.key(), store.key()];
    await store.putAll([longer, never, replaced].map((key) => ({ ...key, endsAt: inSeconds(60) })));
    await store.update(longer, { UpdateExpression: "SET endsAt = :v", ...values({ v: inSeconds(7200) }) });
    await store.update(never, { UpdateExpression: "REMOVE endsAt" });
    await store.put({ ...replaced, endsAt: "tomorrow" });
    await cloud.advance(2 * HOUR_MS);
    expect(cloud.db.admin.items(store.table)).toHaveLength(3);
    await cloud.advance(HOUR_MS + 60_000);
    expect(await store.read(longer)).toBeUndefined();
    expect(cloud.db.admin.items(store.table)).toHaveLength(2);
  });

  it("takes hold of the items that are there when it is enabled, and lets go of them when it is disabled", async () => {
    const { cloud, store, inSeconds } = await start();
    await store.putAll(
      [-3600, 2 * 3600].map((seconds) => ({ ...store.key(), endsAt: inSeconds(seconds), n: seconds })),
    );
    await expireBy(store, "endsAt");
    await cloud.advance(HOUR_MS);
    expect(column(cloud.db.admin.items(store.table) as Record<string, aws.AttributeValue>[], "n")).toEqual([7200]);
    await expireBy(store, "endsAt", false);
    await cloud.advance(100 * HOUR_MS);
    expect(cloud.db.admin.items(store.table)).toHaveLength(1);
  });

  it("leaves items alone that expired more than five years ago", async () => {
    const { cloud, store, inSeconds } = await start();
    await expireBy(store, "endsAt");
    const years = (count: number) => inSeconds(-count * 365 * 86_400);
    await store.putAll([years(4.9), years(5.1), 0].map((endsAt) => ({ ...store.key(), endsAt })));
    await cloud.advance(2 * HOUR_MS);
    expect(cloud.db.admin.items(store.table)).toHaveLength(2);
  });

  it("changes once in an hour at most", async () => {
    const { cloud, store } = await start();
    expect(await refusal(expireBy(store, "endsAt", false))).toEqual(invalid("TimeToLive is already disabled"));
    await expireBy(store, "endsAt");
    expect(await refusal(expireBy(store, "endsAt"))).toEqual(invalid("TimeToLive is already enabled"));
    expect(await refusal(expireBy(store, "other"))).toEqual(
      invalid("TimeToLive is active on a different AttributeName: current AttributeName is endsAt"),
    );
    await cloud.advance(HOUR_MS - 1);
    expect(await refusal(expireBy(store, "endsAt", false))).toEqual(
      invalid("Time to live has been modified multiple times within a fixed interval"),
    );
    await cloud.advance(1);
    await expireBy(store, "endsAt", false);
  });
});
