import type { TransactWriteItem, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb";
import { randomInt } from "@muster/core";
import { AwsError } from "../../../kernel/aws-error.ts";
import { add, consumedCapacity, readUnits, TRANSACTION_FACTOR, writeConsumption, type Consumed } from "../capacity.ts";
import type { TableRecord } from "../catalog.ts";
import { MAX_TOKEN_LENGTH, MAX_TRANSACTION_ACTIONS, MAX_TRANSACTION_BYTES } from "../limits.ts";
import { Refusal } from "../refusal.ts";
import {
  checkConstraints,
  commonViolations,
  lengthWithin,
  required,
  returnOnFailureViolation,
  type Violation,
} from "../requests/constraints.ts";
import { tableNameViolation } from "../requests/table-name.ts";
import type { Item } from "../values/attribute-value.ts";
import { itemBytes } from "../values/size.ts";
import { checkDistinctItems, outcomesOf, type Target } from "./transaction.ts";
import { meetsConflict, type DynamoDbState } from "./state.ts";
import { readWrite, type WriteAction, type WriteMembers } from "./write-action.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export function transactWriteItems(state: DynamoDbState, input: TransactWriteItemsCommandInput): object {
  checkMembers(input);
  const actions = (input.TransactItems ?? []).map(readAction);
  const targets = actions.map(({ name, action }): Target => ({ record: state.catalog.active(name), action }));
  checkDistinctItems(targets);
  const now = state.catalog.now();
  const { TransactItems: items, ClientRequestToken: token } = input;
  if (token !== undefined) {
    const recalled = state.tokens.recall(token, items, now);
    if (recalled === "different") throw mismatch();
    if (recalled === "same") return answer(input, targets.map(readAgain));
  }
  const outcomes = outcomesOf(
    targets,
    meetsConflict(state) ? randomInt(state.random, 0, targets.length - 1) : undefined,
  );
  const bytes = outcomes.reduce((sum, { before, after }) => sum + Math.max(bytesOf(before), bytesOf(after)), 0);
  if (bytes > MAX_TRANSACTION_BYTES) throw new Refusal(TOO_BIG);
  for (const { record, action, key, before, after } of outcomes) {
    if (action.kind === "ConditionCheck") continue;
    if (after === undefined) record.table.delete(key, now);
    else if (after !== before) record.table.put(after, now);
  }
  if (token !== undefined) state.tokens.remember(token, items, now);
  return answer(
    input,
    outcomes.map(({ record, before, after }) => ({
      record,
      kind: "WriteCapacityUnits",
      consumed: () => writeConsumption(record.table, before, after, TRANSACTION_FACTOR),
    })),
  );
}

const TOO_BIG = "Transaction request payload size exceeds the limit of 4 MB";

interface Usage {
  readonly record: TableRecord;
  readonly kind: "ReadCapacityUnits" | "WriteCapacityUnits";
  readonly consumed: () => Consumed;
}

function answer(input: TransactWriteItemsCommandInput, usages: readonly Usage[]): object {
  const level = input.ReturnConsumedCapacity;
  if (level !== "TOTAL" && level !== "INDEXES") return {};
  const byTable = new Map<TableRecord, Consumed>();
  for (const { record, consumed } of usages) byTable.set(record, add(byTable.get(record), consumed()));
  const kind = usages[0]?.kind;
  return {
    ConsumedCapacity: [...byTable].map(([record, consumed]) =>
      consumedCapacity(level, record.name, () => consumed, kind),
    ),
  };
}

/** A transaction that was done before costs what it costs to look at its items. */
function readAgain({ record, action }: Target): Usage {
  const item = record.table.get(action.kind === "Put" ? action.item : action.key);
  return {
    record,
    kind: "ReadCapacityUnits",
    consumed: () => ({ table: readUnits(bytesOf(item), TRANSACTION_FACTOR), indexes: new Map() }),
  };
}

function mismatch(): AwsError {
  return new AwsError(
    "IdempotentParameterMismatchException",
    "DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.",
  );
}

function checkMembers(input: TransactWriteItemsCommandInput): void {
  const { TransactItems: items, ClientRequestToken: token } = input;
  checkConstraints(
    lengthWithin("clientRequestToken", token, { least: 1, most: MAX_TOKEN_LENGTH, shown: token ?? "" }),
    ...commonViolations(input),
    required("transactItems", items) ??
      lengthWithin("transactItems", items, {
        least: 1,
        most: MAX_TRANSACTION_ACTIONS,
        shown: showActions(items ?? []),
      }),
    ...(items ?? []).flatMap(memberViolations),
  );
  for (const item of items ?? []) {
    if (Object.keys(item).length !== 1) {
      throw new Refusal("TransactItems can only contain one of Check, Put, Update or Delete");
    }
  }
}

/** AWS quotes the request as Java prints it; this is its outline. */
function showActions(items: readonly TransactWriteItem[]): string {
  return `[${items.map((item) => `TransactWriteItem(${Object.keys(item).join(", ")})`).join(", ")}]`;
}

function memberViolations(item: TransactWriteItem, index: number): readonly Violation[] {
  const at = `transactItems.${index + 1}.member`;
  const { ConditionCheck: check, Put: put, Delete: del, Update: update } = item;
  return [
    ...(check === undefined
      ? []
      : [
          required(`${at}.conditionCheck.conditionExpression`, check.ConditionExpression),
          required(`${at}.conditionCheck.key`, check.Key),
          ...sharedViolations(`${at}.conditionCheck`, check),
        ]),
    ...(put === undefined ? [] : [required(`${at}.put.item`, put.Item), ...sharedViolations(`${at}.put`, put)]),
    ...(del === undefined ? [] : [required(`${at}.delete.key`, del.Key), ...sharedViolations(`${at}.delete`, del)]),
    ...(update === undefined
      ? []
      : [
          required(`${at}.update.updateExpression`, update.UpdateExpression),
          required(`${at}.update.key`, update.Key),
          ...sharedViolations(`${at}.update`, update),
        ]),
  ];
}

function sharedViolations(
  at: string,
  action: { TableName?: string | undefined; ReturnValuesOnConditionCheckFailure?: string | undefined },
): readonly Violation[] {
  return [
    tableNameViolation(action.TableName)?.replace("'tableName'", `'${at}.tableName'`),
    returnOnFailureViolation(`${at}.returnValuesOnConditionCheckFailure`, action.ReturnValuesOnConditionCheckFailure),
  ];
}

/** Actions are read one after the other: the first one with anything wrong decides. */
function readAction({ ConditionCheck, Put, Delete, Update }: TransactWriteItem): NamedAction {
  if (ConditionCheck !== undefined) return named("ConditionCheck", ConditionCheck);
  if (Put !== undefined) return named("Put", Put);
  if (Delete !== undefined) return named("Delete", Delete);
  if (Update !== undefined) return named("Update", Update);
  throw new TypeError("an action of a transaction that is none was let through");
}

interface NamedAction {
  /** The table's name or ARN. */
  readonly name: string;
  readonly action: WriteAction;
}

function named(kind: WriteAction["kind"], members: WriteMembers & { TableName: string | undefined }): NamedAction {
  return { name: members.TableName ?? "", action: readWrite(kind, members, "older") };
}

function bytesOf(item: Item | undefined): number {
  return item === undefined ? 0 : itemBytes(item);
}
