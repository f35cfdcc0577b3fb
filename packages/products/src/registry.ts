import type { ClusterSpec, HookDefinition, Product, TierBlueprint } from "@muster/core";
import { weka } from "./weka/weka.ts";

/** Every product that Muster knows. */
export const products: readonly Product[] = [weka];

/** The product of a spec that was admitted. */
export function productNamed(name: string): Product {
  const product = products.find((p) => p.name === name);
  if (product === undefined)
    throw new Error(`no product ${name}: its cluster was deployed by another version of Muster`);
  return product;
}

export function tierOf(spec: ClusterSpec, name: string): TierBlueprint {
  const tier = productNamed(spec.product)
    .blueprint(spec)
    .tiers.find((t) => t.name === name);
  if (tier === undefined) throw new Error(`cluster ${spec.name} has no tier ${name}`);
  return tier;
}

export function hookOf(spec: ClusterSpec, name: string): HookDefinition {
  const hook = productNamed(spec.product).hooks[name];
  if (hook === undefined) throw new Error(`product ${spec.product} has no hook ${name}`);
  return hook;
}
