import { aBlueprint, aShape, aSpec, aTier, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { trialLaunches } from "./trial-launches.ts";

const place = { subnetId: "subnet-b", availabilityZone: "us-east-1b" };
const clients = aTier({ name: "client", count: 2, purchase: "spot", shapes: [aShape({ instanceType: "c5.2xlarge" })] });
const blueprint = aBlueprint({ tiers: [aTier(), clients] });

function trial(change: {
  placements?: readonly (typeof place)[];
  images?: Readonly<Record<string, string>>;
  tiers?: typeof blueprint.tiers;
}) {
  const { placements = [place], images = { x86_64: "ami-1" }, tiers = blueprint.tiers } = change;
  return trialLaunches({
    operationId: "demo.op",
    spec: aSpec(),
    blueprint: { ...blueprint, tiers },
    preflight: {
      findings: [],
      resolved: { placements, images, instanceTypes: {} },
      firstShapes: new Map([
        ["backend", aShape()],
        ["client", aShape({ instanceType: "c5.2xlarge" })],
      ]),
    },
    instanceProfile: "profile",
    stage: "test",
    now: NOW,
  });
}

describe("what is tried without launching", () => {
  it("is one instance of each tier, as its launch would ask for it: where, what, how bought, with which tags", () => {
    const trials = trial({});
    expect(Object.keys(trials)).toEqual(["backend", "client"]);
    expect(trials["backend"]).toMatchObject({
      launch: { indexes: [0], instanceType: "i3en.2xlarge", imageId: "ami-1", purchase: "on-demand", ...place },
      protect: true,
      instanceProfile: "profile",
      tags: { "muster:stage": "test", "muster:tier": "backend" },
    });
    expect(trials["client"]).toMatchObject({ launch: { instanceType: "c5.2xlarge", purchase: "spot" } });
  });

  it.each([
    { why: "there is no place", change: { placements: [] }, tried: [] },
    { why: "there is no image", change: { images: { arm64: "ami-2" } }, tried: [] },
    { why: "a tier has no nodes", change: { tiers: [aTier(), { ...clients, count: 0 }] }, tried: ["backend"] },
    { why: "nothing fits a tier", change: { tiers: [aTier(), aTier({ name: "other" })] }, tried: ["backend"] },
  ])("is nothing where $why", ({ change, tried }) => {
    expect(Object.keys(trial(change))).toEqual(tried);
  });
});
