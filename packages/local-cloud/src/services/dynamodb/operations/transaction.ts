import { AwsError } from "../../../kernel/aws-error.ts";
import type { TableRecord } from "../catalog.ts";
import { Refusal } from "../refusal.ts";
import { EmptyKeyRefusal } from "../requests/check-key.ts";
import { identityOf, hasKey } from "../store/key-schema.ts";
import type { Item } from "../values/attribute-value.ts";
import { checkAgainstTable, ConditionFailed, keyOfWrite, outcomeOf, type WriteAction } from "./write-action.ts";

/** One action of a transaction, and the table that it is for. */
export interface Target {
  readonly record: TableRecord;
  readonly action: WriteAction;
}

/** What an action makes of its item. */
export interface Outcome extends Target {
  readonly key: Item;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Why an action did not go through; `None` for one that would have. */
export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/**
 * Refuses a transaction with two actions on one item, before anything of it is tried.
 * @throws {Refusal}
 */
export function checkDistinctItems(targets: readonly Target[]): void {
  const seen = new Map<TableRecord, Set<string>>();
  for (const { record, action } of targets) {
    const key = action.kind === "Put" ? action.item : action.key;
    // A key of another type is the action's own trouble.
    if (hasKey(record.table.schema, key)) refuseTwice(seen, record, key);
  }
}

/** Notes an item; refuses one that was noted before. */
export function refuseTwice(seen: Map<TableRecord, Set<string>>, record: TableRecord, key: Item): void {
  const identities = seen.get(record) ?? new Set();
  const identity = identityOf(record.table.schema, key);
  if (identities.has(identity)) {
    throw new Refusal("Transaction request cannot include multiple operations on one item");
  }
  seen.set(record, identities.add(identity));
}

/**
 * What every action makes of its item, if all of them go through; `conflicting` is the index of one that meets another
 * transaction.
 * @throws {AwsError} TransactionCanceledException, with a reason for every action in order
 */
export function outcomesOf(targets: readonly Target[], conflicting: number | undefined): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const reasons = targets.map((target, index): CancellationReason => {
    if (index === conflicting) return CONFLICT;
    const outcome = tryAction(target);
    if ("Code" in outcome) return outcome;
    outcomes.push(outcome);
    return NONE;
  });
  if (outcomes.length < targets.length) throw cancelled(reasons);
  return outcomes;
}

export function cancelled(reasons: readonly CancellationReason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return new AwsError(
    "TransactionCanceledException",
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  );
}

export const NONE: CancellationReason = { Code: "None" };

export const CONFLICT: CancellationReason = {
  Code: "TransactionConflict",
  Message: "Transaction is ongoing for the item",
};

function tryAction(target: Target): Outcome | CancellationReason {
  const { record, action } = target;
  try {
    checkAgainstTable(action, record);
    const key = keyOfWrite(action, record);
    const before = record.table.get(key);
    return { ...target, key, before, after: outcomeOf(action, record, before) };
  } catch (error) {
    if (error instanceof ConditionFailed) {
      const reason = { Code: "ConditionalCheckFailed", Message: error.message };
      return error.item === undefined ? reason : { ...reason, Item: error.item };
    }
    // AWS tells of an empty key before it tries anything.
    if (error instanceof EmptyKeyRefusal) throw error;
    if (error instanceof Refusal) return { Code: "ValidationError", Message: error.message };
    throw error;
  }
}
