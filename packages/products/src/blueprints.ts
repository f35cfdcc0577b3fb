import { unknownPart, type Blueprint, type ClusterSpec, type TierBlueprint } from "@muster/core";
import { ofProduct } from "./of-product.ts";
import { wekaBlueprint } from "./weka/blueprint.ts";

/** By product. Apart from `products`, so that who needs layouts does not carry the checks and the hooks of all of them. */
const BLUEPRINTS: Readonly<Record<string, (spec: ClusterSpec) => Blueprint>> = { weka: wekaBlueprint };

/** The layout of a spec that was admitted. */
export function blueprintOf(spec: ClusterSpec): Blueprint {
  return ofProduct(BLUEPRINTS, spec)(spec);
}

export function tierOf(spec: ClusterSpec, name: string): TierBlueprint {
  const tier = blueprintOf(spec).tiers.find((t) => t.name === name);
  if (tier === undefined) throw unknownPart("tier", name, `Cluster ${spec.name}`);
  return tier;
}
