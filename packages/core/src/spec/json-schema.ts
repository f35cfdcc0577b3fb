import * as z from "zod/mini";
import type { Product } from "../product/product.ts";
import { clusterSpecSchema } from "./spec.ts";

/** JSON Schema (2020-12) of a spec, for editors: the general part, and each product's own section. */
export function specJsonSchema(products: readonly Product[]): Record<string, unknown> {
  const general = z.toJSONSchema(clusterSpecSchema, { io: "input" }) as { properties?: Record<string, unknown> };
  return {
    ...general,
    $id: "https://muster.dev/schemas/v1/cluster.json",
    title: "Muster cluster spec",
    additionalProperties: false,
    properties: {
      ...general.properties,
      product: { enum: products.map((product) => product.name) },
      deployment: { enum: products.flatMap((product) => product.deployments) },
      ...Object.fromEntries(products.map((product) => [product.name, product.sectionJsonSchema()])),
    },
  };
}
