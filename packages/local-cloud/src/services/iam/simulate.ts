import type * as iam from "@aws-sdk/client-iam";
import type { AccessRequest, ServiceContext } from "../../kernel/service.ts";
import { evaluate, requestContext } from "./authorizer.ts";
import { noSuchEntity } from "./iam-errors.ts";
import { pageOf } from "./pagination.ts";
import type { Role, RoleStore } from "./role-store.ts";
import { refuseMembers } from "./validation.ts";

/**
 * SimulatePrincipalPolicy: what the role's policies say to each action on each resource, with nothing recorded.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
export function simulatePrincipalPolicy(
  context: ServiceContext,
  store: RoleStore,
  input: iam.SimulatePrincipalPolicyRequest,
): iam.SimulatePolicyResponse {
  refuseMembers(input, [
    "PolicyInputList",
    "PermissionsBoundaryPolicyInputList",
    "ResourcePolicy",
    "ResourceOwner",
    "CallerArn",
    "ResourceHandlingOption",
  ]);
  const role = store.byArn(input.PolicySourceArn ?? "");
  if (role === undefined) throw noSuchEntity(`The role with ARN ${input.PolicySourceArn ?? ""} cannot be found.`);
  const given = contextOf(input.ContextEntries ?? []);
  const resources = input.ResourceArns ?? ["*"];
  const results = (input.ActionNames ?? []).flatMap((action) =>
    resources.map((resource) => resultOf(context, role, { action, resource, context: given })),
  );
  const keyed = results.map((result, index) => ({ result, key: String(index).padStart(KEY_DIGITS, "0") }));
  const { items, marker } = pageOf(keyed, input, ({ key }) => key);
  return { EvaluationResults: items.map(({ result }) => result), ...marker };
}

/** Enough to keep the order of any number of results when their indexes are compared as text. */
const KEY_DIGITS = 9;

function resultOf(context: ServiceContext, role: Role, request: AccessRequest): iam.EvaluationResult {
  const found = evaluate(context, role, request);
  const missing = missingKeys(context, role, request);
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: found === undefined ? "implicitDeny" : "allowed",
    MatchedStatements:
      found === undefined
        ? []
        : [
            {
              SourcePolicyId: found.policy,
              SourcePolicyType: policyType(found.policy),
            },
          ],
    MissingContextValues: missing,
  };
}

/** An inline policy goes by its name, others by their ARN, of which AWS's name no account. */
function policyType(policy: string): iam.PolicySourceType {
  if (!policy.startsWith("arn:")) return "role";
  return policy.startsWith("arn:aws:iam::aws:") ? "aws-managed" : "user-managed";
}

/** Keys that a statement asks for and nobody gave: the reason for many a surprising answer. */
function missingKeys(context: ServiceContext, role: Role, request: AccessRequest): string[] {
  const known = requestContext(context, role, request);
  const asked = role
    .covering(request.action)
    .flatMap(({ statement }) => [
      ...statement.conditions.flatMap(({ keys }) => keys),
      ...statement.resources.flatMap((resource) => resource.keys()),
    ]);
  return [...new Set(asked)].filter((key) => known.get(key) === undefined);
}

function contextOf(entries: readonly iam.ContextEntry[]): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    entries.map(({ ContextKeyName = "", ContextKeyValues = [], ContextKeyType = "string" }) => {
      const [only] = ContextKeyValues;
      return [ContextKeyName, ContextKeyType.endsWith("List") || only === undefined ? ContextKeyValues : only];
    }),
  );
}
