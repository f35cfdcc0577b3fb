import type { DeleteItemCommandInput, PutItemCommandInput, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../kernel/aws-error.ts";
import { consumedCapacity, writeConsumption } from "../capacity.ts";
import { project } from "../expressions/project.ts";
import { inEnvelope, Refusal } from "../refusal.ts";
import {
  checkConstraints,
  commonViolations,
  required,
  returnOnFailureViolation,
  returnValuesViolation,
} from "../requests/constraints.ts";
import { refuseLegacy } from "../requests/refuse-legacy.ts";
import { tableNameViolation } from "../requests/table-name.ts";
import type { Item } from "../values/attribute-value.ts";
import {
  checkAgainstTable,
  keyOfWrite,
  outcomeOf,
  readWrite,
  type WriteAction,
  type WriteMembers,
} from "./write-action.ts";
import { meetsConflict, type DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export function putItem(state: DynamoDbState, input: PutItemCommandInput): object {
  refuseLegacy("PutItem", input);
  const action = inEnvelope(() => {
    checkConstraints(...memberViolations(input), required("item", input.Item));
    checkOldOrNone(input.ReturnValues);
    return readWrite("Put", input, "current");
  });
  return write(state, input, action);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export function updateItem(state: DynamoDbState, input: UpdateItemCommandInput): object {
  refuseLegacy("UpdateItem", input);
  const action = inEnvelope(() => {
    const returnValues = returnValuesViolation(input.ReturnValues);
    // UpdateItem stops at this one, where PutItem and DeleteItem tell of the others too.
    if (returnValues !== undefined) checkConstraints(returnValues);
    checkConstraints(...memberViolations(input), required("key", input.Key));
    return readWrite("Update", input, "current");
  });
  return write(state, input, action);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export function deleteItem(state: DynamoDbState, input: DeleteItemCommandInput): object {
  refuseLegacy("DeleteItem", input);
  const action = inEnvelope(() => {
    checkConstraints(...memberViolations(input), required("key", input.Key));
    checkOldOrNone(input.ReturnValues);
    return readWrite("Delete", input, "current");
  });
  return write(state, input, action);
}

type SingleWrite = WriteMembers & {
  readonly TableName: string | undefined;
  readonly ReturnValues?: string | undefined;
  readonly ReturnConsumedCapacity?: string | undefined;
  readonly ReturnItemCollectionMetrics?: string | undefined;
};

function write(state: DynamoDbState, input: SingleWrite, action: WriteAction): object {
  const { catalog } = state;
  const record = catalog.active(input.TableName ?? "");
  checkAgainstTable(action, record);
  if (meetsConflict(state)) throw new AwsError("TransactionConflictException", "Transaction is ongoing for the item");
  const key = keyOfWrite(action, record);
  const before = record.table.get(key);
  const after = outcomeOf(action, record, before);
  const capacity = consumedCapacity(input.ReturnConsumedCapacity, record.name, () =>
    writeConsumption(record.table, before, after),
  );
  if (after === undefined) record.table.delete(key, catalog.now());
  else if (after !== before) record.table.put(after, catalog.now());
  const attributes = returned(input.ReturnValues, action, { before, after });
  return {
    ...(attributes === undefined ? {} : { Attributes: attributes }),
    ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }),
  };
}

/** What ReturnValues asks for; nothing rather than an empty map. */
function returned(
  returnValues: string | undefined,
  action: WriteAction,
  { before, after }: { before: Item | undefined; after: Item | undefined },
): Item | undefined {
  if (returnValues === "ALL_OLD") return before;
  if (returnValues === "ALL_NEW") return after;
  if (returnValues !== "UPDATED_OLD" && returnValues !== "UPDATED_NEW") return undefined;
  const paths = action.expressions.update?.map(({ path }) => path) ?? [];
  const parts = project((returnValues === "UPDATED_OLD" ? before : after) ?? {}, paths);
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function memberViolations(input: SingleWrite): readonly (string | undefined)[] {
  const name = tableNameViolation(input.TableName);
  const [capacity, metrics] = commonViolations(input);
  return [
    capacity,
    returnValuesViolation(input.ReturnValues),
    metrics,
    name,
    returnOnFailureViolation("returnValuesOnConditionCheckFailure", input.ReturnValuesOnConditionCheckFailure),
  ];
}

function checkOldOrNone(returnValues: string | undefined): void {
  if (returnValues === undefined || returnValues === "NONE" || returnValues === "ALL_OLD") return;
  throw new Refusal("ReturnValues can only be ALL_OLD or NONE");
}
