import type { TableResource } from "@muster/manifest";

/**
 * The one table. Encrypted with a key that AWS owns, as every table is: a key of one's own costs a dollar a month, and
 * keeps out nobody whom IAM lets read the table. A raw resource, since SST's component makes up names.
 */
export function createTable(table: TableResource): aws.dynamodb.Table {
  const keys = new Set([
    table.partitionKey,
    table.sortKey,
    ...table.indexes.flatMap((index) => [index.partitionKey, ...(index.sortKey === undefined ? [] : [index.sortKey])]),
  ]);
  return new aws.dynamodb.Table("Table", {
    name: table.name,
    billingMode: "PAY_PER_REQUEST",
    hashKey: table.partitionKey,
    rangeKey: table.sortKey,
    attributes: [...keys].map((name) => ({ name, type: "S" })),
    globalSecondaryIndexes: table.indexes.map((index) => ({
      name: index.name,
      hashKey: index.partitionKey,
      rangeKey: index.sortKey,
      projectionType: "ALL",
    })),
    ttl: { enabled: true, attributeName: table.ttlAttribute },
    pointInTimeRecovery: { enabled: true },
    deletionProtectionEnabled: table.isProtected,
  });
}
