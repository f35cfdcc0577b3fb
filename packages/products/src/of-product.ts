import type { ClusterSpec } from "@muster/core";

/** What one's product has; a spec that was admitted has one. */
export function ofProduct<T>(byName: Readonly<Record<string, T>>, { product }: ClusterSpec): T {
  const found = byName[product];
  if (found === undefined)
    throw new Error(`no product ${product}: its cluster was deployed by another version of Muster`);
  return found;
}
