import type { Range } from "@muster/core";

/** How the embedded DynamoDB behaves where AWS leaves it open. Tests turn them at any time. */
export interface DynamoDbDials {
  /** How long a new table is CREATING, ms. */
  createTableMs: Range;
  /** How long UpdateTable keeps a table UPDATING, ms. */
  updateTableMs: Range;
  /** How long a table is DELETING, ms. */
  deleteTableMs: Range;
  /** How long a new index on an existing table is CREATING, ms. */
  createIndexMs: Range;
  /** How far an index is behind its table, ms. */
  indexLagMs: Range;
  /** How long after its expiry an item is really deleted, ms. */
  expiryDelayMs: Range;
  /** Probability, 0..1, that one item of a batch comes back unprocessed. */
  unprocessed: number;
  /** Probability, 0..1, that a write or a transaction meets another transaction on one of its items. */
  transactionConflict: number;
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** What was measured on AWS, or what AWS says; faults are off. */
export const defaultDials: Readonly<DynamoDbDials> = {
  // An empty on-demand table was ACTIVE after 7 s, a deleted one gone after 5 s (measured October 2026).
  createTableMs: { min: 5 * SECOND_MS, max: 10 * SECOND_MS },
  updateTableMs: { min: 5 * SECOND_MS, max: 30 * SECOND_MS },
  deleteTableMs: { min: 4 * SECOND_MS, max: 8 * SECOND_MS },
  // A backfill takes minutes, even of an empty table.
  createIndexMs: { min: 300 * SECOND_MS, max: 900 * SECOND_MS },
  // "Propagated within a fraction of a second, under normal conditions": GSI.html in the developer guide.
  indexLagMs: { min: 5, max: 200 },
  // "Typically within 48 hours of expiration", says AWS's guide of TTL (newer words: "within a few days").
  expiryDelayMs: { min: 60 * SECOND_MS, max: 48 * HOUR_MS },
  unprocessed: 0,
  transactionConflict: 0,
};
