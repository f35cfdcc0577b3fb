import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { column, refusal, Store, values } from "./testing/store.ts";
import { startTestCloud } from "./testing/test-cloud.ts";

/**
 * Random sequences of calls against a model so naive that it can be checked by reading: an array of items, searched
 * from end to end.
 */

interface Key {
  readonly pk: string;
  readonly sk: string;
}

interface Row extends Key {
  readonly n?: number;
  readonly who?: string;
  readonly score?: number;
}

// Few keys, so that sequences meet the same items again; characters that sort otherwise in UTF-16 than in UTF-8.
const PARTITIONS = ["a", "b"];
const SORTS = ["", "a", "aa", "b", "～", "🧀"].map((text) => `k${text}`);
const pk = fc.constantFrom(...PARTITIONS);
const sk = fc.constantFrom(...SORTS);
const small = fc.integer({ min: -3, max: 3 });
const row: fc.Arbitrary<Row> = fc.record(
  { pk, sk, n: small, who: fc.constantFrom("me", "you"), score: small },
  { requiredKeys: ["pk", "sk"] },
);

type Step =
  | { readonly kind: "put"; readonly row: Row; readonly onlyNew: boolean }
  | { readonly kind: "add"; readonly pk: string; readonly sk: string; readonly by: number }
  | { readonly kind: "unindex" | "delete"; readonly pk: string; readonly sk: string }
  | { readonly kind: "transact"; readonly rows: readonly Row[]; readonly onlyNew: boolean }
  | { readonly kind: "query"; readonly pk: string; readonly from: string; readonly forward: boolean }
  | { readonly kind: "index"; readonly who: string; readonly from: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("put" as const), row, onlyNew: fc.boolean() }),
  fc.record({ kind: fc.constant("add" as const), pk, sk, by: small }),
  fc.record({ kind: fc.constantFrom("unindex" as const, "delete" as const), pk, sk }),
  fc.record({
    kind: fc.constant("transact" as const),
    rows: fc.uniqueArray(row, { minLength: 1, maxLength: 4, selector: (row) => row.pk + row.sk }),
    onlyNew: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("query" as const), pk, from: sk, forward: fc.boolean() }),
  fc.record({ kind: fc.constant("index" as const), who: fc.constantFrom("me", "you"), from: small }),
);

class Model {
  rows: readonly Row[] = [];

  find(key: Key): Row | undefined {
    return this.rows.find((row) => isAt(row, key));
  }

  set(row: Row): void {
    this.rows = [...this.rows.filter((other) => !isAt(other, row)), row];
  }

  delete(key: Key): void {
    this.rows = this.rows.filter((row) => !isAt(row, key));
  }
}

const isAt = (row: Row, key: Key): boolean => row.pk === key.pk && row.sk === key.sk;

/** What the table says to a step. */
async function askTable(step: Step, store: Store): Promise<unknown> {
  switch (step.kind) {
    case "put": {
      const condition = step.onlyNew ? { ConditionExpression: "attribute_not_exists(pk)" } : {};
      return (await refusal(store.put({ ...step.row }, condition))).name;
    }
    case "add": {
      const changes = { UpdateExpression: "ADD n :v", ...values({ v: step.by }), ReturnValues: "ALL_NEW" } as const;
      return (await store.update({ pk: step.pk, sk: step.sk }, changes)).Attributes;
    }
    case "unindex": {
      const changes = { UpdateExpression: "REMOVE score", ReturnValues: "ALL_NEW" } as const;
      return (await store.update({ pk: step.pk, sk: step.sk }, changes)).Attributes;
    }
    case "delete": {
      const Key = marshall({ pk: step.pk, sk: step.sk });
      const input = { TableName: store.table, Key, ReturnValues: "ALL_OLD" } as const;
      return (await store.send(new aws.DeleteItemCommand(input))).Attributes;
    }
    case "transact": {
      const ConditionExpression = step.onlyNew ? "attribute_not_exists(pk)" : "attribute_exists(pk)";
      const TransactItems = step.rows.map((row) => ({
        Put: { TableName: store.table, Item: marshall({ ...row }), ConditionExpression },
      }));
      return (await refusal(store.send(new aws.TransactWriteItemsCommand({ TransactItems })))).name;
    }
    case "query": {
      const { Items } = await store.query({
        KeyConditionExpression: "pk = :pk AND sk >= :from",
        ...values({ pk: step.pk, from: step.from }),
        ScanIndexForward: step.forward,
      });
      return Items;
    }
    case "index": {
      await store.settle();
      const { Items } = await store.query({
        IndexName: "by-who",
        KeyConditionExpression: "who = :who AND score >= :from",
        ...values({ who: step.who, from: step.from }),
      });
      return { scores: column(Items, "score"), items: new Set(Items) };
    }
  }
}

/** What it should say. */
function askModel(step: Step, model: Model): unknown {
  switch (step.kind) {
    case "put": {
      if (step.onlyNew && model.find(step.row) !== undefined) return "ConditionalCheckFailedException";
      model.set(step.row);
      return "none";
    }
    case "add": {
      const old = model.find(step);
      const row = { pk: step.pk, sk: step.sk, ...old, n: (old?.n ?? 0) + step.by };
      model.set(row);
      return marshall(row);
    }
    case "unindex": {
      const old = model.find(step);
      if (old === undefined) return undefined;
      const { score: _, ...rest } = old;
      model.set(rest);
      return marshall(rest);
    }
    case "delete": {
      const old = model.find(step);
      model.delete(step);
      return old === undefined ? undefined : marshall({ ...old });
    }
    case "transact": {
      if (step.rows.some((row) => (model.find(row) === undefined) !== step.onlyNew))
        return "TransactionCanceledException";
      for (const row of step.rows) model.set(row);
      return "none";
    }
    case "query": {
      const rows = model.rows.filter(({ pk, sk }) => pk === step.pk && inBytes(sk, step.from) >= 0);
      const sorted = rows.toSorted((a, b) => inBytes(a.sk, b.sk) * (step.forward ? 1 : -1));
      return sorted.map((row) => marshall({ ...row }));
    }
    case "index": {
      const rows = model.rows.filter(({ who, score }) => who === step.who && score !== undefined && score >= step.from);
      // The index holds its own keys and the table's, not n.
      const items = new Set(rows.map(({ n: _, ...rest }) => marshall(rest)));
      return { scores: rows.map(({ score = 0 }) => score).toSorted((a, b) => a - b), items };
    }
  }
}

const inBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe("any sequence of calls", () => {
  it("does to a table what it does to the naive model", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: "max" }), async (steps) => {
        const cloud = startTestCloud();
        const store = await Store.open(cloud);
        const model = new Model();
        for (const step of steps) expect(await askTable(step, store)).toEqual(askModel(step, model));
        const stored = cloud.db.admin.items(store.table);
        expect(stored).toHaveLength(model.rows.length);
        expect(stored).toEqual(expect.arrayContaining(model.rows.map((row) => marshall({ ...row }))));
      }),
      { numRuns: 60 },
    );
  });
});
