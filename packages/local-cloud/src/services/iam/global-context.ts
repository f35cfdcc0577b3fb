import { toIso } from "@muster/core";
import type { ServiceContext } from "../../kernel/service.ts";

/** Who asks, as far as conditions can see. */
export interface Principal {
  readonly arn: string;
  readonly roleId: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The condition keys that every request carries, whatever the service.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function globalContext(context: ServiceContext, principal: Principal): Record<string, string> {
  const now = context.clock.now();
  return {
    "aws:CurrentTime": toIso(now),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:PrincipalAccount": context.account,
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalType": "AssumedRole",
    "aws:RequestedRegion": context.region,
    "aws:SecureTransport": "true",
    "aws:SourceAccount": context.account,
    "aws:userid": principal.roleId,
    ...Object.fromEntries(Object.entries(principal.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}
