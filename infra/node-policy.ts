import type { Manifest } from "@muster/manifest";
import { policyOf } from "./roles.ts";

/**
 * What Muster attaches to the role of every cluster's nodes. Without a description: IAM cannot change one, and a policy
 * that roles carry cannot be replaced.
 */
export function createNodePolicy({ nodePolicy: { name, statements } }: Manifest): void {
  new aws.iam.Policy("NodePolicy", { name, policy: JSON.stringify(policyOf(statements)) });
}
