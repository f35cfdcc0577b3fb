import type { Manifest } from "@muster/manifest";
import { policyOf } from "./roles.ts";

/** What Muster attaches to the role of every cluster's nodes. */
export function createNodePolicy({ nodePolicy: { name, description, statements } }: Manifest): void {
  new aws.iam.Policy("NodePolicy", { name, description, policy: JSON.stringify(policyOf(statements)) });
}
