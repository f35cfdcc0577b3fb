import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { listOf, textOf } from "./check.ts";

/** A statement of a policy document, as AWS gets it. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

export const ROLE = "aws:iam/role:Role";
export const POLICY = "aws:iam/policy:Policy";

/** A policy's statements, or a role's own, of all its inline policies. */
export function statementsOf(holder: RecordedResource): readonly PolicyStatement[] {
  if (holder.type === POLICY) return readPolicy(textOf(holder.inputs, "policy"));
  return listOf(holder.inputs, "inlinePolicies").flatMap((policy) =>
    readPolicy(textOf(policy as Record<string, unknown>, "policy")),
  );
}

export function readPolicy(document: string): readonly PolicyStatement[] {
  const { Statement } = JSON.parse(document) as { Statement: readonly Record<string, unknown>[] };
  return Statement.map(
    (statement) =>
      ({ ...statement, Action: many(statement["Action"]), Resource: many(statement["Resource"]) }) as PolicyStatement,
  );
}

export function roleOf(recording: Recording, arn: string): RecordedResource | undefined {
  return ofType(recording, ROLE).find((role) => role.state["arn"] === arn);
}

/** Whether a role's own statements allow something unconditionally. */
export function isAllowed(role: RecordedResource | undefined, action: string, resource: string): boolean {
  return (
    role !== undefined &&
    statementsOf(role).some(
      (statement) =>
        statement.Condition === undefined &&
        statement.Action.includes(action) &&
        statement.Resource.some((pattern) => matches(pattern, resource)),
    )
  );
}

/** `*` and `?` as IAM knows them. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(text);
}

function many(value: unknown): readonly string[] {
  return typeof value === "string" ? [value] : ((value ?? []) as readonly string[]);
}
