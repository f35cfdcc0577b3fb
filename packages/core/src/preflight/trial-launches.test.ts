import { aBlueprint, aShape, aSpec, aTier, NOW } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { ClusterSpec } from "../spec/spec.ts";
import { trialLaunches } from "./trial-launches.ts";

const place = { subnetId: "subnet-b", availabilityZone: "us-east-1b" };
const clients = aTier({ name: "client", count: 2, purchase: "spot", shapes: [aShape({ instanceType: "c5.2xlarge" })] });
const blueprint = aBlueprint({ tiers: [aTier(), clients] });

function trial(change: {
  placements?: readonly (typeof place)[];
  images?: Readonly<Record<string, string>>;
  tiers?: typeof blueprint.tiers;
  spec?: ClusterSpec;
}) {
  const { placements = [place], images = { x86_64: "ami-1" }, tiers = blueprint.tiers, spec = aSpec() } = change;
  return trialLaunches({
    operationId: "demo.op",
    spec,
    blueprint: { ...blueprint, tiers },
    preflight: {
      findings: [],
      resolved: { placements, images, instanceTypes: {} },
      firstShapes: new Map([
        ["backend", aShape()],
        ["client", aShape({ instanceType: "c5.2xlarge" })],
      ]),
    },
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
      instanceProfile: undefined,
      tags: { "muster:stage": "test", "muster:tier": "backend" },
    });
    expect(trials["client"]).toMatchObject({ launch: { instanceType: "c5.2xlarge", purchase: "spot" } });
  });

  it("has the profile that the spec names; the one that Muster makes is not there yet", () => {
    expect(trial({ spec: aSpec({ instanceProfile: "mine" }) })["backend"]).toMatchObject({ instanceProfile: "mine" });
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
