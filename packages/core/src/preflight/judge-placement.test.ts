import { aBlueprint, aShape, aTier } from "@muster/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { InstanceTypeFacts, Subnet } from "../ports/account.ts";
import type { Blueprint } from "../product/blueprint.ts";
import type { PreflightFacts } from "./facts.ts";
import { judgePlacement } from "./judge-placement.ts";

const known = <T>(value: T) => ({ known: value });
const subnet = (zone: string, freeAddresses = 4_000): Subnet => ({
  id: `subnet-${zone}`,
  vpcId: "vpc-1",
  availabilityZone: `us-east-1${zone}`,
  cidr: "10.0.0.0/20",
  freeAddresses,
});
const type = (name: string, change: Partial<InstanceTypeFacts> = {}): InstanceTypeFacts => ({
  type: name,
  vCpus: 8,
  architectures: ["x86_64"],
  interfacesMax: 4,
  instanceStoreDisks: 2,
  supportsSpot: true,
  supportsClusterPlacement: true,
  ...change,
});
const first = "i3en.2xlarge";
const second = "i3en.3xlarge";
const two = aBlueprint({ tiers: [aTier({ shapes: [aShape(), aShape({ instanceType: second })] })] });

function place(
  change: Partial<Pick<PreflightFacts, "subnets" | "instanceTypes" | "offerings">>,
  blueprint: Blueprint = two,
) {
  const facts: Partial<PreflightFacts> = {
    subnets: known([subnet("a"), subnet("b")]),
    instanceTypes: known([type(first), type(second)]),
    offerings: { unknown: "not read" },
    ...change,
  };
  return judgePlacement(blueprint, facts as PreflightFacts, { x86_64: "ami-1" });
}

describe("where a cluster can be", () => {
  it("is every subnet in the order of the spec, with every type that can be launched there", () => {
    expect(place({}).resolved).toEqual({
      placements: [
        { subnetId: "subnet-a", availabilityZone: "us-east-1a" },
        { subnetId: "subnet-b", availabilityZone: "us-east-1b" },
      ],
      images: { x86_64: "ami-1" },
      instanceTypes: { "backend/subnet-a": [first, second], "backend/subnet-b": [first, second] },
    });
  });

  it.each([
    { why: "its zone does not have the type", change: { offerings: known([{ type: second, zone: "us-east-1a" }]) } },
    {
      why: "it has too few interfaces",
      change: { instanceTypes: known([type(first, { interfacesMax: 3 }), type(second)]) },
    },
    {
      why: "it has too few disks",
      change: { instanceTypes: known([type(first, { instanceStoreDisks: 1 }), type(second)]) },
    },
    {
      why: "it is of another architecture",
      change: { instanceTypes: known([type(first, { architectures: ["arm64"] }), type(second)]) },
    },
    { why: "EC2 does not know it", change: { instanceTypes: known([type(second)]) } },
  ])("leaves out a type when $why, and says so without blocking", ({ change }) => {
    const { resolved, findings } = place({ subnets: known([subnet("a")]), ...change });
    expect(resolved.instanceTypes).toEqual({ "backend/subnet-a": [second] });
    expect(findings.filter(({ verdict }) => verdict !== "ok")).toMatchObject([{ verdict: "warn" }]);
  });

  it("leaves out what is not sold as spot for a tier that is to be", () => {
    const blueprint = aBlueprint({ tiers: [aTier({ purchase: "spot", holdsData: false })] });
    const instanceTypes = known([type(first, { supportsSpot: false })]);
    expect(place({ instanceTypes }, blueprint).resolved.placements).toEqual([]);
    expect(place({ instanceTypes }, aBlueprint()).resolved.placements).toHaveLength(2);
  });

  it("has room for every interface of every tier, each with an address", () => {
    const blueprint = aBlueprint({ tiers: [aTier({ count: 6 }), aTier({ name: "client", count: 2 })] });
    const { resolved } = place({ subnets: known([subnet("a", 8 * 4 - 1), subnet("b", 8 * 4)]) }, blueprint);
    expect(resolved.placements.map(({ subnetId }) => subnetId)).toEqual(["subnet-b"]);
  });

  it("is nowhere when it is not known which subnets or types there are", () => {
    for (const change of [{ subnets: { unknown: "x" } }, { instanceTypes: { unknown: "x" } }]) {
      const { resolved, findings } = place(change);
      expect(resolved.placements).toEqual([]);
      expect(findings).toMatchObject([{ verdict: "block" }]);
    }
  });

  it("tells the first shape of each tier in the first place that is good, and not of one that is not", () => {
    const offerings = known([
      { type: first, zone: "us-east-1a" },
      { type: second, zone: "us-east-1b" },
    ]);
    const subnets = known([subnet("a", 0), subnet("b")]);
    expect(place({ offerings, subnets }).firstShapes.get("backend")?.instanceType).toBe(second);
  });

  const worlds = fc.record({
    rooms: fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 5 }),
    offered: fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
  });

  it("blocks exactly when it is nowhere, and every place that is left can hold every tier", () => {
    fc.assert(
      fc.property(worlds, ({ rooms, offered }) => {
        const subnets = rooms.map((room, i) => subnet("abcde"[i] ?? "a", room));
        const offerings = subnets.flatMap(({ availabilityZone: zone }, i) =>
          [first, second].flatMap((name, k) => (offered[2 * i + k] === true ? [{ type: name, zone }] : [])),
        );
        const { resolved, findings, firstShapes } = place({ subnets: known(subnets), offerings: known(offerings) });
        expect(findings.some(({ verdict }) => verdict === "block")).toBe(resolved.placements.length === 0);
        for (const { subnetId } of resolved.placements) {
          expect(resolved.instanceTypes[`backend/${subnetId}`]?.length).toBeGreaterThan(0);
          expect(subnets.find(({ id }) => id === subnetId)?.freeAddresses).toBeGreaterThanOrEqual(24);
        }
        const [place1] = resolved.placements;
        const types = place1 === undefined ? [] : (resolved.instanceTypes[`backend/${place1.subnetId}`] ?? []);
        expect(place1 === undefined || types[0] === firstShapes.get("backend")?.instanceType).toBe(true);
      }),
    );
  });
});
