import { unknownPart, type ClusterSpec, type HookDefinition, type Product } from "@muster/core";
import { ofProduct } from "./of-product.ts";
import { wekaHooks } from "./weka/hooks.ts";

/** By product; apart from `products` as the blueprints are. */
const HOOKS: Readonly<Record<string, Product["hooks"]>> = { weka: wekaHooks };

export function hookOf(spec: ClusterSpec, name: string): HookDefinition {
  const hook = ofProduct(HOOKS, spec)[name];
  if (hook === undefined) throw unknownPart("hook", name, `Product ${spec.product}`);
  return hook;
}
