import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { text, values } from "../store.ts";
import type { Chapter } from "./story.ts";

const ReturnConsumedCapacity = "INDEXES";

export const capacity: Chapter = {
  subject: "capacity",
  stories: [
    {
      title: "is consumed by kilobytes written",
      tell: async (store) => {
        const { ConsumedCapacity } = await store.put({ ...store.key(), t: text(2000) }, { ReturnConsumedCapacity });
        expect(ConsumedCapacity).toEqual({
          TableName: store.table,
          CapacityUnits: 2,
          Table: { CapacityUnits: 2 },
        });
      },
    },
    {
      title: "is consumed in the indexes that a write changes",
      tell: async (store) => {
        const item = { ...store.key(), t: text(2000), who: "me", score: 1 };
        const { ConsumedCapacity } = await store.put(item, { ReturnConsumedCapacity });
        expect(ConsumedCapacity).toEqual({
          TableName: store.table,
          CapacityUnits: 3,
          Table: { CapacityUnits: 2 },
          GlobalSecondaryIndexes: { "by-who": { CapacityUnits: 1 } },
        });
      },
    },
    {
      title: "is consumed by four kilobytes read, half as much where the answer may be stale",
      tell: async (store) => {
        const key = store.key();
        await store.put({ ...key, t: text(5000) });
        const get = { TableName: store.table, Key: marshall(key), ReturnConsumedCapacity } as const;
        const stale = await store.send(new GetItemCommand(get));
        expect(stale.ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
        const consistent = await store.send(new GetItemCommand({ ...get, ConsistentRead: true }));
        expect(consistent.ConsumedCapacity).toMatchObject({ CapacityUnits: 2 });
      },
    },
    {
      title: "is consumed by what a query reads, not by what it finds",
      tell: async (store) => {
        const { pk } = store.key();
        await store.putAll(["0", "1", "2"].map((sk) => ({ pk, sk, t: text(3000) })));
        const { ConsumedCapacity } = await store.query({
          KeyConditionExpression: "pk = :pk",
          FilterExpression: "absent = :v",
          ...values({ pk, v: 1 }),
          ReturnConsumedCapacity,
        });
        expect(ConsumedCapacity).toMatchObject({ CapacityUnits: 1.5 });
      },
    },
    {
      title: "is consumed even by a query that reads nothing",
      tell: async (store) => {
        const nobody = { KeyConditionExpression: "pk = :pk", ...values({ pk: "nobody" }) };
        const { ConsumedCapacity } = await store.query({ ...nobody, ReturnConsumedCapacity });
        expect(ConsumedCapacity).toMatchObject({ CapacityUnits: 0.5 });
      },
    },
  ],
};
