import type { Authorize } from "../../kernel/kernel.ts";
import type { AccessRequest, Caller, ServiceContext } from "../../kernel/service.ts";
import { globalContext } from "./global-context.ts";
import { RequestContext } from "./request-context.ts";
import type { Candidate, Role, RoleStore } from "./role-store.ts";
import { allowingResource, type Match } from "./statement.ts";
import type { UsageRecord } from "./usage.ts";

/** Answers the kernel's question whether a caller may, and records what allowed it. */
export function createAuthorize(context: ServiceContext, store: RoleStore, usage: UsageRecord): Authorize {
  return (caller: Caller, requests: readonly AccessRequest[]) => {
    const role = store.byArn(caller.arn);
    return requests.find((request) => {
      const found = role === undefined ? undefined : evaluate(context, role, request);
      if (found === undefined) usage.refused(caller.arn, request);
      else usage.allowed(caller.arn, found);
      return found === undefined;
    });
  };
}

/**
 * What allows the request: the first statement of the role's policies that covers action, resource and conditions.
 * There is no Deny here, no boundary and no session policy, so nothing else has a say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(
  context: ServiceContext,
  role: Role,
  request: AccessRequest,
): (Match & Pick<Candidate, "policy">) | undefined {
  const candidates = role.covering(request.action);
  if (candidates.length === 0) return undefined;
  // Most statements ask for no keys at all.
  let known: RequestContext | undefined;
  const keys = () => (known ??= requestContext(context, role, request));
  for (const { policy, statement, pattern } of candidates) {
    const resource = allowingResource(statement, request, keys);
    if (resource !== undefined) return { policy, statement, action: pattern, resource };
  }
  return undefined;
}

/** The condition keys of a request by a role. */
export function requestContext(context: ServiceContext, role: Role, request: AccessRequest): RequestContext {
  const principal = { arn: role.arn, roleId: role.id, tags: Object.fromEntries(role.tags) };
  return new RequestContext(globalContext(context, principal), request.context ?? {});
}
