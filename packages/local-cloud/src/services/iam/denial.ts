import type { AccessRequest, Call } from "../../kernel/service.ts";
import { principalArn } from "./principal.ts";

/**
 * AWS's sentence for a call that no policy of the caller allows. Each service wraps it in its own error code, and EC2
 * in a longer text. Refusals here are always of this kind: Muster writes no Deny statement and has no boundary.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialMessage(request: AccessRequest, call: Call): string {
  const { action, resource } = request;
  // EC2 names no resource for the actions that have none, where the other services write `*`.
  const where = resource === "*" && call.service === "ec2" ? "" : ` on resource: ${resource}`;
  return `User: ${principalArn(call.caller)} is not authorized to perform: ${action}${where} because no identity-based policy allows the ${action} action`;
}
