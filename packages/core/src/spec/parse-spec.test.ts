import { aBlueprint, aSpec } from "@muster/testing";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { isMusterError } from "../errors/muster-error.ts";
import type { Product } from "../product/product.ts";
import { parseSpec, requireSpec } from "./parse-spec.ts";
import { SPEC_BYTES_MAX } from "./spec.ts";

/** A product that wants an odd number of nodes, and a section of its own. */
const odd: Product = {
  name: "weka",
  deployments: ["client-backend"],
  sectionSchema: z.object({}),
  check: (spec) => {
    const count = spec.tiers["backend"]?.count ?? 0;
    return [
      ...(count % 2 === 1
        ? []
        : [{ path: "tiers.backend.count", found: `${count}`, rule: "It must be odd.", remedy: "Write 7." }]),
      ...(spec["weka"] === undefined ? [{ path: "weka", rule: "It is required.", remedy: "Add the section." }] : []),
    ];
  },
  blueprint: () => aBlueprint(),
  hooks: {},
};

const good = {
  ...aSpec({ tiers: { backend: { count: 7, instanceTypes: ["i3en.2xlarge"], purchase: "on-demand" } } }),
  weka: {},
};

function problems(change: Record<string, unknown>): string[] {
  const parsed = parseSpec({ ...good, ...change }, [odd]);
  return "problems" in parsed ? parsed.problems.map((p) => p.path) : [];
}

describe("a spec", () => {
  it("of an unknown product says so once, beside whatever else is wrong", () => {
    expect(problems({ product: "wekaa", name: "No!", colour: "red" }).toSorted()).toEqual([
      "colour",
      "name",
      "product",
    ]);
  });

  it("without instance types says what its product finds all the same", () => {
    expect(problems({ tiers: { backend: { count: 6 } } })).toEqual([
      "tiers.backend.instanceTypes",
      "tiers.backend.count",
    ]);
  });

  it("that is right comes back with its defaults", () => {
    const { tags: _t, keepOnFailure: _k, ...bare } = good;
    expect(parseSpec(bare, [odd])).toMatchObject({ spec: { tags: {}, keepOnFailure: false }, product: odd });
  });

  it.each([
    ["apiVersion", { apiVersion: "muster/v0" }],
    ["name", { name: "-demo" }],
    ["name", { name: "x".repeat(33) }],
    ["name", { name: undefined }],
    ["product", { product: "ceph" }],
    ["deployment", { deployment: "sideways" }],
    ["network.subnets.0", { network: { ...good.network, subnets: ["subnet-nope!"] } }],
    ["network.subnets", { network: { ...good.network, subnets: [] } }],
    ["network.vpc", { network: { ...good.network, vpc: "vpc-1" } }],
    ["tiers.backend.count", { tiers: { backend: { count: 2.5, instanceTypes: ["i3en.2xlarge"] } } }],
    [
      "tiers.backend.purchase",
      { tiers: { backend: { count: 7, instanceTypes: ["i3en.2xlarge"], purchase: "rented" } } },
    ],
    ["tiers.backend.size", { tiers: { backend: { count: 7, instanceTypes: ["i3en.2xlarge"], size: 3 } } }],
    ["image", { image: "the newest" }],
    ["colour", { colour: "red" }],
    ["tags.aws:owner", { tags: { "aws:owner": "me" } }],
    ["tags.Muster:cluster", { tags: { "Muster:cluster": "other" } }],
    ["tags.", { tags: { "": "x" } }],
    ["tags", { tags: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`t${i}`, "x"])) }],
    ["weka", { weka: undefined }],
  ])("says that %s is wrong", (path, change) => {
    expect(problems(change)).toContain(path);
  });

  it("reports everything at once, the general and the product's own", () => {
    expect(
      problems({
        name: "-",
        image: "x",
        weka: undefined,
        tiers: { backend: { count: 8, instanceTypes: ["i3en.2xlarge"], purchase: "rented" } },
      }),
    ).toEqual(expect.arrayContaining(["name", "image", "weka", "tiers.backend.count", "tiers.backend.purchase"]));
  });

  it("does not blame what stands in for an unreadable part", () => {
    expect(problems({ tiers: { backend: { count: "many", instanceTypes: ["i3en.2xlarge"] } } })).toEqual([
      "tiers.backend.count",
    ]);
  });

  it.each([null, undefined, 7, "text", [], { apiVersion: "muster/v1" }])(
    "is not read from %j, and nothing throws",
    (input) => {
      expect(parseSpec(input, [odd])).toHaveProperty("problems");
    },
  );

  it("may not be larger than a workflow's input and a table's item bear", () => {
    expect(
      problems({ tags: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, "x".repeat(250)])) }),
    ).toEqual([""]);
    expect(JSON.stringify(good).length).toBeLessThan(SPEC_BYTES_MAX);
  });

  it("is one error with path, value, rule and remedy of each problem", () => {
    let thrown: unknown;
    try {
      requireSpec({ ...good, name: "Demo" }, [odd]);
    } catch (error) {
      thrown = error;
    }
    expect(isMusterError(thrown, "SpecInvalid") && thrown.message).toMatch(
      /name is "Demo": A cluster's name has .*\nChoose a name/s,
    );
  });
});
