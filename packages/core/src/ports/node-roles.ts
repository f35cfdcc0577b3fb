/**
 * The roles that clusters' nodes run as: one a deployment, with an instance profile of the same name. What it may do is the
 * stage's node policy, which follows from the role's tags: it opens the secrets of its own cluster, and no other's.
 */
export interface NodeRoles {
  /** Makes what is not there yet of a role and its profile. EC2 knows the profile only some seconds later. */
  create(role: { readonly name: string; readonly cluster: string }): Promise<void>;
  /** Names of the roles and profiles that were made for this stage's clusters before that moment (epoch ms). */
  madeBefore(moment: number): Promise<readonly string[]>;
  /**
   * Deletes both, with the managed policies that the role carries; what is gone already is fine.
   * @throws {MusterError} RoleInUse when a person gave it a policy of its own, or another profile
   */
  destroy(name: string): Promise<void>;
}
