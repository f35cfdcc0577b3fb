import * as aws from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { definition, invalid, keySchema, refusal, Store } from "../testing/store.ts";
import { startTestCloud } from "../testing/test-cloud.ts";

const exactly = (ms: number) => ({ min: ms, max: ms });
const dials = {
  createTableMs: exactly(7000),
  deleteTableMs: exactly(5000),
  updateTableMs: exactly(20_000),
  createIndexMs: exactly(300_000),
};
const INVALID = "One or more parameter values were invalid: ";
const ScanStories = { TableName: "stories" };
const throughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };

describe("a table", () => {
  it("is CREATING for a while, in which its items cannot be used", async () => {
    const { client, run, clock } = startTestCloud({ dials });
    const created = await run(client.send(new aws.CreateTableCommand(definition("stories"))));
    expect(created.TableDescription).toMatchObject({
      TableStatus: "CREATING",
      CreationDateTime: new Date(clock.now()),
    });
    await clock.advance(6999);
    expect((await refusal(run(client.send(new aws.ScanCommand(ScanStories))))).name).toBe("ResourceNotFoundException");
    expect(await refusal(run(client.send(new aws.DeleteTableCommand(ScanStories))))).toEqual({
      name: "ResourceInUseException",
      message: "Attempt to change a resource which is still in use: Table is being created: stories",
    });
    await clock.advance(1);
    expect((await run(client.send(new aws.ScanCommand(ScanStories)))).Count).toBe(0);
  });

  it("is DELETING for a while, then gone with its items", async () => {
    const cloud = startTestCloud({ dials });
    const store = await Store.open(cloud);
    await store.put(store.key());
    const { TableDescription } = await store.send(new aws.DeleteTableCommand(ScanStories));
    expect(TableDescription?.TableStatus).toBe("DELETING");
    expect((await store.describe()).GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe("DELETING");
    expect((await refusal(store.send(new aws.CreateTableCommand(definition("stories"))))).name).toBe(
      "ResourceInUseException",
    );
    await cloud.advance(5000);
    expect(await refusal(store.describe())).toEqual({
      name: "ResourceNotFoundException",
      message: "Requested resource not found: Table: stories not found",
    });
    await store.createTable({}, "stories");
    expect(cloud.db.admin.items("stories")).toEqual([]);
  });

  it("is deleted once its protection is taken away", async () => {
    const store = await Store.open(startTestCloud());
    const TableName = await store.createTable({ DeletionProtectionEnabled: true });
    expect(await refusal(store.send(new aws.DeleteTableCommand({ TableName })))).toEqual(
      invalid(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      ),
    );
    await store.send(new aws.UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
    await store.send(new aws.DeleteTableCommand({ TableName }));
    expect((await store.describe(TableName)).TableStatus).toBe("DELETING");
  });

  it("counts its items about every six hours", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    await store.putAll([{ ...store.key(), who: "a", score: 1 }, store.key()]);
    expect(await store.describe()).toMatchObject({ ItemCount: 0, TableSizeBytes: 0 });
    await cloud.advance(6 * 3_600_000);
    expect(await store.describe()).toMatchObject({
      ItemCount: 2,
      // story-1 and story-2, and 0: 7 + 1 bytes and 4 of names each; who, a, score and 1: 4 + 7 bytes.
      TableSizeBytes: 35,
      GlobalSecondaryIndexes: [{ ItemCount: 1 }],
    });
  });

  it("is listed in pages, by name", async () => {
    const store = await Store.open(startTestCloud());
    for (const name of ["bbb", "aaa", "ccc"]) await store.createTable({}, name);
    const first = await store.send(new aws.ListTablesCommand({ Limit: 3 }));
    expect(first).toMatchObject({ TableNames: ["aaa", "bbb", "ccc"], LastEvaluatedTableName: "ccc" });
    const rest = await store.send(new aws.ListTablesCommand({ ExclusiveStartTableName: "ccc" }));
    expect(rest.TableNames).toEqual(["stories"]);
    expect(rest.LastEvaluatedTableName).toBeUndefined();
  });

  it("with provisioned capacity is described so", async () => {
    const store = await Store.open(startTestCloud());
    const { GlobalSecondaryIndexes: [index] = [] } = definition("x");
    const TableName = await store.createTable({
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: throughput,
      GlobalSecondaryIndexes: index === undefined ? [] : [{ ...index, ProvisionedThroughput: throughput }],
    });
    const description = await store.describe(TableName);
    expect(description).toMatchObject({
      ProvisionedThroughput: throughput,
      GlobalSecondaryIndexes: [{ ProvisionedThroughput: throughput }],
    });
    expect(description.BillingModeSummary).toBeUndefined();
  });

  const sch = keySchema("pk", "sk");
  const refusals: [why: string, changes: Partial<aws.CreateTableCommandInput>, message: string][] = [
    [
      "a short name",
      { TableName: "ab" },
      "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
    ],
    [
      "a name with other characters",
      { TableName: "a b c" },
      "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    ],
    [
      "no capacity, nor on demand",
      { BillingMode: "PROVISIONED" },
      `${INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    ],
    [
      "capacity on demand",
      { ProvisionedThroughput: throughput },
      `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    ],
    [
      "a key that is not defined",
      { KeySchema: keySchema("pk", "nowhere") },
      `${INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk, nowhere], AttributeDefinitions: [pk, score, sk, who]`,
    ],
    [
      "keys in the wrong order",
      { KeySchema: sch.toReversed() },
      "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
    ],
    [
      "definitions that no key uses",
      { GlobalSecondaryIndexes: undefined },
      `${INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`,
    ],
    ["an empty list of indexes", { GlobalSecondaryIndexes: [] }, `${INVALID}List of GlobalSecondaryIndexes is empty`],
    [
      "two indexes of one name",
      {
        GlobalSecondaryIndexes: [1, 2].map(() => ({
          IndexName: "twin",
          KeySchema: keySchema("who", "score"),
          Projection: { ProjectionType: "ALL" },
        })),
      },
      `${INVALID}Duplicate index name: twin`,
    ],
    [
      "an index that names nothing to include",
      {
        GlobalSecondaryIndexes: [
          { IndexName: "index", KeySchema: keySchema("who", "score"), Projection: { ProjectionType: "INCLUDE" } },
        ],
      },
      `${INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    ],
    [
      "21 indexes",
      {
        GlobalSecondaryIndexes: Array.from({ length: 21 }, (_, n) => ({
          IndexName: `index-${n}`,
          KeySchema: keySchema("who", "score"),
          Projection: { ProjectionType: "ALL" },
        })),
      },
      `${INVALID}GlobalSecondaryIndex count exceeds the per-table limit of 20`,
    ],
  ];
  it.each(refusals)("is not created with %s", async (_, changes, message) => {
    const { client, run } = startTestCloud();
    const create = new aws.CreateTableCommand({ ...definition("stories"), ...changes });
    const { name, message: told } = await refusal(run(client.send(create)));
    expect({ name, message: told }).toEqual(invalid(message));
  });
});

describe("changing a table", () => {
  const AttributeDefinitions: aws.AttributeDefinition[] = [{ AttributeName: "colour", AttributeType: "S" }];
  const Create: aws.CreateGlobalSecondaryIndexAction = {
    IndexName: "by-colour",
    KeySchema: [{ AttributeName: "colour", KeyType: "HASH" }],
    Projection: { ProjectionType: "KEYS_ONLY" },
  };
  const addIndex = new aws.UpdateTableCommand({
    TableName: "stories",
    AttributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create }],
  });
  const byColour = {
    IndexName: "by-colour",
    KeyConditionExpression: "colour = :v",
    ExpressionAttributeValues: { ":v": { S: "red" } },
  };

  it("adds an index, which has the old items once it is ACTIVE", async () => {
    const cloud = startTestCloud({ dials });
    const store = await Store.open(cloud);
    const red = { ...store.key(), colour: "red", more: 1 };
    await store.putAll([red, { ...store.key(), colour: "blue" }, store.key()]);
    const { TableDescription } = await store.send(addIndex);
    expect(TableDescription).toMatchObject({
      TableStatus: "UPDATING",
      GlobalSecondaryIndexes: [
        { IndexName: "by-who" },
        { IndexName: "by-colour", IndexStatus: "CREATING", Backfilling: true },
      ],
    });
    expect(await refusal(store.query(byColour))).toEqual(
      invalid("Cannot read from backfilling global secondary index: by-colour"),
    );
    await cloud.advance(20_000);
    expect((await store.describe()).TableStatus).toBe("ACTIVE");
    await cloud.advance(280_000);
    const { Items } = await store.query(byColour);
    expect(Items).toEqual([{ pk: { S: red.pk }, sk: { S: "0" }, colour: { S: "red" } }]);
    expect((await refusal(store.put({ ...store.key(), colour: 1 }))).message).toContain(
      "Type mismatch for Index Key colour",
    );
  });

  it("removes an index, at once for those who ask it", async () => {
    const cloud = startTestCloud({ dials });
    const store = await Store.open(cloud);
    const GlobalSecondaryIndexUpdates = [{ Delete: { IndexName: "by-who" } }];
    await store.send(new aws.UpdateTableCommand({ TableName: store.table, GlobalSecondaryIndexUpdates }));
    expect((await store.describe()).GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe("DELETING");
    expect(await refusal(store.send(new aws.ScanCommand({ ...ScanStories, IndexName: "by-who" })))).toEqual(
      invalid("The table does not have the specified index: by-who"),
    );
    await cloud.advance(20_000);
    expect((await store.describe()).GlobalSecondaryIndexes).toBeUndefined();
  });

  it("changes how it is paid for, which keeps it busy", async () => {
    const cloud = startTestCloud({ dials });
    const store = await Store.open(cloud);
    const provision = {
      TableName: store.table,
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: throughput,
    } as const;
    await store.send(new aws.UpdateTableCommand(provision));
    expect(await store.describe()).toMatchObject({
      TableStatus: "UPDATING",
      BillingModeSummary: { BillingMode: "PROVISIONED" },
      ProvisionedThroughput: throughput,
    });
    expect((await refusal(store.send(new aws.UpdateTableCommand(provision)))).name).toBe("ResourceInUseException");
    expect((await store.send(new aws.ScanCommand(ScanStories))).Count).toBe(0);
    await cloud.advance(20_000);
    expect((await refusal(store.send(new aws.UpdateTableCommand(provision)))).message).toContain(
      "The provisioned throughput for the table will not change.",
    );
  });

  const refusals: [why: string, changes: Partial<aws.UpdateTableCommandInput>, message: string][] = [
    [
      "nothing to change",
      {},
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    ],
    [
      "no capacity for a provisioned table",
      { BillingMode: "PROVISIONED" },
      `${INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`,
    ],
    [
      "capacity for a table on demand",
      { ProvisionedThroughput: throughput },
      `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    ],
  ];
  it.each(refusals)("is refused with %s", async (_, changes, message) => {
    const store = await Store.open(startTestCloud());
    const update = new aws.UpdateTableCommand({ TableName: store.table, ...changes });
    expect(await refusal(store.send(update))).toEqual(invalid(message));
  });

  it("is refused with two indexes at once", async () => {
    const store = await Store.open(startTestCloud());
    const GlobalSecondaryIndexUpdates = ["one", "two"].map((name) => ({
      Create: { ...Create, IndexName: `by-${name}` },
    }));
    const both = { TableName: store.table, AttributeDefinitions, GlobalSecondaryIndexUpdates };
    expect((await refusal(store.send(new aws.UpdateTableCommand(both)))).name).toBe("LimitExceededException");
  });
});

describe("tags", () => {
  it("of a table may be 50", async () => {
    const store = await Store.open(startTestCloud());
    const { TableArn: ResourceArn } = await store.describe();
    const tags = (from: number, size: number) =>
      Array.from({ length: size }, (_, n) => ({ Key: `tag-${from + n}`, Value: "" }));
    await store.send(new aws.TagResourceCommand({ ResourceArn, Tags: tags(0, 50) }));
    await store.send(new aws.TagResourceCommand({ ResourceArn, Tags: tags(0, 1) }));
    expect(
      (await refusal(store.send(new aws.TagResourceCommand({ ResourceArn, Tags: tags(50, 1) })))).message,
    ).toContain("limit of 50");
  });

  it("are those that a table was created with", async () => {
    const store = await Store.open(startTestCloud());
    const Tags = [{ Key: "team", Value: "blue" }];
    const { TableArn: ResourceArn } = await store.describe(await store.createTable({ Tags }));
    expect((await store.send(new aws.ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual(Tags);
  });

  it("are not of a table that is not there", async () => {
    const store = await Store.open(startTestCloud());
    const ResourceArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/nowhere";
    expect(await refusal(store.send(new aws.ListTagsOfResourceCommand({ ResourceArn })))).toEqual({
      name: "ResourceNotFoundException",
      message: `Requested resource not found: ResourcArn: ${ResourceArn} not found`,
    });
  });
});

describe("point-in-time recovery", () => {
  it("reaches back to when it was enabled, and to five minutes ago", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    const enabledAt = cloud.now();
    const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 };
    await store.send(
      new aws.UpdateContinuousBackupsCommand({ TableName: store.table, PointInTimeRecoverySpecification }),
    );
    await cloud.advance(3_600_000);
    const describeBackups = new aws.DescribeContinuousBackupsCommand({ TableName: store.table });
    const { ContinuousBackupsDescription } = await store.send(describeBackups);
    expect(ContinuousBackupsDescription).toEqual({
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: "ENABLED",
        RecoveryPeriodInDays: 7,
        EarliestRestorableDateTime: new Date(enabledAt),
        LatestRestorableDateTime: new Date(cloud.now() - 300_000),
      },
    });
  });

  it("is not of a table that is not there", async () => {
    const store = await Store.open(startTestCloud());
    const describeBackups = new aws.DescribeContinuousBackupsCommand({ TableName: "nowhere" });
    expect(await refusal(store.send(describeBackups))).toEqual({
      name: "TableNotFoundException",
      message: "Table not found: nowhere",
    });
  });
});
