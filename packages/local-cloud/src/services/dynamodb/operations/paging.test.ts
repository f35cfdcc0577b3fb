import * as aws from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, Store, values } from "../testing/store.ts";
import { startTestCloud } from "../testing/test-cloud.ts";

describe("paging with any limit", () => {
  const sizes = { limit: fc.integer({ min: 1, max: 7 }), count: fc.integer({ min: 0, max: 20 }) };

  /** Asks for page after page, and checks that each but the last has as many items as it may. */
  async function readAll(
    limit: number,
    readPage: (start: object) => Promise<aws.QueryCommandOutput | aws.ScanCommandOutput>,
  ): Promise<Record<string, aws.AttributeValue>[]> {
    const items: Record<string, aws.AttributeValue>[] = [];
    let start: object | undefined = {};
    while (start !== undefined) {
      const { Items = [], LastEvaluatedKey }: aws.QueryCommandOutput = await readPage({ ...start, Limit: limit });
      items.push(...Items);
      expect(Items.length === limit).toBe(LastEvaluatedKey !== undefined);
      start = LastEvaluatedKey === undefined ? undefined : { ExclusiveStartKey: LastEvaluatedKey };
    }
    return items;
  }

  async function filled(count: number): Promise<Store> {
    const store = await Store.open(startTestCloud());
    const numbers = Array.from({ length: count }, (_, n) => n);
    await store.putAll(
      numbers.flatMap((n) => [
        { pk: "a", sk: String(n).padStart(3, "0"), n, who: "me", score: n % 3 },
        { pk: `other-${n}`, sk: "0", n: count + n },
      ]),
    );
    return store;
  }

  it("of a query, in either direction, meets each item once, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ ...sizes, forward: fc.boolean() }), async ({ limit, count, forward }) => {
        const store = await filled(count);
        const condition = { KeyConditionExpression: "pk = :v", ...values({ v: "a" }), ScanIndexForward: forward };
        const items = await readAll(limit, (page) => store.query({ ...condition, ...page }));
        const numbers = Array.from({ length: count }, (_, n) => n);
        expect(column(items, "n")).toEqual(forward ? numbers : numbers.toReversed());
      }),
      { numRuns: 40 },
    );
  });

  it("of an index, in either direction, meets each item once, in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ ...sizes, forward: fc.boolean() }), async ({ limit, count, forward }) => {
        const store = await filled(count);
        const condition = { KeyConditionExpression: "who = :v", ...values({ v: "me" }), ScanIndexForward: forward };
        const items = await readAll(limit, (page) => store.query({ ...condition, ...page, IndexName: "by-who" }));
        const scores = column(items, "score");
        expect(scores).toEqual(scores.toSorted((a, b) => (forward ? a - b : b - a)));
        expect(new Set(items.map(({ sk }) => sk?.S)).size).toBe(count);
        expect(items).toHaveLength(count);
      }),
      { numRuns: 40 },
    );
  });

  it("of a scan in any number of segments meets each item once", async () => {
    const segments = fc.integer({ min: 1, max: 5 });
    await fc.assert(
      fc.asyncProperty(fc.record({ ...sizes, segments }), async ({ limit, count, segments: TotalSegments }) => {
        const store = await filled(count);
        const found: number[] = [];
        for (let Segment = 0; Segment < TotalSegments; Segment++) {
          const scan = { TableName: store.table, Segment, TotalSegments };
          const items = await readAll(limit, (page) => store.send(new aws.ScanCommand({ ...scan, ...page })));
          found.push(...column(items, "n"));
        }
        expect(found.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2 * count }, (_, n) => n));
      }),
      { numRuns: 40 },
    );
  });
});
