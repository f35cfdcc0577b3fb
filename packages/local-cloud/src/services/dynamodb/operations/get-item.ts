import type { GetItemCommandInput } from "@aws-sdk/client-dynamodb";
import { consumedCapacity, readUnits } from "../capacity.ts";
import { project } from "../expressions/project.ts";
import { readExpressions } from "../expressions/request-expressions.ts";
import { checkKeyPaths } from "../requests/check-key-paths.ts";
import { checkLookupKey } from "../requests/check-key.ts";
import { checkConstraints, commonViolations, required } from "../requests/constraints.ts";
import { refuseLegacy } from "../requests/refuse-legacy.ts";
import { tableNameViolation } from "../requests/table-name.ts";
import { checkItem } from "../values/check-value.ts";
import { itemBytes } from "../values/size.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export function getItem(state: DynamoDbState, input: GetItemCommandInput): object {
  refuseLegacy("GetItem", input);
  checkConstraints(
    ...commonViolations({ ReturnConsumedCapacity: input.ReturnConsumedCapacity }),
    tableNameViolation(input.TableName),
    required("key", input.Key),
  );
  const key = checkItem(input.Key ?? {}, "current");
  const { projection } = readExpressions(input, { layer: "current", values: [] });
  const record = state.catalog.active(input.TableName ?? "");
  checkLookupKey(key, record.table.schema);
  if (projection !== undefined) checkKeyPaths(projection, record.table);
  const item = record.table.get(key);
  const capacity = consumedCapacity(input.ReturnConsumedCapacity, record.name, () => ({
    table: readUnits(item === undefined ? 0 : itemBytes(item), input.ConsistentRead === true ? 1 : 0.5),
    indexes: new Map(),
  }));
  return {
    ...(item === undefined ? {} : { Item: projection === undefined ? item : project(item, projection) }),
    ...(capacity === undefined ? {} : { ConsumedCapacity: capacity }),
  };
}
