import { MAX_NAME_LENGTH, MIN_NAME_LENGTH } from "../limits.ts";
import { notImplemented, Refusal } from "../refusal.ts";
import { lengthWithin, matches, required, unquotedViolation, type Violation } from "./constraints.ts";

/** Whose tables these are. */
export interface Home {
  readonly account: string;
  readonly region: string;
}

export function tableArn(home: Home, name: string): string {
  return `arn:aws:dynamodb:${home.region}:${home.account}:table/${name}`;
}

export function indexArn(home: Home, table: string, index: string): string {
  return `${tableArn(home, table)}/index/${index}`;
}

/** The name in a TableName, which may also be the table's ARN. */
export function tableNameOf(home: Home, nameOrArn: string): string {
  const arn = TABLE_ARN.exec(nameOrArn);
  if (arn === null) return nameOrArn;
  const [, region, account, name = ""] = arn;
  if (region !== home.region || account !== home.account) {
    throw notImplemented("tables of another account or region");
  }
  return name;
}

/**
 * What is wrong with the TableName of a request that uses a table. An empty one is said alone: AWS looks at nothing else then.
 * @throws {Refusal} for an empty name
 */
export function tableNameViolation(name: string | undefined): Violation {
  if (name === "") {
    throw new Refusal(
      `1 validation error detected: ${unquotedViolation("TableName", "Member must have length greater than or equal to 1")}`,
    );
  }
  if (name !== undefined && TABLE_ARN.test(name)) return undefined;
  return (
    required("tableName", name) ??
    lengthWithin("tableName", name, { most: MAX_NAME_LENGTH, shown: name ?? "" }) ??
    matches("tableName", name, NAME, NAME_PATTERN)
  );
}

/** What is wrong with the name of a new table or index. */
export function newNameViolation(member: string, name: string | undefined): Violation {
  return (
    required(member, name) ??
    lengthWithin(member, name, { least: MIN_NAME_LENGTH, most: MAX_NAME_LENGTH, shown: name ?? "" }) ??
    matches(member, name, NAME, NAME_PATTERN)
  );
}

/** Whether a name or ARN can name a table at all. */
export function isTableName(name: string): boolean {
  return TABLE_ARN.test(name) || (NAME.test(name) && name.length >= MIN_NAME_LENGTH && name.length <= MAX_NAME_LENGTH);
}

export const NAME_PATTERN = "[a-zA-Z0-9_.-]+";
const NAME = /^[a-zA-Z0-9_.-]+$/;
const TABLE_ARN = /^arn:aws[a-z-]*:dynamodb:([a-z0-9-]+):(\d{12}):table\/([a-zA-Z0-9_.-]{3,255})$/;
