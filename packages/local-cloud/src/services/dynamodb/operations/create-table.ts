import type {
  CreateTableCommandInput,
  GlobalSecondaryIndex,
  ProvisionedThroughput,
  Tag,
} from "@aws-sdk/client-dynamodb";
import { randomHex } from "@muster/core";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Catalog, IndexRecord, TableRecord, Throughput } from "../catalog.ts";
import { notImplemented, Refusal } from "../refusal.ts";
import { checkConstraints, oneOf, required } from "../requests/constraints.ts";
import {
  checkDefinitionsUsed,
  checkIndexes,
  checkKeySchema,
  definitionViolations,
  indexViolations,
  keySchemaViolations,
  throughputViolations,
  toProjection,
} from "../requests/table-definition.ts";
import { newNameViolation, tableArn, tableNameOf } from "../requests/table-name.ts";
import { toKeySchema } from "../store/key-schema.ts";
import { Table } from "../store/table.ts";
import { INVALID } from "../values/check-value.ts";
import { describe } from "./describe-table.ts";
import { checkTags } from "./tags.ts";
import type { DynamoDbState } from "./state.ts";

/**
 * Provisioned capacity is accepted and described, but nothing is ever throttled by it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export function createTable(state: DynamoDbState, input: CreateTableCommandInput): object {
  refuseOptions(input);
  checkMembers(input);
  checkDefinition(input);
  const { catalog } = state;
  const name = tableNameOf(catalog.home, input.TableName ?? "");
  if (catalog.find(name) !== undefined) {
    throw new AwsError("ResourceInUseException", `Table already exists: ${name}`);
  }
  const record = newRecord(state, name, input);
  catalog.add(record);
  return { TableDescription: describe(catalog, record) };
}

/** Makes the items' side of an index and the described one. */
export function addIndex(catalog: Catalog, record: TableRecord, index: GlobalSecondaryIndex, readyAt: number): void {
  const { IndexName: name = "", KeySchema: keyElements = [], Projection: projection = {} } = index;
  const schema = toKeySchema(keyElements, record.definitions);
  record.table.addIndex({ name, schema, projection: toProjection(projection) }, catalog.now());
  const described: IndexRecord = {
    name,
    keyElements,
    projection: {
      ProjectionType: projection.ProjectionType ?? "ALL",
      ...(projection.NonKeyAttributes === undefined ? {} : { NonKeyAttributes: projection.NonKeyAttributes }),
    },
    throughput: toThroughput(index.ProvisionedThroughput),
    readyAt,
    goneAt: undefined,
  };
  record.indexes.set(name, described);
}

export function toThroughput(throughput: ProvisionedThroughput | undefined): Throughput {
  return { read: throughput?.ReadCapacityUnits ?? 0, write: throughput?.WriteCapacityUnits ?? 0 };
}

/** Options of a table that the embedded DynamoDB does not have; those that only say so may stay. */
export function refuseTableOptions(
  operation: string,
  input: Pick<
    CreateTableCommandInput,
    | "SSESpecification"
    | "StreamSpecification"
    | "OnDemandThroughput"
    | "WarmThroughput"
    | "GlobalTableSettingsReplicationMode"
  >,
): void {
  if (input.StreamSpecification?.StreamEnabled === true) throw notImplemented(`${operation} with a stream`);
  if (input.SSESpecification?.Enabled === true) throw notImplemented(`${operation} with SSESpecification`);
  if (input.OnDemandThroughput !== undefined) throw notImplemented(`${operation} with OnDemandThroughput`);
  if (input.WarmThroughput !== undefined) throw notImplemented(`${operation} with WarmThroughput`);
  if (input.GlobalTableSettingsReplicationMode !== undefined) throw notImplemented(`${operation} of a global table`);
}

function refuseOptions(input: CreateTableCommandInput): void {
  refuseTableOptions("CreateTable", input);
  if (input.LocalSecondaryIndexes !== undefined) throw notImplemented("CreateTable with LocalSecondaryIndexes");
  if (input.ResourcePolicy !== undefined) throw notImplemented("CreateTable with ResourcePolicy");
  if (input.GlobalTableSourceArn !== undefined) throw notImplemented("CreateTable with GlobalTableSourceArn");
}

function checkMembers(input: CreateTableCommandInput): void {
  if (input.TableName === undefined) {
    throw new Refusal("The parameter 'TableName' is required but was not present in the request");
  }
  checkConstraints(
    required("attributeDefinitions", input.AttributeDefinitions),
    newNameViolation("tableName", input.TableName),
    required("keySchema", input.KeySchema),
    ...definitionViolations(input.AttributeDefinitions),
    ...keySchemaViolations("keySchema", input.KeySchema),
    oneOf("billingMode", input.BillingMode, ["PROVISIONED", "PAY_PER_REQUEST"]),
    oneOf("tableClass", input.TableClass, ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    ...throughputViolations("provisionedThroughput", input.ProvisionedThroughput),
    ...(input.GlobalSecondaryIndexes ?? []).flatMap((index, position) =>
      indexViolations(`globalSecondaryIndexes.${position + 1}.member`, index),
    ),
  );
}

function checkDefinition(input: CreateTableCommandInput): void {
  const { AttributeDefinitions: definitions = [], KeySchema: keys = [], GlobalSecondaryIndexes: indexes } = input;
  const onDemand = input.BillingMode === "PAY_PER_REQUEST";
  if (onDemand && input.ProvisionedThroughput !== undefined) {
    throw new Refusal(
      `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    );
  }
  if (!onDemand && input.ProvisionedThroughput === undefined) {
    throw new Refusal(
      `${INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    );
  }
  checkKeySchema(keys, definitions, { isTable: true });
  if (indexes?.length === 0) throw new Refusal(`${INVALID}List of GlobalSecondaryIndexes is empty`);
  checkIndexes(indexes ?? [], { definitions, onDemand });
  checkDefinitionsUsed(definitions, [keys, ...(indexes ?? []).map(({ KeySchema: schema }) => schema ?? [])]);
  checkTags(input.Tags ?? []);
}

function newRecord({ catalog, random }: DynamoDbState, name: string, input: CreateTableCommandInput): TableRecord {
  const now = catalog.now();
  const { AttributeDefinitions: definitions = [], KeySchema: keyElements = [] } = input;
  const hex = randomHex(random, 32);
  const table = new Table(toKeySchema(keyElements, definitions), {
    indexLagMs: () => catalog.draw("indexLagMs"),
    expiryDelayMs: () => catalog.draw("expiryDelayMs"),
  });
  const record: TableRecord = {
    name,
    arn: tableArn(catalog.home, name),
    id: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`,
    createdAt: now,
    table,
    keyElements,
    definitions,
    indexes: new Map(),
    billingMode: input.BillingMode === "PAY_PER_REQUEST" ? "PAY_PER_REQUEST" : "PROVISIONED",
    onDemandSince: input.BillingMode === "PAY_PER_REQUEST" ? now : undefined,
    throughput: toThroughput(input.ProvisionedThroughput),
    tableClass: input.TableClass,
    deletionProtection: input.DeletionProtectionEnabled ?? false,
    tags: new Map((input.Tags ?? []).map(({ Key: key = "", Value: value = "" }: Tag) => [key, value])),
    timeToLive: undefined,
    pointInTimeRecovery: undefined,
    activeAt: now + catalog.draw("createTableMs"),
    updatedAt: now,
    goneAt: undefined,
    counted: { at: now, items: 0, bytes: 0 },
  };
  for (const index of input.GlobalSecondaryIndexes ?? []) addIndex(catalog, record, index, record.activeAt);
  return record;
}
