/** Tags that every instance, interface and volume carries from birth. They decide what Muster may touch. */
export const TAG = {
  stage: "muster:stage",
  cluster: "muster:cluster",
  tier: "muster:tier",
  operation: "muster:operation",
  launch: "muster:launch",
} as const;

/** What belongs to a cluster of a stage. */
export function clusterTags(stage: string, cluster: string): Record<string, string> {
  return { [TAG.stage]: stage, [TAG.cluster]: cluster };
}

export function launchTags(place: {
  stage: string;
  cluster: string;
  tier: string;
  operationId: string;
  launchId: string;
  userTags: Readonly<Record<string, string>>;
}): Record<string, string> {
  return {
    // The user's first: Muster's own cannot be overwritten.
    ...place.userTags,
    Name: place.userTags["Name"] ?? `${place.cluster}-${place.tier}`,
    ...clusterTags(place.stage, place.cluster),
    [TAG.tier]: place.tier,
    [TAG.operation]: place.operationId,
    [TAG.launch]: place.launchId,
  };
}

/** Name of a secret that Muster makes for a cluster. */
export function secretName(stage: string, cluster: string, secret: string): string {
  return `muster/${stage}/${cluster}/${secret}`;
}
