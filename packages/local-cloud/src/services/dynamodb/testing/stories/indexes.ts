import { marshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import { column, invalid, refusal, values } from "../store.ts";
import type { Chapter } from "./story.ts";

const byWho = (who: string) => ({
  IndexName: "by-who",
  KeyConditionExpression: "who = :who",
  ...values({ who }),
});

export const indexes: Chapter = {
  subject: "an index",
  stories: [
    {
      title: "has the items that have its keys, with what it was told to hold",
      tell: async (store) => {
        const who = store.key().pk;
        const items = [3, 1, 2].map((score) => ({ ...store.key(), who, score, note: "n", more: "m" }));
        const others = [{ who }, { score: 1 }, { who: "somebody", score: 1 }];
        await store.putAll([...items, ...others.map((other) => ({ ...store.key(), ...other }))]);
        const expected = items.toSorted((a, b) => a.score - b.score).map(({ more: _, ...rest }) => marshall(rest));
        expect((await store.query(byWho(who))).Items).toEqual(expected);
        const backwards = await store.query({ ...byWho(who), ScanIndexForward: false });
        expect(backwards.Items).toEqual(expected.toReversed());
      },
    },
    {
      title: "is paged by its own keys and those of the table",
      tell: async (store) => {
        const who = store.key().pk;
        await store.putAll([1, 1, 2].map((score) => ({ ...store.key(), who, score })));
        const first = await store.query({ ...byWho(who), Limit: 2 });
        expect(Object.keys(first.LastEvaluatedKey ?? {}).toSorted()).toEqual(["pk", "score", "sk", "who"]);
        const second = await store.query({ ...byWho(who), ExclusiveStartKey: first.LastEvaluatedKey ?? {} });
        expect(column(second.Items, "score")).toEqual([2]);
      },
    },
    {
      title: "follows its items",
      tell: async (store) => {
        const key = store.key();
        const scores = async () => {
          await store.settle();
          return column((await store.query(byWho(key.pk))).Items, "score");
        };
        await store.put({ ...key, who: key.pk, score: 1 });
        expect(await scores()).toEqual([1]);
        await store.update(key, { UpdateExpression: "SET score = :v", ...values({ v: 2 }) });
        expect(await scores()).toEqual([2]);
        await store.update(key, { UpdateExpression: "REMOVE score" });
        expect(await scores()).toEqual([]);
      },
    },
    {
      title: "does not show what it does not hold",
      tell: async (store) => {
        const more = { ...byWho("me"), ProjectionExpression: "note, more" };
        expect(await refusal(store.query(more))).toEqual(
          invalid("One or more parameter values were invalid: Global secondary index by-who does not project [more]"),
        );
      },
    },
  ],
};
