import type { DeleteTableCommandInput } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../../kernel/aws-error.ts";
import { statusOf } from "../catalog.ts";
import { Refusal } from "../refusal.ts";
import { checkTableName, describe } from "./describe-table.ts";
import type { DynamoDbState } from "./state.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html */
export function deleteTable({ catalog }: DynamoDbState, input: DeleteTableCommandInput): object {
  checkTableName(input);
  const record = catalog.described(input.TableName ?? "");
  const status = statusOf(record, catalog.now());
  if (status !== "ACTIVE") throw stillInUse(record.name, status);
  if (record.deletionProtection) {
    throw new Refusal(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  }
  record.goneAt = catalog.now() + catalog.draw("deleteTableMs");
  return { TableDescription: describe(catalog, record) };
}

/** A table that is just being made, changed or deleted. */
export function stillInUse(name: string, status: "CREATING" | "UPDATING" | "DELETING"): AwsError {
  const happening = { CREATING: "created", UPDATING: "updated", DELETING: "deleted" }[status];
  return new AwsError(
    "ResourceInUseException",
    `Attempt to change a resource which is still in use: Table is being ${happening}: ${name}`,
  );
}
