/** Condition keys and their values, as policies name them. */
export type Conditions = Readonly<Record<string, string | readonly string[] | undefined>>;

/** `aws:ResourceTag/<key>`, and EC2's own older name for it, of the tags that a resource carries. */
export function resourceTags(tags: ReadonlyMap<string, string>): Conditions {
  const conditions: Record<string, string> = {};
  for (const [key, value] of tags) {
    conditions[`aws:ResourceTag/${key}`] = value;
    conditions[`ec2:ResourceTag/${key}`] = value;
  }
  return conditions;
}
