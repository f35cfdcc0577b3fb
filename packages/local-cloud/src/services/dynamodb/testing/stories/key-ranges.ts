import type { AttributeValue, ScalarAttributeType } from "@aws-sdk/client-dynamodb";
import { expect } from "vitest";
import { column, definition, type Store } from "../store.ts";
import type { Chapter, Story } from "./story.ts";

/** Sort keys in their order: texts and bytes by unsigned bytes (texts in UTF-8), numbers by value. */
const ordered: Record<ScalarAttributeType, readonly AttributeValue[]> = {
  S: ["A", "B", "a", "aa", "b", "é", "～", "🧀"].map((S) => ({ S })),
  N: ["-1E125", "-12.5", "-12", "-1E-130", "0", "1E-130", "0.5", "3", "12", `1${"0".repeat(36)}1`].map((N) => ({ N })),
  B: [[0], [0, 0], [0, 1], [127], [128], [255], [255, 0]].map((bytes) => ({ B: new Uint8Array(bytes) })),
};

const LOW = 2;
const HIGH = 5;

/** Which of the sort keys a condition finds, by their numbers. */
const ranges: readonly [condition: string, found: (all: number[]) => number[]][] = [
  ["pk = :pk", (all) => all],
  ["pk = :pk AND sk = :low", () => [LOW]],
  ["pk = :pk AND :low > sk", (all) => all.slice(0, LOW)],
  ["sk <= :low AND pk = :pk", (all) => all.slice(0, LOW + 1)],
  ["(pk = :pk) AND (sk > :low)", (all) => all.slice(LOW + 1)],
  [":pk = pk AND :low <= sk", (all) => all.slice(LOW)],
  ["pk = :pk AND sk < :low", (all) => all.slice(0, LOW)],
  ["pk = :pk AND :low >= sk", (all) => all.slice(0, LOW + 1)],
  ["pk = :pk AND :low < sk", (all) => all.slice(LOW + 1)],
  ["pk = :pk AND sk BETWEEN :low AND :high", (all) => all.slice(LOW, HIGH + 1)],
];

async function fillTable(store: Store, type: ScalarAttributeType): Promise<string> {
  const TableName = await store.createTable({ AttributeDefinitions: definition("", type).AttributeDefinitions });
  const items = ordered[type].map((sk, index) => ({ pk: { S: "a" }, sk, index: { N: String(index) } }));
  // Neither in their order nor against it.
  const mixed = [...items.filter((_, n) => n % 2 === 1).toReversed(), ...items.filter((_, n) => n % 2 === 0)];
  for (const Item of mixed) await store.put({}, { TableName, Item });
  for (const sk of ordered[type]) await store.put({}, { TableName, Item: { pk: { S: "b" }, sk } });
  return TableName;
}

const story = (type: ScalarAttributeType): Story => ({
  title: `finds what lies in it, in order and backwards, among sort keys of type ${type}`,
  tell: async (store) => {
    const TableName = await fillTable(store, type);
    const [low = { S: "" }, high = { S: "" }] = [ordered[type][LOW], ordered[type][HIGH]];
    const all = ordered[type].map((_, index) => index);
    for (const [KeyConditionExpression, found] of ranges) {
      const given = Object.entries({ ":pk": { S: "a" }, ":low": low, ":high": high });
      const used = given.filter(([name]) => KeyConditionExpression.includes(name));
      const input = { TableName, KeyConditionExpression, ExpressionAttributeValues: Object.fromEntries(used) };
      const forwards = await store.query(input);
      expect([KeyConditionExpression, column(forwards.Items, "index")]).toEqual([KeyConditionExpression, found(all)]);
      const backwards = await store.query({ ...input, ScanIndexForward: false });
      expect(column(backwards.Items, "index")).toEqual(found(all).toReversed());
    }
  },
});

export const keyRanges: Chapter = { subject: "a range of keys", stories: (["S", "N", "B"] as const).map(story) };
