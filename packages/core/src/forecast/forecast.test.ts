import { aBlueprint, aHook, aShape, aSpec, aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Finding } from "../preflight/finding.ts";
import type { Blueprint } from "../product/blueprint.ts";
import { forecastDeployment } from "./forecast.ts";

const hook = (name: string, change: Parameters<typeof aHook>[0] = {}) =>
  aHook({ name, typicalSeconds: (nodes: number) => 60 * nodes, ...change });
const hooks = {
  prepare: hook("prepare"),
  form: hook("form", { targets: "one", admits: true }),
  join: hook("join", { admits: true }),
  verify: hook("verify", { targets: "one" }),
};
const finding = (verdict: Finding["verdict"]): Finding => ({
  id: verdict,
  verdict,
  subject: "s",
  measured: "m",
  needed: "n",
  remedy: "",
});
const clients = aTier({
  name: "client",
  count: 2,
  shapes: [aShape({ instanceType: "c5.2xlarge", volumes: [] })],
  formHooks: ["prepare", "join"],
});

function forecast(
  blueprint: Blueprint,
  change: { findings?: readonly Finding[]; instanceHour?: Readonly<Record<string, number>> } = {},
) {
  const { findings = [], instanceHour = { "i3en.2xlarge": 1, "c5.2xlarge": 0.5 } } = change;
  return forecastDeployment({
    spec: aSpec(),
    blueprint,
    preflight: { findings, resolved: { placements: [], images: {}, instanceTypes: {} }, firstShapes: new Map() },
    findings,
    hooks,
    prices: { instanceHour },
  });
}

describe("a forecast", () => {
  it.each([
    { verdicts: ["ok", "warn", "unknown"], canDeploy: true },
    { verdicts: ["ok", "block"], canDeploy: false },
    { verdicts: [], canDeploy: true },
  ] as const)("of findings $verdicts says that it can be deployed: $canDeploy", ({ verdicts, canDeploy }) => {
    expect(forecast(aBlueprint(), { findings: verdicts.map(finding) }).canDeploy).toBe(canDeploy);
  });

  it("adds up each tier's instances, interfaces and storage, the root volume too", () => {
    const [backend] = forecast(aBlueprint()).tiers;
    expect(backend).toMatchObject({
      count: 6,
      instanceType: "i3en.2xlarge",
      vCpus: 48,
      addresses: 24,
      storageGiB: 6 * (78 + 8),
      // 86 GB of gp3 at $0.08 a month of 730 hours.
      dollarsPerHour: Math.round(6 * (1 + (86 * 0.08) / 730) * 100) / 100,
    });
  });

  it("has a price of the whole only when every tier with nodes has one", () => {
    const both = aBlueprint({ tiers: [aTier(), clients] });
    const instanceHour = { "i3en.2xlarge": 1 };
    expect(forecast(both).dollarsPerHour).toBeCloseTo(6.06 + 1, 2);
    expect(forecast(both, { instanceHour }).dollarsPerHour).toBeUndefined();
    const without = aBlueprint({ tiers: [aTier(), { ...clients, count: 0 }] });
    expect(forecast(without, { instanceHour }).dollarsPerHour).toBeCloseTo(6.06, 2);
  });

  it("takes the shape that preflight would launch first", () => {
    const plan = { spec: aSpec(), blueprint: aBlueprint(), findings: [], hooks, prices: { instanceHour: {} } };
    const firstShapes = new Map([["backend", aShape({ instanceType: "i3en.3xlarge", vCpus: 12 })]]);
    const preflight = { findings: [], resolved: { placements: [], images: {}, instanceTypes: {} }, firstShapes };
    expect(forecastDeployment({ ...plan, preflight }).tiers[0]).toMatchObject({
      instanceType: "i3en.3xlarge",
      vCpus: 72,
    });
  });

  it("has a step for each launch and hook, and nobody joins whom forming has admitted", () => {
    const tier = aTier({ formHooks: ["prepare", "form", "join", "verify"] });
    const { steps, minutes } = forecast(aBlueprint({ tiers: [tier, clients] }));
    expect(steps.map(({ name }) => name)).toEqual([
      "Check limits",
      "Launch 6 backend nodes, until online",
      "prepare on 6 backend nodes",
      "form on one node",
      "verify on one node",
      "Launch 2 client nodes, until online",
      "prepare on 2 client nodes",
      "join on 2 client nodes",
      "verify on one node, once more",
    ]);
    expect(steps.at(-1)?.minutes).toBe(6);
    expect(steps.find(({ name }) => name.startsWith("prepare on 6"))?.minutes).toBe(6);
    expect(minutes).toBeCloseTo(
      steps.reduce((sum, step) => sum + step.minutes, 0),
      2,
    );
  });

  it("has no steps for a tier without nodes, and refuses a hook that its product does not have", () => {
    const empty = forecast(aBlueprint({ tiers: [aTier(), { ...clients, count: 0 }] }));
    expect(empty.steps.some(({ name }) => name.includes("client"))).toBe(false);
    expect(empty.steps.filter(({ name }) => name.startsWith("verify"))).toHaveLength(1);
    expect(() => forecast(aBlueprint({ tiers: [aTier({ formHooks: ["polish"] })] }))).toThrow("no hook polish");
  });
});
