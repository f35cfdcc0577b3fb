/** Path of the roles and instance profiles of a stage's clusters; permissions to make and to pass them end at it. */
export function nodeRolePath({ stage, region }: { readonly stage: string; readonly region: string }): string {
  return `${NODE_ROLES_PATH}${stage}/${region}/`;
}

/** Of every stage and region. */
export const NODE_ROLES_PATH = "/muster/";

/**
 * Name of the role that the nodes of one deployment run as, and of its instance profile. It is never used again: EC2 knows
 * profiles by an id, and goes on for some seconds to hand out one that is gone; and who deletes late deletes nobody else's.
 * `madeAt`: epoch ms. 48 characters at most, of IAM's 64.
 */
export function nodeRoleName(cluster: string, madeAt: number): string {
  return `${NODE_ROLE_PREFIX}${cluster}-${Math.floor(madeAt).toString(36)}`;
}

export const NODE_ROLE_PREFIX = "muster-";
