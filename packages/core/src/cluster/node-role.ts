/** Where a stage is: IAM knows neither stages nor regions. */
interface RolePlace {
  readonly stage: string;
  readonly region: string;
}

/** Path of the roles and instance profiles of a stage's clusters; permissions to make and to pass them end at it. */
export function nodeRolePath({ stage, region }: RolePlace): string {
  return `/muster/${stage}/${region}/`;
}

/**
 * Name of the role that a cluster's nodes run as, and of its instance profile: unique in the account, whatever the path.
 * Stages (16), regions (14) and cluster names (32) are as short as they are so that it fits into IAM's 64 characters.
 */
export function nodeRoleName({ stage, region }: RolePlace, cluster: string): string {
  return `${stage}-${region}-${cluster}`;
}
