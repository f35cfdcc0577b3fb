import { aLaunch, aShape, aSpec, aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { launchRequest } from "./launch-request.ts";
import { clientToken } from "./launch.ts";

const spec = aSpec({ tags: { team: "storage" }, network: { ...aSpec().network, placementGroup: "group" } });
const plan = {
  launch: aLaunch(),
  tier: aTier(),
  shape: aShape(),
  spec,
  instanceProfile: "muster-test-node",
  stage: "test",
};

describe("what EC2 is asked for a launch", () => {
  it("is made of the ledger's row, the shape and the spec", () => {
    expect(launchRequest(plan)).toEqual({
      launch: plan.launch,
      interfaces: 4,
      volumes: plan.shape.volumes,
      securityGroups: spec.network.securityGroups,
      placementGroup: "group",
      instanceProfile: "muster-test-node",
      protect: true,
      tags: expect.objectContaining({ team: "storage", "muster:launch": "L1", "muster:stage": "test" }),
    });
  });

  it("is the same to the last letter when it is asked again", () => {
    expect(launchRequest({ ...plan, launch: { ...aLaunch() } })).toEqual(launchRequest(plan));
  });

  it("protects what holds data, and nothing else", () => {
    expect(launchRequest({ ...plan, tier: aTier({ holdsData: false }) }).protect).toBe(false);
  });

  it("has a client token of at most 64 characters, another for every launch", () => {
    const tokens = ["01KDVDNA6XCCB1FY078MBB7764", "01KDVDNA6XCCB1FY078MBB7765"].map((launchId) =>
      clientToken({ launchId }),
    );
    expect(new Set(tokens).size).toBe(2);
    for (const token of tokens) expect(token).toMatch(/^[\x20-\x7e]{1,64}$/);
  });
});
