import { chance, type Random } from "@muster/core";
import type { Catalog } from "../catalog.ts";
import type { TokenMemory } from "../store/token-memory.ts";

/** What every operation works on. */
export interface DynamoDbState {
  readonly catalog: Catalog;
  readonly random: Random;
  readonly tokens: TokenMemory;
}

/** Whether a write meets another transaction on its item, by the dial. */
export function meetsConflict(state: DynamoDbState): boolean {
  const { transactionConflict } = state.catalog.dials;
  return transactionConflict > 0 && chance(state.random, transactionConflict);
}

/** Whether an item of a batch is left out, by the dial. */
export function leavesOut(state: DynamoDbState): boolean {
  const { unprocessed } = state.catalog.dials;
  return unprocessed > 0 && chance(state.random, unprocessed);
}
