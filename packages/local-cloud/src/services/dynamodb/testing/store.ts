import * as aws from "@aws-sdk/client-dynamodb";
import { marshall, type NativeAttributeValue } from "@aws-sdk/util-dynamodb";
import { refusalOf } from "./test-cloud.ts";

/** A DynamoDB of any make, as stories are told to it. */
export interface Target {
  readonly client: aws.DynamoDBClient;
  /** Awaits a call; in virtual time, that moves the clock. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  /** Lets so much time pass, in ms, where time can be made to. */
  readonly advance: (ms: number) => Promise<void>;
  /** The target's own time, in ms since 1970. */
  readonly now: () => number;
}

/** An item in plain JavaScript. */
export type Plain = Record<string, NativeAttributeValue>;

/** A target with a table that all stories use, and the calls they make. Every story makes items of its own. */
export class Store {
  readonly target: Target;
  /** Has the keys `pk` and `sk`, both texts, and the index `by-who`. */
  readonly table: string;
  #count = 0;

  private constructor(target: Target, table: string) {
    this.target = target;
    this.table = table;
  }

  static async open(target: Target): Promise<Store> {
    const store = new Store(target, "stories");
    await store.createTable({}, store.table);
    return store;
  }

  get send(): aws.DynamoDBClient["send"] {
    return (command: never) => this.target.run(this.target.client.send(command));
  }

  async createTable(changes: Partial<aws.CreateTableCommandInput> = {}, TableName = this.#name()): Promise<string> {
    await this.send(new aws.CreateTableCommand({ ...definition(TableName), ...changes }));
    await this.target.advance(60_000);
    while ((await this.describe(TableName)).TableStatus !== "ACTIVE");
    return TableName;
  }

  async describe(TableName = this.table): Promise<aws.TableDescription> {
    return (await this.send(new aws.DescribeTableCommand({ TableName }))).Table ?? {};
  }

  /** A key that nobody has used. */
  key(): { pk: string; sk: string } {
    return { pk: this.#name(), sk: "0" };
  }

  put(item: Plain, changes: Partial<aws.PutItemCommandInput> = {}): Promise<aws.PutItemCommandOutput> {
    return this.send(new aws.PutItemCommand({ TableName: this.table, Item: marshall(item), ...changes }));
  }

  /** Puts items, and lets indexes follow. */
  async putAll(items: readonly Plain[], TableName = this.table): Promise<void> {
    await Promise.all(items.map((item) => this.put(item, { TableName })));
    await this.settle();
  }

  async settle(): Promise<void> {
    await this.target.advance(1000);
  }

  async read(key: Plain): Promise<Record<string, aws.AttributeValue> | undefined> {
    const input = { TableName: this.table, Key: marshall(key), ConsistentRead: true };
    return (await this.send(new aws.GetItemCommand(input))).Item;
  }

  update(key: Plain, changes: Partial<aws.UpdateItemCommandInput>): Promise<aws.UpdateItemCommandOutput> {
    return this.send(new aws.UpdateItemCommand({ TableName: this.table, Key: marshall(key), ...changes }));
  }

  query(input: Partial<aws.QueryCommandInput>): Promise<aws.QueryCommandOutput> {
    return this.send(new aws.QueryCommand({ TableName: this.table, ...input }));
  }

  #name(): string {
    this.#count += 1;
    return `story-${this.#count}`;
  }
}

/**
 * Name and message of a refusal. Since 2026 AWS puts complaints about PutItem, UpdateItem, DeleteItem and some of Query
 * in an envelope, which other makes do not know: it is taken off.
 */
export async function refusal(work: Promise<unknown>): Promise<{ name: string; message: string }> {
  const { name, message } = await refusalOf(work);
  return { name, message: message.replace(/^1 validation error detected: (?!.* failed to satisfy constraint)/, "") };
}

export const invalid = (message: string) => ({ name: "ValidationException", message });

/** `{ a: 1 }` as ExpressionAttributeValues that define `:a`; none at all for none. */
export function values(plain: Plain): { ExpressionAttributeValues?: Record<string, aws.AttributeValue> } {
  const entries = Object.entries(plain).map(([name, value]): [string, NativeAttributeValue] => [`:${name}`, value]);
  return entries.length === 0 ? {} : { ExpressionAttributeValues: marshall(Object.fromEntries(entries)) };
}

/** One number of each item. */
export function column(items: readonly Record<string, aws.AttributeValue>[] | undefined, name: string): number[] {
  return (items ?? []).map((item) => Number(item[name]?.N));
}

export const text = (length: number) => "x".repeat(length);

export const keySchema = (hash: string, range: string): aws.KeySchemaElement[] => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];

export function definition(name: string, sortKey: aws.ScalarAttributeType = "S"): aws.CreateTableCommandInput {
  const types = { pk: "S", sk: sortKey, who: "S", score: "N" } as const;
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.entries(types).map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchema("pk", "sk"),
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-who",
        KeySchema: keySchema("who", "score"),
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["note"] },
      },
    ],
  };
}
