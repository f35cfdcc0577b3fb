import { aCluster, aLaunch, aShape, aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import type { Placement, Resolved } from "../cluster/cluster.ts";
import { candidatesOf, isCandidateOf } from "./candidates.ts";

const a = { subnetId: "subnet-a", availabilityZone: "us-east-1a" };
const b = { subnetId: "subnet-b", availabilityZone: "us-east-1b" };
const small = aShape({ instanceType: "c7g.xlarge", architecture: "arm64" });
const large = aShape({ instanceType: "i3en.large" });
const tier = aTier({ shapes: [small, large] });
const both = [small.instanceType, large.instanceType];
const resolved: Resolved = {
  placements: [a, b],
  images: { x86_64: "ami-x86", arm64: "ami-arm" },
  instanceTypes: { "backend/subnet-a": both, "backend/subnet-b": both },
};

const shown = (change: Partial<Resolved> = {}, placement?: Placement) =>
  candidatesOf(aCluster({ resolved: { ...resolved, ...change }, placement }), tier).map(
    ({ shape, subnetId, imageId }) => `${shape.instanceType} ${subnetId} ${imageId}`,
  );

interface Lacking {
  readonly why: string;
  readonly change: Partial<Resolved>;
  readonly left: readonly string[];
}

describe("candidates", () => {
  it("are each type in every zone before the next type, with the image of its architecture", () => {
    expect(shown()).toEqual([
      "c7g.xlarge subnet-a ami-arm",
      "c7g.xlarge subnet-b ami-arm",
      "i3en.large subnet-a ami-x86",
      "i3en.large subnet-b ami-x86",
    ]);
  });

  it.each<Lacking>([
    {
      why: "preflight did not find usable",
      change: { instanceTypes: { "backend/subnet-a": both, "client/subnet-b": both } },
      left: ["c7g.xlarge subnet-a ami-arm", "i3en.large subnet-a ami-x86"],
    },
    {
      why: "no image runs on",
      change: { images: { x86_64: "ami-x86" } },
      left: ["i3en.large subnet-a ami-x86", "i3en.large subnet-b ami-x86"],
    },
    { why: "has no place", change: { placements: [] }, left: [] },
  ])("leave out what $why", ({ change, left }) => {
    expect(shown(change)).toEqual(left);
  });

  it("are all where the cluster lives, once it lives somewhere", () => {
    expect(shown({}, b)).toEqual(["c7g.xlarge subnet-b ami-arm", "i3en.large subnet-b ami-x86"]);
  });

  it("are none before preflight", () => {
    expect(candidatesOf(aCluster({ resolved: undefined }), tier)).toEqual([]);
  });

  it("are recognised in a launch by type and subnet", () => {
    const [candidate] = candidatesOf(aCluster({ resolved }), tier);
    const launch = { instanceType: "c7g.xlarge", subnetId: "subnet-a" };
    expect(isCandidateOf(candidate!, aLaunch(launch))).toBe(true);
    expect(isCandidateOf(candidate!, aLaunch({ ...launch, subnetId: "subnet-b" }))).toBe(false);
    expect(isCandidateOf(candidate!, aLaunch({ ...launch, instanceType: "i3en.large" }))).toBe(false);
  });
});
