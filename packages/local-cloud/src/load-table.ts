import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { TableResource } from "@muster/manifest";

/** The table of the manifest as DynamoDB is asked for it. Keys are strings all through. */
export function tableInput(table: TableResource): CreateTableCommandInput {
  const attributes = new Set([
    table.partitionKey,
    table.sortKey,
    ...table.indexes.flatMap((index) => [index.partitionKey, ...(index.sortKey === undefined ? [] : [index.sortKey])]),
  ]);
  return {
    TableName: table.name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: keySchema(table.partitionKey, table.sortKey),
    GlobalSecondaryIndexes: table.indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index.partitionKey, index.sortKey),
      Projection: { ProjectionType: "ALL" },
    })),
  };
}

function keySchema(
  partitionKey: string,
  sortKey: string | undefined,
): NonNullable<CreateTableCommandInput["KeySchema"]> {
  return [
    { AttributeName: partitionKey, KeyType: "HASH" },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: "RANGE" as const }]),
  ];
}
