import type { ClusterSpec, SpecProblem } from "@muster/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BACKEND_TYPES } from "./backend-types.ts";
import { wekaBlueprint } from "./blueprint.ts";
import { checkWeka } from "./check.ts";
import { CLIENT_TYPE_NAMES } from "./client-types.ts";
import { CONFIG_FILESYSTEM_BYTES } from "./limits.ts";
import { netBytes } from "./protection.ts";
import { rawBytesOf } from "./sizing.ts";
import { planOf } from "./spec-section.ts";

/** Specs as people write them: most of them wrong in something. */
const specs = fc.record({
  deployment: fc.constantFrom("client-backend", "converged"),
  backends: fc.integer({ min: 4, max: 40 }),
  clients: fc.integer({ min: 0, max: 5 }),
  backendType: fc.constantFrom(...Object.keys(BACKEND_TYPES)),
  clientType: fc.constantFrom(...CLIENT_TYPE_NAMES()),
  protection: fc.record(
    {
      data: fc.integer({ min: 1, max: 18 }),
      parity: fc.integer({ min: 1, max: 5 }),
      hotSpares: fc.integer({ min: 0, max: 4 }),
    },
    { requiredKeys: [] },
  ),
  size: fc.constantFrom<string>("all", "1GB", "10TB", "900TB"),
  cores: fc.integer({ min: 1, max: 20 }),
  udp: fc.boolean(),
});

type Written = typeof specs extends fc.Arbitrary<infer W> ? W : never;

function specOf({
  deployment,
  backends,
  clients,
  backendType,
  clientType,
  protection,
  size,
  cores,
  udp,
}: Written): ClusterSpec {
  const data = deployment === "converged" ? "converged" : "backend";
  return {
    apiVersion: "muster/v1",
    name: "demo",
    product: "weka",
    deployment,
    network: { subnets: ["subnet-00000001"], securityGroups: ["sg-00000001"] },
    tiers: {
      [data]: { count: backends, instanceTypes: [backendType], purchase: "on-demand" },
      client: { count: clients, instanceTypes: [clientType], purchase: "spot" },
    },
    tags: {},
    keepOnFailure: false,
    weka: {
      version: "5.1.31",
      tokenSecret: "token",
      protection,
      filesystem: { name: "data", size },
      client: { cores, udp },
    },
  };
}

describe("a spec with which nothing is wrong", () => {
  it("has a layout that holds: stripe and spares on different servers, files that fit, a floor below its size", () => {
    fc.assert(
      fc.property(specs.map(specOf), (spec) => {
        fc.pre(checkWeka(spec).length === 0);
        const { protection, backends, filesystem } = planOf(spec);
        const { tiers } = wekaBlueprint(spec);
        const [backend] = tiers;
        expect(protection.data + protection.parity + protection.hotSpares).toBeLessThanOrEqual(backends);
        expect(backend?.minimum).toBeLessThanOrEqual(backend?.count ?? 0);
        expect(tiers.every(({ shapes }) => shapes.every(({ interfaces }) => interfaces >= 1))).toBe(true);
        const type = backend?.shapes[0]?.instanceType ?? "";
        const room = netBytes(rawBytesOf(type) * backends, backends, protection) - CONFIG_FILESYSTEM_BYTES;
        const bytes = filesystem === undefined || filesystem.bytes === "all" ? 0 : filesystem.bytes;
        expect(bytes).toBeLessThanOrEqual(room);
      }),
      { numRuns: 400 },
    );
  });
});

describe("a spec with which something is wrong", () => {
  it("can be corrected by writing what is said, again and again until nothing is left", () => {
    fc.assert(
      fc.property(specs.map(specOf), (spec) => {
        let written = spec;
        for (let round = 0; round < ROUNDS_MAX && checkWeka(written).length > 0; round++)
          written = checkWeka(written).reduce(corrected, written);
        expect(checkWeka(written)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("is told each thing once, with a rule and a remedy", () => {
    fc.assert(
      fc.property(specs.map(specOf), (spec) => {
        const problems = checkWeka(spec);
        expect(new Set(problems.map(({ path }) => path)).size).toBe(problems.length);
        expect(problems.filter(({ rule, remedy }) => !rule.endsWith(".") || !remedy.endsWith("."))).toEqual([]);
      }),
    );
  });
});

describe("a filesystem", () => {
  const written = {
    deployment: "client-backend" as const,
    backends: 6,
    clients: 1,
    backendType: "i3en.2xlarge",
    clientType: "c5.2xlarge",
  };
  const problemsOf = (size: string) => checkWeka(specOf({ ...written, protection: {}, size, cores: 1, udp: false }));

  it("may take all but what WEKA keeps for itself, to the gigabyte, and its limit is what is said to write", () => {
    // 12 drives of 2.5 TB: 13.5 TB net, and 22 GB for .config_fs.
    expect(problemsOf("13478GB")).toEqual([]);
    expect(problemsOf("13479GB")).toMatchObject([{ path: "weka.filesystem.size", remedy: "Write all, or 13478GB." }]);
  });
});

/** A user who does as told needs a few rounds: one correction may bring the next thing to light. */
const ROUNDS_MAX = 6;

/** The spec as a user makes it who writes what the remedy says first; where it says to choose, something that does. */
function corrected(spec: ClusterSpec, { path, remedy }: SpecProblem): ClusterSpec {
  const said = /Write (?:all, or )?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*)/.exec(remedy)?.[1];
  const value = said === undefined ? undefined : /^\d+$/.test(said) ? Number(said) : said;
  return withValue(spec, path.split("."), path.endsWith(".size") ? "all" : (value ?? "m5.24xlarge"));
}

function withValue<T>(target: T, [key = "", ...rest]: readonly string[], value: unknown): T {
  const inner: unknown = (target as Record<string, unknown>)[key];
  const changed = rest.length === 0 ? value : withValue(inner ?? {}, rest, value);
  if (Array.isArray(target)) return target.map((item: unknown, i) => (String(i) === key ? changed : item)) as T;
  return { ...target, [key]: changed };
}
