import type { Manifest } from "@muster/manifest";
import { createRole } from "./roles.ts";

/** What EC2 instances of clusters run as. */
export function createNodeProfile(manifest: Manifest): void {
  const { name, role } = manifest.nodeProfile;
  new aws.iam.InstanceProfile("NodeProfile", { name, role: createRole("Node", role, manifest).name });
}
