import { PutItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fenceStories } from "./cluster-store/fences.ts";
import { keyStories } from "./cluster-store/keys.ts";
import { readingStories } from "./cluster-store/reading.ts";
import { benchOf, type Bench, type Need, type Story } from "./cluster-store/story.ts";
import { dynaliteWorld, embeddedWorld, type StoreWorld } from "./cluster-store/worlds.ts";

/**
 * What the cluster store promises (core's port), held against it on two DynamoDBs: the embedded one, and dynalite 4, which
 * somebody else wrote. What time and faults do to it is in cluster-store-faults.test.ts.
 */
const stories: readonly Story[] = [...readingStories, ...fenceStories, ...keyStories];

/** What dynalite 4 does not have. Stories that need it are told to the embedded DynamoDB alone. */
const DYNALITE_LACKS: Readonly<Record<Need, string>> = {
  transactions: "TransactWriteItems is an unknown operation, so nothing that takes or shows a fence can be written",
  "the item of a failed condition": "ReturnValuesOnConditionCheckFailure is ignored: the exception carries no item",
};

describe.each([
  { name: "the embedded DynamoDB", start: embeddedWorld, isDynalite: false },
  { name: "dynalite", start: dynaliteWorld, isDynalite: true },
])("the cluster store on $name", ({ start, isDynalite }) => {
  let world: StoreWorld;
  let bench: Bench;

  beforeAll(async () => {
    world = await start();
    bench = benchOf(world);
  });
  afterAll(() => world.stop());

  const expectStory = ({ tell }: Story) => tell(bench);

  for (const story of stories) {
    const lack = isDynalite && story.needs !== undefined ? ` (not told: ${DYNALITE_LACKS[story.needs]})` : "";
    it.skipIf(lack !== "")(`${story.title}${lack}`, () => expectStory(story));
  }
});

describe("what dynalite lacks", () => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await dynaliteWorld();
  });
  afterAll(() => world.stop());

  const Item = { pk: { S: "a" }, sk: { S: "b" } };

  it("is transactions", async () => {
    const TransactItems = [{ Put: { TableName: world.table, Item } }];
    await expect(world.client.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
  });

  it("is the item of a failed condition", async () => {
    const put = new PutItemCommand({
      TableName: world.table,
      Item,
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    await world.client.send(put);
    const refusal: unknown = await world.client.send(put).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "ConditionalCheckFailedException" });
    expect((refusal as { Item?: unknown }).Item).toBeUndefined();
  });
});
