import * as aws from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { Store, values } from "../testing/store.ts";
import { refusalOf, startTestCloud } from "../testing/test-cloud.ts";

const TableName = "stories";
const Key = marshall({ pk: "a", sk: "b" });
const ONE = "1 validation error detected: ";
const EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
const empty = { ...Key, a: {} } as unknown as Record<string, aws.AttributeValue>;
const byKey = { KeyConditionExpression: "pk = :v", ...values({ v: "a" }) };

/** The same trouble is told in different words by different operations. */
const wordings: [why: string, command: { input: object }, message: string][] = [
  ["PutItem, of a value", new aws.PutItemCommand({ TableName, Item: empty }), ONE + EMPTY],
  ["GetItem, of a value", new aws.GetItemCommand({ TableName, Key: empty }), EMPTY],
  [
    "BatchWriteItem, of a value",
    new aws.BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: empty } }] } }),
    EMPTY,
  ],
  [
    "UpdateItem, of an expression",
    new aws.UpdateItemCommand({ TableName, Key, UpdateExpression: "SET" }),
    `${ONE}Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"`,
  ],
  [
    "a transaction, of an expression",
    new aws.TransactWriteItemsCommand({ TransactItems: [{ Update: { TableName, Key, UpdateExpression: "SET" } }] }),
    'Invalid UpdateExpression: Syntax error; token: "<EOF>", near: "SET"',
  ],
  [
    "PutItem, of a key, which it looks at only with its table",
    new aws.PutItemCommand({ TableName, Item: { pk: { S: "a" } } }),
    "One or more parameter values were invalid: Missing the key sk in the item",
  ],
  [
    "GetItem, of a key",
    new aws.GetItemCommand({ TableName, Key: { pk: { S: "a" } } }),
    "The provided key element does not match the schema",
  ],
  [
    "PutItem, of ReturnValues",
    new aws.PutItemCommand({ TableName, Item: Key, ReturnValues: "ALL_NEW" }),
    `${ONE}ReturnValues can only be ALL_OLD or NONE`,
  ],
  [
    "DeleteItem, of several things at once",
    new aws.DeleteItemCommand({ TableName: "no name", Key, ReturnConsumedCapacity: "SOME" as "NONE" }),
    "2 validation errors detected: Value 'SOME' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]; Value 'no name' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
  ],
  [
    "Query, of an empty name",
    new aws.QueryCommand({ TableName: "", ...byKey }),
    `${ONE}Value at 'TableName' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  ],
  [
    "Query, of a Limit",
    new aws.QueryCommand({ TableName, ...byKey, Limit: 0 }),
    `${ONE}Value at 'Limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
  [
    "Scan, of a Limit",
    new aws.ScanCommand({ TableName, Limit: 0 }),
    `${ONE}Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1`,
  ],
  [
    "Query, of no condition",
    new aws.QueryCommand({ TableName }),
    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
  ],
  [
    "Query, of a filter on a key",
    new aws.QueryCommand({ TableName, ...byKey, FilterExpression: "sk > :v" }),
    "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
  ],
  [
    "Query, of an index",
    new aws.QueryCommand({ TableName, ...byKey, IndexName: "by-none" }),
    "The table does not have the specified index: by-none",
  ],
  [
    "Query, of Select",
    new aws.QueryCommand({ TableName, ...byKey, Select: "COUNT", ProjectionExpression: "pk" }),
    `${ONE}Cannot specify the ProjectionExpression when choosing to get only the Count`,
  ],
  [
    "Query, of a starting key",
    new aws.QueryCommand({ TableName, ...byKey, ExclusiveStartKey: { pk: { S: "a" } } }),
    "The provided starting key is invalid",
  ],
  [
    "Query, of another partition's starting key",
    new aws.QueryCommand({ TableName, ...byKey, ExclusiveStartKey: marshall({ pk: "b", sk: "c" }) }),
    "The provided starting key is outside query boundaries based on provided conditions",
  ],
  [
    "Scan, of a starting key",
    new aws.ScanCommand({ TableName, ExclusiveStartKey: { pk: { S: "a" } } }),
    "The provided starting key is invalid: The provided key element does not match the schema",
  ],
  [
    "Scan, of a segment",
    new aws.ScanCommand({ TableName, Segment: 2, TotalSegments: 2 }),
    "The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 2 is not less than TotalSegments: 2",
  ],
  [
    "Scan, of a path into a key",
    new aws.ScanCommand({ TableName, ProjectionExpression: "pk[0]" }),
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: Key: pk",
  ],
  [
    "GetItem, of too large a key",
    new aws.GetItemCommand({ TableName, Key: { ...Key, a: { S: "a" } } }),
    "The provided key element does not match the schema",
  ],
  [
    "Query, of too large a starting key",
    new aws.QueryCommand({ TableName, ...byKey, ExclusiveStartKey: { ...Key, a: { S: "a" } } }),
    "The provided starting key is invalid",
  ],
  [
    "Scan, of a path into an index's key",
    new aws.ScanCommand({ TableName, ProjectionExpression: "who.a" }),
    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: IndexKey: who",
  ],
  [
    "UpdateItem, of an index's key",
    new aws.UpdateItemCommand({ TableName, Key, UpdateExpression: "SET score = :v", ...values({ v: "a" }) }),
    "The update expression attempted to update the secondary index key to unsupported type",
  ],
];

describe("the words of a refusal", () => {
  it.each(wordings)("by %s", async (_, command, message) => {
    const store = await Store.open(startTestCloud());
    expect(await refusalOf(store.send(command as aws.GetItemCommand))).toEqual({
      name: "ValidationException",
      message,
    });
  });
});
