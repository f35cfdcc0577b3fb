import type { Ec2Core } from "../core.ts";

/** ARN of a resource of EC2 in this account and region; images belong to no account. */
export function ec2Arn(core: Ec2Core, resourceType: string, id: string): string {
  const account = resourceType === "image" ? "" : core.context.account;
  return `arn:aws:ec2:${core.context.region}:${account}:${resourceType}/${id}`;
}
