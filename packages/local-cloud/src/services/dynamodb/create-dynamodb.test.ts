import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "../../kernel/service.ts";
import { Store } from "./testing/store.ts";
import { refusalOf, startTestCloud, TEST_ACCOUNT, TEST_REGION } from "./testing/test-cloud.ts";

const TABLE = `arn:aws:dynamodb:${TEST_REGION}:${TEST_ACCOUNT}:table/stories`;
const Key = marshall({ pk: "a", sk: "b" });
const TableName = "stories";
const KeyConditionExpression = "pk = :v";
const ExpressionAttributeValues = { ":v": { S: "a" } };

describe("the look behind the embedded DynamoDB", () => {
  it("shows every item at once, without lag", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    await store.put({ pk: "b", sk: "1" });
    await store.put({ pk: "a", sk: "2", n: 1 });
    expect(cloud.db.admin.tableNames()).toEqual([store.table]);
    const items = cloud.db.admin
      .items(store.table)
      .toSorted((a, b) => (a["pk"]?.S ?? "").localeCompare(b["pk"]?.S ?? ""));
    expect(items).toEqual([marshall({ pk: "a", sk: "2", n: 1 }), marshall({ pk: "b", sk: "1" })]);
    expect(cloud.db.admin.items("no-such-table")).toEqual([]);
  });

  it("leaves nothing to a timer", async () => {
    const cloud = startTestCloud();
    const store = await Store.open(cloud);
    await store.put({ pk: "a", sk: "b", who: "me", score: 1 });
    await store.send(new aws.DeleteTableCommand({ TableName }));
    await expect(cloud.clock.runUntil(() => false)).rejects.toThrow("no timer is left");
  });

  it("does the same again from the same seed", async () => {
    const tell = async () => {
      const cloud = startTestCloud({ seed: 7 });
      const store = await Store.open(cloud);
      const { Table } = await store.send(new aws.DescribeTableCommand({ TableName }));
      return [cloud.clock.now(), Table?.TableId];
    };
    expect(await tell()).toEqual(await tell());
  });
});

const ROLE = { arn: `arn:aws:sts::${TEST_ACCOUNT}:assumed-role/worker/session`, isAccountUser: false };

/** What IAM is asked when a role makes a call. */
async function accessFor(command: { input: object }): Promise<readonly AccessRequest[]> {
  const requests: AccessRequest[] = [];
  const cloud = startTestCloud({
    caller: ROLE,
    authorize: (_caller, wanted) => {
      requests.push(...wanted);
      return undefined;
    },
  });
  const store = await Store.open(cloud);
  requests.length = 0;
  await store.send(command as aws.GetItemCommand);
  return requests;
}

describe("access to the embedded DynamoDB", () => {
  const asked: [command: { input: object }, operation: string, resource: string][] = [
    [new aws.GetItemCommand({ TableName, Key }), "GetItem", TABLE],
    [new aws.GetItemCommand({ TableName: TABLE, Key }), "GetItem", TABLE],
    [new aws.PutItemCommand({ TableName, Item: Key }), "PutItem", TABLE],
    [new aws.QueryCommand({ TableName, KeyConditionExpression, ExpressionAttributeValues }), "Query", TABLE],
    [new aws.ScanCommand({ TableName, IndexName: "by-who" }), "Scan", `${TABLE}/index/by-who`],
    [new aws.DescribeTableCommand({ TableName }), "DescribeTable", TABLE],
    [new aws.DescribeTimeToLiveCommand({ TableName }), "DescribeTimeToLive", TABLE],
    [new aws.ListTagsOfResourceCommand({ ResourceArn: TABLE }), "ListTagsOfResource", TABLE],
    [new aws.BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } }), "BatchGetItem", TABLE],
    [
      new aws.BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }),
      "BatchWriteItem",
      TABLE,
    ],
    [new aws.TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] }), "GetItem", TABLE],
  ];
  it.each(asked)("is asked for: %o", async (command, operation, resource) => {
    expect(await accessFor(command)).toEqual([{ action: `dynamodb:${operation}`, resource }]);
  });

  it("for a transaction is asked for by each kind of its actions", async () => {
    const key = (pk: string) => marshall({ pk, sk: "0" });
    const ConditionExpression = "attribute_not_exists(pk)";
    const actions: aws.TransactWriteItem[] = [
      { Put: { TableName, Item: key("a") } },
      { Put: { TableName, Item: key("b") } },
      { Delete: { TableName, Key: key("c") } },
      { Update: { TableName, Key: key("d"), UpdateExpression: "REMOVE a" } },
      { ConditionCheck: { TableName, Key: key("e"), ConditionExpression } },
    ];
    const requests = await accessFor(new aws.TransactWriteItemsCommand({ TransactItems: actions }));
    expect(requests.map(({ action }) => action)).toEqual([
      "dynamodb:PutItem",
      "dynamodb:DeleteItem",
      "dynamodb:UpdateItem",
      "dynamodb:ConditionCheckItem",
    ]);
    expect(new Set(requests.map(({ resource }) => resource))).toEqual(new Set([TABLE]));
  });

  it("is denied in AWS's words", async () => {
    const { client, run } = startTestCloud({ caller: ROLE, authorize: (_caller, [first]) => first });
    expect(await refusalOf(run(client.send(new aws.GetItemCommand({ TableName, Key }))))).toEqual({
      name: "AccessDeniedException",
      message: `User: ${ROLE.arn} is not authorized to perform: dynamodb:GetItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:GetItem action`,
    });
  });
});

