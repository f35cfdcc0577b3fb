import type { Statement } from "@muster/manifest";
import { malformedPolicy, notImplemented } from "./iam-errors.ts";
import { PolicyError } from "./policy-error.ts";
import { compileStatement } from "./statement.ts";

/** Statements as a policy document, in JSON. */
export function printPolicy(statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: VERSION,
    Statement: statements.map((statement) => ({
      Sid: statement.sid,
      Effect: "Allow",
      Action: statement.actions,
      Resource: statement.resources,
      ...(statement.conditions !== undefined && { Condition: statement.conditions }),
    })),
  });
}

/**
 * Reads a policy document as PutRolePolicy gets it.
 * @throws {AwsError} MalformedPolicyDocument, or NotImplemented for what only the real IAM evaluates
 */
export function parsePolicy(text: string): Statement[] {
  const statements = statementsOf(text).map((statement, index) => parseStatement(statement, index));
  for (const statement of statements) {
    try {
      compileStatement(statement);
    } catch (error) {
      throw error instanceof PolicyError ? notImplemented(`this policy: ${error.message}`) : error;
    }
  }
  return statements;
}

/** Who a role trusts: services, and principals of the account. */
export interface Trust {
  readonly services: readonly string[];
  /** ARNs of roles, users or the account's root. */
  readonly principals: readonly string[];
}

export function printTrust({ services, principals }: Trust): string {
  return JSON.stringify({
    Version: VERSION,
    Statement: [
      {
        Effect: "Allow",
        Principal: {
          ...(services.length > 0 && { Service: services.length === 1 ? services[0] : services }),
          ...(principals.length > 0 && { AWS: principals.length === 1 ? principals[0] : principals }),
        },
        Action: "sts:AssumeRole",
      },
    ],
  });
}

/** @throws {AwsError} MalformedPolicyDocument, or NotImplemented */
export function parseTrust(text: string): Trust {
  const trusts = statementsOf(text).map((statement) => {
    refuseOthers(statement, ["Sid", "Effect", "Principal", "Action"]);
    const principal = asObject(statement["Principal"]);
    if (principal === undefined) throw malformedPolicy("Missing required field Principal");
    refuseOthers(principal, ["Service", "AWS"], "the principal ");
    if (!texts(statement["Action"]).includes("sts:AssumeRole")) {
      throw malformedPolicy("AssumeRole policy may only specify STS AssumeRole actions.");
    }
    return { services: texts(principal["Service"] ?? []), principals: texts(principal["AWS"] ?? []) };
  });
  return {
    services: trusts.flatMap(({ services }) => services),
    principals: trusts.flatMap(({ principals }) => principals),
  };
}

const VERSION = "2012-10-17";

type JsonObject = Readonly<Record<string, unknown>>;

function statementsOf(text: string): JsonObject[] {
  const document = asObject(parseJson(text));
  if (document === undefined) throw malformedPolicy("Syntax errors in policy.");
  const version = document["Version"];
  if (version !== undefined && version !== VERSION && version !== "2008-10-17") {
    throw malformedPolicy("Syntax errors in policy.");
  }
  const raw = document["Statement"];
  const statements = (Array.isArray(raw) ? (raw as unknown[]) : [raw]).map(asObject);
  return statements.map((statement) => {
    if (statement === undefined) throw malformedPolicy("Syntax errors in policy.");
    if (statement["Effect"] === "Deny") throw notImplemented("Deny statements");
    if (statement["Effect"] !== "Allow") throw malformedPolicy("Syntax errors in policy.");
    return statement;
  });
}

function parseStatement(statement: JsonObject, index: number): Statement {
  refuseOthers(statement, ["Sid", "Effect", "Action", "Resource", "Condition"]);
  const sid = statement["Sid"];
  const conditions = asObject(statement["Condition"]);
  const [actions, resources] = [texts(statement["Action"]), texts(statement["Resource"])];
  if (actions.length === 0) throw malformedPolicy("Policy statement must contain actions.");
  if (resources.length === 0) throw malformedPolicy("Policy statement must contain resources.");
  return {
    sid: typeof sid === "string" ? sid : `Statement${index}`,
    actions,
    resources,
    ...(conditions !== undefined && { conditions: parseConditionBlock(conditions) }),
  };
}

function parseConditionBlock(block: JsonObject): Record<string, Record<string, string[]>> {
  return Object.fromEntries(
    Object.entries(block).map(([operator, keys]) => {
      const inner = asObject(keys);
      if (inner === undefined) throw malformedPolicy("Syntax errors in policy.");
      return [operator, Object.fromEntries(Object.entries(inner).map(([key, values]) => [key, texts(values)]))];
    }),
  );
}

/** AWS would act on each of these (NotAction, NotResource...); to skip one would allow what it forbids. */
function refuseOthers(object: JsonObject, known: readonly string[], where = ""): void {
  const other = Object.keys(object).find((key) => !known.includes(key));
  if (other !== undefined) throw notImplemented(`${where}${other} in policies`);
}

/** One text or a list of them; booleans and numbers count as their text, as IAM reads them. */
function texts(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "boolean" || typeof item === "number") return String(item);
    throw malformedPolicy("Syntax errors in policy.");
  });
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicy("This policy contains invalid Json");
  }
}
