import { clusterTags, nodeRolePath } from "@muster/core";
import { PROFILE_SPREAD_MS } from "@muster/local-cloud";
import type { World } from "./world.ts";

/** The trust policy of a role that instances may have. */
export const TRUSTS_EC2 = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
});

/** An instance profile of the user's own, with a role that the example's cluster can run as, as EC2 has come to know it. */
export async function makeOwnProfile({ muster, clock }: World, name: string): Promise<void> {
  const { cloud, manifest } = muster;
  const { place, nodePolicy } = manifest;
  await cloud.load("iam", "CreateRole", {
    RoleName: name,
    Path: nodeRolePath(place),
    AssumeRolePolicyDocument: TRUSTS_EC2,
    Tags: Object.entries(clusterTags(place.stage, "demo")).map(([Key, Value]) => ({ Key, Value })),
  });
  for (const PolicyArn of [nodePolicy.arn, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"])
    await cloud.load("iam", "AttachRolePolicy", { RoleName: name, PolicyArn });
  await cloud.load("iam", "CreateInstanceProfile", { InstanceProfileName: name });
  await cloud.load("iam", "AddRoleToInstanceProfile", { InstanceProfileName: name, RoleName: name });
  await clock.advance(PROFILE_SPREAD_MS);
}
