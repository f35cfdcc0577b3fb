/**
 * The roles that clusters' nodes run as: one a cluster, with an instance profile of the same name. What it may do is the
 * stage's node policy, which follows from the role's tags: it opens the secrets of its own cluster, and no other's.
 */
export interface NodeRoles {
  /** Makes what is not there yet of a cluster's role and profile. EC2 knows the profile only some seconds later. */
  create(cluster: string): Promise<void>;
  /**
   * Deletes both; what is gone already is fine.
   * @throws {MusterError} RoleInUse when a person gave it something that Muster does not know
   */
  destroy(cluster: string): Promise<void>;
}
