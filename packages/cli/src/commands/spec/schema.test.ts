import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSpec } from "@muster/core";
import { products } from "@muster/products";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { runCommand } from "../../testing/run-command.ts";
import { schemaErrors, subschemas, type Schema } from "../../testing/schema-errors.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../../examples/", import.meta.url));
const examples = readdirSync(EXAMPLES).filter((name) => name.endsWith(".yaml"));
const read = (name: string) => readFileSync(join(EXAMPLES, name), "utf8");
const published = JSON.parse(read("muster.schema.json")) as Schema;

describe("the JSON Schema of a spec", () => {
  it("is published as it is (if not: npx muster spec schema > examples/muster.schema.json && npx oxfmt examples)", async () => {
    const { exitCode, out, err } = await runCommand("spec schema");
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: "" });
    expect(published).toEqual(JSON.parse(out));
  });

  it("says that it is of draft 2020-12, once", () => {
    expect(published["$schema"]).toBe("https://json-schema.org/draft/2020-12/schema");
    expect(subschemas(published).filter((schema) => "$schema" in schema)).toEqual([published]);
  });

  it.each(["name", "product", "deployment", "network", "network.subnets", "image", "tiers", "tags", "keepOnFailure"])(
    "explains %s",
    (path) => {
      expect(propertyAt(path)["description"]).toMatch(/^[A-Z].*\.$/);
    },
  );

  it("explains every field of every product's section", () => {
    for (const { name } of products) {
      const unexplained = subschemas(propertyAt(name))
        .flatMap((schema) => Object.entries((schema["properties"] ?? {}) as Record<string, Schema>))
        .filter(([, schema]) => typeof schema["description"] !== "string");
      expect(unexplained).toEqual([]);
    }
  });

  it("bounds every number, list and free text", () => {
    const unbounded = subschemas(published).filter(
      ({ type, minimum, maximum, maxItems, maxLength, pattern, ...rest }) =>
        (type === "integer" && (minimum === undefined || Number(maximum) > 100_000)) ||
        (type === "array" && maxItems === undefined) ||
        (type === "string" && maxLength === undefined && pattern === undefined && !("enum" in rest || "const" in rest)),
    );
    // The name of a tier, of which a deployment has a few.
    expect(unbounded).toEqual([{ type: "string" }]);
  });
});

describe("an editor with the schema", () => {
  it.each(examples)("finds nothing wrong with %s, nor does Muster", (name) => {
    const spec = parse(read(name)) as unknown;
    expect(schemaErrors(published, spec)).toEqual([]);
    expect(parseSpec(spec, products)).toHaveProperty("spec");
  });

  it.each(examples)("is told by %s where the schema is", (name) => {
    expect(read(name)).toMatch(/^# yaml-language-server: \$schema=\.\/muster\.schema\.json\n/);
  });

  const example = parse(read("weka-client-backend.yaml")) as Record<"weka" | "network", Schema>;
  const exampleWith = (change: Schema): Schema => ({ ...example, ...change });
  const { weka, network } = example;
  const { product: _, ...withoutProduct } = exampleWith({});
  const { weka: _weka, ...withoutSection } = example;
  const tierWith = (change: Schema): Schema => ({ count: 6, instanceTypes: ["i3en.2xlarge"], ...change });

  it.each([
    ["another version", exampleWith({ apiVersion: "muster/v2" }), "apiVersion: const"],
    ["a bad name", exampleWith({ name: "Demo" }), "name: pattern"],
    ["a name that is too long", exampleWith({ name: "a".repeat(33) }), "name: maxLength"],
    ["an unknown product", exampleWith({ product: "ceph" }), "product: enum"],
    ["another product's deployment", exampleWith({ deployment: "compact" }), "deployment: enum"],
    ["no product", withoutProduct, ": required product"],
    ["no section for its product", withoutSection, ": required weka"],
    ["a field that there is not", exampleWith({ extra: 1 }), "extra: additionalProperties"],
    ["no subnets", exampleWith({ network: { ...network, subnets: [] } }), "network.subnets: minItems"],
    ["a subnet's name", exampleWith({ network: { ...network, subnets: ["mine"] } }), "network.subnets.0: pattern"],
    ["half a node", exampleWith({ tiers: { backend: tierWith({ count: 6.5 }) } }), "tiers.backend.count: type"],
    [
      "fewer than no nodes",
      exampleWith({ tiers: { backend: tierWith({ count: -1 }) } }),
      "tiers.backend.count: minimum",
    ],
    ["too many nodes", exampleWith({ tiers: { backend: tierWith({ count: 4001 }) } }), "tiers.backend.count: maximum"],
    [
      "rented nodes",
      exampleWith({ tiers: { client: tierWith({ purchase: "rented" }) } }),
      "tiers.client.purchase: enum",
    ],
    [
      "too many tags",
      exampleWith({ tags: Object.fromEntries(Array.from({ length: 31 }, (_x, i) => [`k${i}`, ""])) }),
      "tags: maxProperties",
    ],
    ["no token", exampleWith({ weka: { version: "5.1.31" } }), "weka: required tokenSecret"],
    ["a version that is a number", exampleWith({ weka: { ...weka, version: 5.1 } }), "weka.version: type"],
    [
      "three parity drives",
      exampleWith({ weka: { ...weka, protection: { parity: 3 } } }),
      "weka.protection.parity: enum",
    ],
    [
      "a stripe that is too narrow",
      exampleWith({ weka: { ...weka, protection: { data: 2 } } }),
      "weka.protection.data: minimum",
    ],
    [
      "a relative mount path",
      exampleWith({ weka: { ...weka, client: { mountPath: "data" } } }),
      "weka.client.mountPath: pattern",
    ],
    ["a size without a unit", exampleWith({ weka: { ...weka, filesystem: { size: "10" } } }), "weka.filesystem: anyOf"],
  ])("is told of %s", (_, spec, error) => {
    expect(schemaErrors(published, spec)).toContain(error);
  });
});

/** The schema of a field of the spec. */
function propertyAt(path: string): Schema {
  return path
    .split(".")
    .reduce((schema, name) => ((schema["properties"] ?? {}) as Record<string, Schema>)[name] ?? {}, published);
}
