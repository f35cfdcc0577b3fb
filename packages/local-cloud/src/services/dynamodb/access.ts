import type {
  BatchGetItemCommandInput,
  BatchWriteItemCommandInput,
  TransactGetItemsCommandInput,
  TransactWriteItemsCommandInput,
} from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../kernel/aws-error.ts";
import type { AccessRequest, Call } from "../../kernel/service.ts";
import { indexArn, tableArn, tableNameOf, type Home } from "./requests/table-name.ts";

/**
 * What IAM is asked before an operation, by
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * A transaction needs the permission of each of its actions (there is none for transactions), a query of an index the
 * one on the index.
 */
export function accessRequests(home: Home, operation: string, input: unknown): readonly AccessRequest[] | undefined {
  switch (operation) {
    case "ListTables":
      return undefined;
    case "TransactWriteItems":
      return transactWrites(home, input as TransactWriteItemsCommandInput);
    case "TransactGetItems":
      return transactGets(home, input as TransactGetItemsCommandInput);
    case "BatchGetItem":
    case "BatchWriteItem": {
      const { RequestItems: items } = input as BatchGetItemCommandInput | BatchWriteItemCommandInput;
      return unique(Object.keys(items ?? {}).map((name) => onTable(home, operation, name)));
    }
    case "TagResource":
    case "UntagResource":
    case "ListTagsOfResource":
      return [{ action: `dynamodb:${operation}`, resource: (input as { ResourceArn?: string }).ResourceArn ?? "*" }];
    default: {
      const { TableName: name, IndexName: index } = input as { TableName?: string; IndexName?: string };
      if (name === undefined) return undefined;
      if (index === undefined) return [onTable(home, operation, name)];
      return [{ action: `dynamodb:${operation}`, resource: indexArn(home, tableNameOf(home, name), index) }];
    }
  }
}

/** What AWS answers when IAM refuses. */
export function accessDenied(request: AccessRequest, call: Call): AwsError {
  return new AwsError(
    "AccessDeniedException",
    `User: ${call.caller.arn} is not authorized to perform: ${request.action} on resource: ${request.resource} because no identity-based policy allows the ${request.action} action`,
  );
}

function transactWrites(home: Home, input: TransactWriteItemsCommandInput): readonly AccessRequest[] {
  return unique(
    (input.TransactItems ?? []).flatMap((item) => [
      ...on(home, "ConditionCheckItem", item.ConditionCheck),
      ...on(home, "PutItem", item.Put),
      ...on(home, "DeleteItem", item.Delete),
      ...on(home, "UpdateItem", item.Update),
    ]),
  );
}

function transactGets(home: Home, input: TransactGetItemsCommandInput): readonly AccessRequest[] {
  return unique((input.TransactItems ?? []).flatMap(({ Get: get }) => on(home, "GetItem", get)));
}

function on(home: Home, operation: string, action: { TableName?: string | undefined } | undefined): AccessRequest[] {
  return action?.TableName === undefined ? [] : [onTable(home, operation, action.TableName)];
}

function onTable(home: Home, operation: string, nameOrArn: string): AccessRequest {
  return { action: `dynamodb:${operation}`, resource: tableArn(home, tableNameOf(home, nameOrArn)) };
}

/** A hundred puts into one table are one question. */
function unique(requests: readonly AccessRequest[]): readonly AccessRequest[] {
  const seen = new Map(requests.map((request) => [`${request.action} ${request.resource}`, request]));
  return [...seen.values()];
}
