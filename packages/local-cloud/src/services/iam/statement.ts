import type { Statement } from "@muster/manifest";
import type { AccessRequest } from "../../kernel/service.ts";
import { matchesArn } from "./arn-pattern.ts";
import { parseConditions, type Condition } from "./condition.ts";
import { ANY, matchesGlob, parseGlob, type Glob } from "./glob.ts";
import { PolicyError } from "./policy-error.ts";
import { PolicyText } from "./policy-text.ts";
import type { RequestContext } from "./request-context.ts";

/** A statement, read once and asked often. */
export interface CompiledStatement {
  readonly sid: string;
  readonly actions: readonly { readonly text: string; readonly glob: Glob }[];
  readonly resources: readonly PolicyText[];
  readonly conditions: readonly Condition[];
}

/** What in a statement allowed a request, as the policy writes it. */
export interface Match {
  readonly statement: CompiledStatement;
  readonly action: string;
  readonly resource: string;
}

/** @throws {PolicyError} for what IAM, or this IAM, cannot evaluate */
export function compileStatement(statement: Statement): CompiledStatement {
  if (statement.actions.length === 0 || statement.resources.length === 0) {
    throw new PolicyError(`the statement ${statement.sid} must name an action and a resource`);
  }
  return {
    sid: statement.sid,
    actions: statement.actions.map((text) => ({ text, glob: parseGlob(text.toLowerCase()) })),
    resources: statement.resources.map((text) => new PolicyText(text)),
    conditions: parseConditions(statement.conditions ?? {}),
  };
}

/** The pattern of the statement that covers an action, if any; actions are not case-sensitive. */
export function coveringAction(statement: CompiledStatement, action: string): string | undefined {
  const lower = action.toLowerCase();
  return statement.actions.find(({ glob }) => matchesGlob(glob, lower))?.text;
}

/** Whether the statement, which covers the action, allows the request; and by which of its resources. */
export function allowingResource(
  statement: CompiledStatement,
  request: AccessRequest,
  context: () => RequestContext,
): string | undefined {
  const resource = statement.resources.find((pattern) => {
    if (pattern.isPlain && pattern.text === request.resource) return true;
    const glob = pattern.resolve(context);
    return glob !== undefined && matchesResource(glob, request.resource);
  });
  if (resource === undefined) return undefined;
  return statement.conditions.every((condition) => condition.holds(context())) ? resource.text : undefined;
}

/** An action without resources of its own asks for `*`, which only the pattern `*` covers. */
function matchesResource(pattern: Glob, resource: string): boolean {
  if (pattern.every((part) => part === ANY)) return true;
  return resource.startsWith("arn:") ? matchesArn(pattern, resource) : matchesGlob(pattern, resource);
}
