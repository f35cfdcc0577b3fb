import type { ClusterSpec } from "@muster/core";
import { describe, expect, it } from "vitest";
import { blueprintOf, hookOf, products, tierOf } from "./index.ts";

const specOf = (product: string): ClusterSpec => ({
  apiVersion: "muster/v1",
  name: "demo",
  product,
  deployment: "client-backend",
  network: { subnets: ["subnet-0aaaaaaaaaaaaaaaa"], securityGroups: ["sg-0aaaaaaaaaaaaaaaa"] },
  tiers: { backend: { count: 6, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" } },
  tags: {},
  keepOnFailure: false,
  weka: { version: "5.1.31", tokenSecret: "weka/token" },
});

describe("every product", () => {
  it.each(products)("$name has its own blueprint and hooks where functions look for them", (product) => {
    const spec = specOf(product.name);
    expect(blueprintOf(spec)).toEqual(product.blueprint(spec));
    for (const [name, hook] of Object.entries(product.hooks)) expect(hookOf(spec, name)).toBe(hook);
  });
});

describe("a spec", () => {
  it("of a product that is gone says so", () => {
    expect(() => blueprintOf(specOf("gone"))).toThrow("no product gone");
  });

  it("has only the tiers and hooks of its product", () => {
    expect(() => tierOf(specOf("weka"), "nonsense")).toThrow("has no tier nonsense");
    expect(() => hookOf(specOf("weka"), "nonsense")).toThrow("has no hook nonsense");
  });
});
