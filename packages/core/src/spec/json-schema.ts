import * as z from "zod/mini";
import type { Product } from "../product/product.ts";
import { clusterSpecSchema, SPEC_BYTES_MAX } from "./spec.ts";

/**
 * JSON Schema (2020-12) of a spec, for editors: the general part, and each product's own section. What only the parts
 * together decide (protection against servers, capacity) is for `parseSpec` to say.
 */
export function specJsonSchema(products: readonly Product[]): Record<string, unknown> {
  const { $schema, properties = {}, ...general } = z.toJSONSchema(clusterSpecSchema, { io: "input" });
  return {
    $schema,
    $id: "urn:muster:schema:v1:cluster",
    title: "Muster cluster spec",
    description: `What a cluster is to be: its product, its nodes and their network. At most ${SPEC_BYTES_MAX} bytes as JSON.`,
    ...general,
    additionalProperties: false,
    properties: {
      ...properties,
      product: narrowed(properties["product"], { enum: products.map(({ name }) => name) }),
      deployment: narrowed(properties["deployment"], { enum: products.flatMap(({ deployments }) => deployments) }),
      ...Object.fromEntries(products.map((product) => [product.name, sectionOf(product)])),
    },
    allOf: products.map(({ name, deployments }) => ({
      if: { properties: { product: { const: name } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema, and nobody awaits a schema
      then: { properties: { deployment: { enum: deployments } }, required: [name] },
    })),
  };
}

function narrowed(schema: unknown, by: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...(typeof schema === "object" ? schema : {}), ...by };
}

/** Only the root of a schema may name the dialect. */
function sectionOf(product: Product): Record<string, unknown> {
  const { $schema: _, ...section } = z.toJSONSchema(product.sectionSchema, { io: "input" });
  return section;
}
