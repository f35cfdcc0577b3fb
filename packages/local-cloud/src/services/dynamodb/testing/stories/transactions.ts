import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { invalid, refusal, values, type Plain, type Store } from "../store.ts";
import type { Chapter } from "./story.ts";

const put = (store: Store, item: Plain, more: object = {}): aws.TransactWriteItem => ({
  Put: { TableName: store.table, Item: marshall(item), ...more },
});

const check = (store: Store, key: Plain, ConditionExpression: string): aws.TransactWriteItem => ({
  ConditionCheck: { TableName: store.table, Key: marshall(key), ConditionExpression },
});

const write = (store: Store, TransactItems: aws.TransactWriteItem[], token?: string) =>
  store.send(
    new aws.TransactWriteItemsCommand({
      TransactItems,
      ...(token === undefined ? {} : { ClientRequestToken: token }),
    }),
  );

export const transactions: Chapter = {
  subject: "a transaction",
  stories: [
    {
      title: "writes all of its items",
      tell: async (store) => {
        const [changed, added, deleted] = [store.key(), store.key(), store.key()];
        await store.putAll([changed, deleted]);
        const [TableName, Key] = [store.table, marshall(changed)];
        const addition = { UpdateExpression: "ADD n :v", ...values({ v: 1 }) };
        await write(store, [
          { Update: { TableName, Key, ...addition } },
          put(store, added),
          { Delete: { TableName, Key: marshall(deleted) } },
          check(store, store.key(), "attribute_not_exists(pk)"),
        ]);
        expect(await store.read(changed)).toEqual(marshall({ ...changed, n: 1 }));
        expect(await store.read(added)).toEqual(marshall(added));
        expect(await store.read(deleted)).toBeUndefined();
      },
    },
    {
      title: "writes nothing when a condition fails, and says of each item why",
      tell: async (store) => {
        const [there, absent, other] = [{ ...store.key(), a: 1 }, store.key(), store.key()];
        await store.put(there);
        const cancelled: unknown = await write(store, [
          put(store, other),
          put(store, there, {
            ConditionExpression: "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
          check(store, absent, "attribute_exists(pk)"),
        ]).catch((error: unknown) => error);
        const reason = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
        expect(cancelled).toBeInstanceOf(aws.TransactionCanceledException);
        expect(cancelled).toMatchObject({
          message:
            "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]",
          CancellationReasons: [{ Code: "None" }, { ...reason, Item: marshall(there) }, reason],
        });
        expect(await store.read(other)).toBeUndefined();
      },
    },
    {
      title: "meets each item once",
      tell: async (store) => {
        const key = store.key();
        const twice = write(store, [put(store, key), check(store, key, "attribute_exists(pk)")]);
        expect(await refusal(twice)).toEqual(
          invalid("Transaction request cannot include multiple operations on one item"),
        );
      },
    },
    {
      title: "with a token happens once in ten minutes",
      tell: async (store) => {
        const key = store.key();
        const bump = { UpdateExpression: "ADD n :v", ...values({ v: 1 }) };
        const add = () => write(store, [{ Update: { TableName: store.table, Key: marshall(key), ...bump } }], key.pk);
        await add();
        await add();
        expect(await store.read(key)).toEqual(marshall({ ...key, n: 1 }));
        const { name } = await refusal(write(store, [put(store, key)], key.pk));
        expect(name).toBe("IdempotentParameterMismatchException");
        await store.target.advance(600_001);
        await add();
        expect(await store.read(key)).toEqual(marshall({ ...key, n: 2 }));
      },
    },
    {
      title: "reads several items at once",
      tell: async (store) => {
        const [there, absent] = [{ ...store.key(), a: 1 }, store.key()];
        await store.put(there);
        const gets = [{ pk: there.pk, sk: there.sk }, absent].map((key) => marshall(key));
        const TransactItems = gets.map((Key) => ({ Get: { TableName: store.table, Key } }));
        const { Responses } = await store.send(new aws.TransactGetItemsCommand({ TransactItems }));
        expect(Responses).toEqual([{ Item: marshall(there) }, {}]);
      },
    },
  ],
};
