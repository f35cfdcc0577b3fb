import type {
  GlobalSecondaryIndexUpdate,
  ProvisionedThroughput,
  UpdateTableCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../kernel/aws-error.ts";
import {
  indexStatusOf,
  statusOf,
  type Catalog,
  type IndexRecord,
  type TableRecord,
  type Throughput,
} from "../catalog.ts";
import { notImplemented, Refusal } from "../refusal.ts";
import { checkConstraints, oneOf, required, type Violation } from "../requests/constraints.ts";
import {
  checkIndexes,
  checkProjectedAttributes,
  definitionViolations,
  indexViolations,
  throughputViolations,
} from "../requests/table-definition.ts";
import { newNameViolation } from "../requests/table-name.ts";
import { MAX_INDEXES } from "../limits.ts";
import { INVALID } from "../values/check-value.ts";
import { addIndex, refuseTableOptions, toThroughput } from "./create-table.ts";
import { stillInUse } from "./delete-table.ts";
import { checkTableName, describe } from "./describe-table.ts";
import type { DynamoDbState } from "./state.ts";

/**
 * Changes billing, capacity (which nothing is held to), indexes, table class and deletion protection; the rest is
 * refused by name. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html
 */
export function updateTable({ catalog }: DynamoDbState, input: UpdateTableCommandInput): object {
  refuseOptions(input);
  checkMembers(input);
  const record = catalog.described(input.TableName ?? "");
  const now = catalog.now();
  const status = statusOf(record, now);
  if (status !== "ACTIVE") throw stillInUse(record.name, status);
  const billing = newBilling(record, input);
  const indexing = input.GlobalSecondaryIndexUpdates?.[0];
  if (indexing !== undefined) checkIndexing(record, indexing, input, billing.mode);
  // Everything is checked: from here on nothing fails.
  const busy = billing.changed || indexing !== undefined || input.TableClass !== undefined;
  applyBilling(record, billing, now);
  if (indexing !== undefined) applyIndexing(catalog, record, indexing, input);
  if (input.TableClass !== undefined) record.tableClass = input.TableClass;
  if (input.DeletionProtectionEnabled !== undefined) record.deletionProtection = input.DeletionProtectionEnabled;
  if (busy) record.updatedAt = now + catalog.draw("updateTableMs");
  return { TableDescription: describe(catalog, record) };
}

function refuseOptions(input: UpdateTableCommandInput): void {
  refuseTableOptions("UpdateTable", input);
  if (input.ReplicaUpdates !== undefined || input.GlobalTableWitnessUpdates !== undefined) {
    throw notImplemented("UpdateTable of a global table");
  }
  if (input.MultiRegionConsistency !== undefined) throw notImplemented("UpdateTable with MultiRegionConsistency");
}

function checkMembers(input: UpdateTableCommandInput): void {
  checkTableName(input);
  const updates = input.GlobalSecondaryIndexUpdates ?? [];
  checkConstraints(
    ...definitionViolations(input.AttributeDefinitions),
    oneOf("billingMode", input.BillingMode, ["PROVISIONED", "PAY_PER_REQUEST"]),
    oneOf("tableClass", input.TableClass, ["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    ...throughputViolations("provisionedThroughput", input.ProvisionedThroughput),
    ...updates.flatMap(updateViolations),
  );
  const { BillingMode, ProvisionedThroughput, TableClass, DeletionProtectionEnabled, StreamSpecification } = input;
  const wanted = [BillingMode, ProvisionedThroughput, TableClass, DeletionProtectionEnabled, StreamSpecification];
  if (wanted.every((member) => member === undefined) && updates.length === 0) {
    throw new Refusal(
      "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
    );
  }
  if (updates.length > 1) {
    throw new AwsError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  }
}

function updateViolations(update: GlobalSecondaryIndexUpdate, index: number): readonly Violation[] {
  const at = `globalSecondaryIndexUpdates.${index + 1}.member`;
  const { Create: create, Update: change, Delete: del } = update;
  if ([create, change, del].filter((action) => action !== undefined).length !== 1) {
    throw new Refusal(
      `${INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null`,
    );
  }
  if (create !== undefined) return indexViolations(`${at}.create`, create);
  if (del !== undefined) return [newNameViolation(`${at}.delete.indexName`, del.IndexName)];
  if (change?.OnDemandThroughput !== undefined) throw notImplemented("OnDemandThroughput of an index");
  if (change?.WarmThroughput !== undefined) throw notImplemented("WarmThroughput of an index");
  return [
    newNameViolation(`${at}.update.indexName`, change?.IndexName),
    required(`${at}.update.provisionedThroughput`, change?.ProvisionedThroughput),
    ...throughputViolations(`${at}.update.provisionedThroughput`, change?.ProvisionedThroughput),
  ];
}

interface Billing {
  readonly mode: TableRecord["billingMode"];
  readonly throughput: Throughput;
  readonly changed: boolean;
}

function newBilling(record: TableRecord, input: UpdateTableCommandInput): Billing {
  const { BillingMode: wanted, ProvisionedThroughput: provisioned } = input;
  const mode = wanted ?? record.billingMode;
  if (mode === "PAY_PER_REQUEST") {
    if (provisioned !== undefined) {
      throw new Refusal(
        `${INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
      );
    }
    return { mode, throughput: { read: 0, write: 0 }, changed: mode !== record.billingMode };
  }
  if (provisioned === undefined) {
    if (wanted === undefined || record.billingMode === "PROVISIONED") {
      return { mode, throughput: record.throughput, changed: false };
    }
    throw new Refusal(`${INVALID}ProvisionedThroughput must be specified when BillingMode is PROVISIONED`);
  }
  if (record.billingMode === "PROVISIONED") checkThroughputChanges(record.throughput, provisioned);
  return { mode, throughput: toThroughput(provisioned), changed: true };
}

function checkThroughputChanges(current: Throughput, wanted: ProvisionedThroughput): void {
  const { read, write } = toThroughput(wanted);
  if (read !== current.read || write !== current.write) return;
  throw new Refusal(
    `The provisioned throughput for the table will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the table: ${current.read}. Requested ReadCapacityUnits: ${read}. Current WriteCapacityUnits provisioned for the table: ${current.write}. Requested WriteCapacityUnits: ${write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.`,
  );
}

function applyBilling(record: TableRecord, { mode, throughput, changed }: Billing, now: number): void {
  if (!changed) return;
  if (mode === "PAY_PER_REQUEST") {
    record.onDemandSince = now;
    for (const index of record.indexes.values()) index.throughput = throughput;
  }
  record.billingMode = mode;
  record.throughput = throughput;
}

function checkIndexing(
  record: TableRecord,
  update: GlobalSecondaryIndexUpdate,
  input: UpdateTableCommandInput,
  mode: TableRecord["billingMode"],
): void {
  const { Create: create } = update;
  if (create === undefined) {
    if (existing(record, update) !== undefined) return;
    throw new AwsError("ResourceNotFoundException", "Requested resource not found");
  }
  if (record.indexes.has(create.IndexName ?? "")) {
    throw new Refusal(`Attempting to create an index which already exists`);
  }
  checkIndexes([create], { definitions: definitionsWith(record, input), onDemand: mode === "PAY_PER_REQUEST" });
  if (record.indexes.size >= MAX_INDEXES) {
    throw new Refusal(`${INVALID}GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_INDEXES}`);
  }
  checkProjectedAttributes([
    create.Projection?.NonKeyAttributes ?? [],
    ...[...record.indexes.values()].map(({ projection }) => projection.NonKeyAttributes ?? []),
  ]);
}

function existing(record: TableRecord, update: GlobalSecondaryIndexUpdate): IndexRecord | undefined {
  const index = record.indexes.get(update.Update?.IndexName ?? update.Delete?.IndexName ?? "");
  return index?.goneAt === undefined ? index : undefined;
}

/** Attributes that the request defines are added to those that are defined. */
function definitionsWith(record: TableRecord, input: UpdateTableCommandInput): TableRecord["definitions"] {
  const added = input.AttributeDefinitions ?? [];
  const names = new Set(added.map(({ AttributeName: name }) => name));
  return [...record.definitions.filter(({ AttributeName: name }) => !names.has(name)), ...added];
}

function applyIndexing(
  catalog: Catalog,
  record: TableRecord,
  update: GlobalSecondaryIndexUpdate,
  input: UpdateTableCommandInput,
): void {
  const now = catalog.now();
  if (update.Create !== undefined) {
    record.definitions = definitionsWith(record, input);
    addIndex(catalog, record, update.Create, now + catalog.draw("createIndexMs"));
    return;
  }
  const index = existing(record, update);
  if (index === undefined) return;
  if (update.Update !== undefined) index.throughput = toThroughput(update.Update.ProvisionedThroughput);
  else if (indexStatusOf(index, record, now) !== "DELETING") index.goneAt = now + catalog.draw("updateTableMs");
}