describe("throttling", () => {
  it("of items and of tables has AWS's words for tables on demand", () => {
    const { db } = startTestCloud();
    expect(db.throttled("PutItem")).toMatchObject({
      code: "ThrottlingException",
      message: expect.stringMatching(/^Throughput exceeds the current capacity of your table or index\. /),
    });
    expect(db.throttled("DescribeTable")).toMatchObject({ code: "ThrottlingException", message: "Rate exceeded" });
  });
});

describe("what the embedded DynamoDB does not have", () => {
  const legacy: aws.Condition = { ComparisonOperator: "EQ", AttributeValueList: [{ S: "a" }] };
  const throughput = { ReadCapacityUnits: 1, WriteCapacityUnits: 1 };
  const KeySchema: aws.KeySchemaElement[] = [{ AttributeName: "pk", KeyType: "HASH" }];
  const table: aws.CreateTableCommandInput = {
    TableName: "another",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema,
  };
  const createIndex = (create: Partial<aws.CreateGlobalSecondaryIndexAction>) =>
    new aws.UpdateTableCommand({
      TableName,
      GlobalSecondaryIndexUpdates: [
        { Create: { IndexName: "new-index", KeySchema, Projection: { ProjectionType: "ALL" }, ...create } },
      ],
    });
  const StreamSpecification = { StreamEnabled: true, StreamViewType: "KEYS_ONLY" } as const;
  const absent: [what: string, command: { input: object }][] = [
    ["ExecuteStatement", new aws.ExecuteStatementCommand({ Statement: "SELECT * FROM stories" })],
    ["BatchExecuteStatement", new aws.BatchExecuteStatementCommand({ Statements: [{ Statement: "SELECT" }] })],
    ["CreateGlobalTable", new aws.CreateGlobalTableCommand({ GlobalTableName: "stories", ReplicationGroup: [] })],
    ["CreateBackup", new aws.CreateBackupCommand({ TableName, BackupName: "backup" })],
    ["RestoreTableToPointInTime", new aws.RestoreTableToPointInTimeCommand({ TargetTableName: "restored" })],
    ["DescribeLimits", new aws.DescribeLimitsCommand({})],
    ["Expected", new aws.PutItemCommand({ TableName, Item: Key, Expected: { a: { Exists: false } } })],
    ["AttributeUpdates", new aws.UpdateItemCommand({ TableName, Key, AttributeUpdates: { a: { Action: "DELETE" } } })],
    ["AttributesToGet", new aws.GetItemCommand({ TableName, Key, AttributesToGet: ["a"] })],
    ["KeyConditions", new aws.QueryCommand({ TableName, KeyConditions: { pk: legacy } })],
    ["ScanFilter", new aws.ScanCommand({ TableName, ScanFilter: { pk: legacy } })],
    [
      "LocalSecondaryIndexes",
      new aws.CreateTableCommand({
        ...table,
        LocalSecondaryIndexes: [{ IndexName: "local", KeySchema, Projection: { ProjectionType: "ALL" } }],
      }),
    ],
    ["stream", new aws.CreateTableCommand({ ...table, StreamSpecification })],
    ["SSESpecification", new aws.CreateTableCommand({ ...table, SSESpecification: { Enabled: true } })],
    ["ResourcePolicy", new aws.CreateTableCommand({ ...table, ResourcePolicy: "{}" })],
    ["OnDemandThroughput", new aws.CreateTableCommand({ ...table, OnDemandThroughput: { MaxReadRequestUnits: 1 } })],
    ["WarmThroughput", new aws.CreateTableCommand({ ...table, WarmThroughput: { ReadUnitsPerSecond: 1 } })],
    [
      "global table",
      new aws.UpdateTableCommand({ TableName, ReplicaUpdates: [{ Create: { RegionName: "us-east-1" } }] }),
    ],
    ["stream", new aws.UpdateTableCommand({ TableName, StreamSpecification })],
    ["WarmThroughput of an index", createIndex({ WarmThroughput: { ReadUnitsPerSecond: 1 } })],
    [
      "more than two key attributes",
      createIndex({ KeySchema: ["a", "b", "c"].map((AttributeName) => ({ AttributeName, KeyType: "HASH" })) }),
    ],
    ["another account", new aws.GetItemCommand({ TableName: TABLE.replace(TEST_ACCOUNT, "210987654321"), Key })],
    ["another account or region", new aws.GetItemCommand({ TableName: TABLE.replace(TEST_REGION, "us-east-1"), Key })],
    [
      "OnDemandThroughput of an index",
      createIndex({ OnDemandThroughput: { MaxReadRequestUnits: 1 }, ProvisionedThroughput: throughput }),
    ],
  ];
  it.each(absent)("is refused by its name: %s", async (what, command) => {
    const store = await Store.open(startTestCloud());
    const refused = await refusalOf(store.send(command as aws.GetItemCommand));
    expect(refused).toEqual({ name: "NotImplemented", message: expect.stringContaining(what) });
  });
});
