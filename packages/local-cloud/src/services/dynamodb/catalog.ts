import type { AttributeDefinition, KeySchemaElement } from "@aws-sdk/client-dynamodb";
import { randomBetween, type Clock, type Random } from "@muster/core";
import { AwsError } from "../../kernel/aws-error.ts";
import type { DynamoDbDials } from "./dials.ts";
import { tableNameOf, type Home } from "./requests/table-name.ts";
import type { Table } from "./store/table.ts";

export interface Throughput {
  readonly read: number;
  readonly write: number;
}

/** An index as its table's description tells of it. */
export interface IndexRecord {
  readonly name: string;
  readonly keyElements: readonly KeySchemaElement[];
  readonly projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] };
  throughput: Throughput;
  /** Epoch ms from which it can be read. */
  readonly readyAt: number;
  /** Epoch ms at which it is gone; undefined while it stays. */
  goneAt: number | undefined;
}

/** A table, and everything about it that is not its items. */
export interface TableRecord {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly table: Table;
  readonly keyElements: readonly KeySchemaElement[];
  definitions: readonly AttributeDefinition[];
  readonly indexes: Map<string, IndexRecord>;
  billingMode: "PAY_PER_REQUEST" | "PROVISIONED";
  /** When it was last set to PAY_PER_REQUEST, epoch ms. */
  onDemandSince: number | undefined;
  throughput: Throughput;
  tableClass: string | undefined;
  deletionProtection: boolean;
  readonly tags: Map<string, string>;
  timeToLive: { readonly attribute: string | undefined; readonly changedAt: number } | undefined;
  pointInTimeRecovery: { readonly since: number; readonly days: number } | undefined;
  /** Epoch ms until which it is CREATING, and until which it is UPDATING. */
  readonly activeAt: number;
  updatedAt: number;
  /** Epoch ms at which it is gone; undefined while it stays. */
  goneAt: number | undefined;
  /** Counts as DescribeTable tells them: rarely brought up to date. */
  counted: { readonly at: number; readonly items: number; readonly bytes: number };
}

/** The tables of one account in one region, as they are at any time. */
export class Catalog {
  readonly home: Home;
  readonly dials: DynamoDbDials;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #tables = new Map<string, TableRecord>();

  constructor(options: { home: Home; dials: DynamoDbDials; clock: Clock; random: Random }) {
    this.home = options.home;
    this.dials = options.dials;
    this.#clock = options.clock;
    this.#random = options.random;
  }

  now(): number {
    return this.#clock.now();
  }

  /** A duration by one of the dials, ms. */
  draw(
    dial: "createTableMs" | "updateTableMs" | "deleteTableMs" | "createIndexMs" | "indexLagMs" | "expiryDelayMs",
  ): number {
    return randomBetween(this.#random, this.dials[dial]);
  }

  add(record: TableRecord): void {
    this.#tables.set(record.name, record);
  }

  /** Names of all tables, in the order of ListTables. */
  names(): readonly string[] {
    return [...this.#tables.keys()].filter((name) => this.find(name) !== undefined).toSorted();
  }

  /** The table of that name or ARN, in whatever state; what time has brought to it has happened. */
  find(nameOrArn: string): TableRecord | undefined {
    const name = tableNameOf(this.home, nameOrArn);
    const record = this.#tables.get(name);
    if (record === undefined) return undefined;
    const now = this.now();
    if (record.goneAt !== undefined && record.goneAt <= now) {
      this.#tables.delete(name);
      return undefined;
    }
    for (const index of record.indexes.values()) {
      if (index.goneAt !== undefined && index.goneAt <= now) {
        record.indexes.delete(index.name);
        record.table.indexes.delete(index.name);
      }
    }
    record.table.settle(now);
    return record;
  }

  /** The table for an operation on its items: it must be there and have been created. */
  active(nameOrArn: string): TableRecord {
    const record = this.find(nameOrArn);
    if (record === undefined || statusOf(record, this.now()) === "CREATING" || record.goneAt !== undefined) {
      throw new AwsError("ResourceNotFoundException", "Requested resource not found");
    }
    return record;
  }

  /** The table for an operation on the table itself. */
  described(nameOrArn: string): TableRecord {
    const record = this.find(nameOrArn);
    if (record !== undefined) return record;
    const name = tableNameOf(this.home, nameOrArn);
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: Table: ${name} not found`);
  }
}

export function statusOf(record: TableRecord, now: number): "CREATING" | "UPDATING" | "DELETING" | "ACTIVE" {
  if (record.goneAt !== undefined) return "DELETING";
  if (now < record.activeAt) return "CREATING";
  // A table is ACTIVE again long before an index that is added to it.
  return now < record.updatedAt ? "UPDATING" : "ACTIVE";
}

export function indexStatusOf(
  index: IndexRecord,
  record: TableRecord,
  now: number,
): "CREATING" | "DELETING" | "ACTIVE" {
  if (index.goneAt !== undefined || record.goneAt !== undefined) return "DELETING";
  return now < index.readyAt || now < record.activeAt ? "CREATING" : "ACTIVE";
}
