import { launchRequest, type Launch } from "@muster/core";
import { aLaunch, aShape, aSpec, aTier } from "@muster/testing";
import { describe, expect, it } from "vitest";
import { runInstancesInput } from "./run-instances.ts";

const spec = aSpec({ tags: { team: "storage" }, network: { ...aSpec().network, placementGroup: "group" } });

function input(change: Partial<Launch> = {}, tier = aTier()) {
  const plan = { spec, tier, shape: aShape(), instanceProfile: "profile", stage: "test" };
  return runInstancesInput(launchRequest({ ...plan, launch: aLaunch(change) }));
}

describe("the one request of a launch", () => {
  it("has everything in it that a node needs from birth", () => {
    expect(input()).toMatchObject({
      ImageId: "ami-0aaaaaaaaaaaaaaaa",
      InstanceType: "i3en.2xlarge",
      ClientToken: "muster-L1",
      IamInstanceProfile: { Name: "profile" },
      Placement: { GroupName: "group" },
      DisableApiTermination: true,
      DisableApiStop: true,
      InstanceInitiatedShutdownBehavior: "terminate",
      MetadataOptions: { HttpTokens: "required", HttpPutResponseHopLimit: 1, InstanceMetadataTags: "enabled" },
      BlockDeviceMappings: [
        {
          DeviceName: "/dev/sdp",
          Ebs: { VolumeSize: 78, VolumeType: "gp3", Encrypted: true, DeleteOnTermination: true },
        },
      ],
    });
  });

  it("is all or nothing, unless fewer will do", () => {
    expect(input()).toMatchObject({ MinCount: 6, MaxCount: 6 });
    expect(input({ isPartialFine: true })).toMatchObject({ MinCount: 1, MaxCount: 6 });
  });

  it("has an interface for each of the shape's, all in the launch's subnet and groups, and gone with the instance", () => {
    const faces = input().NetworkInterfaces ?? [];
    expect(faces.map((face) => face.DeviceIndex)).toEqual([0, 1, 2, 3]);
    for (const face of faces)
      expect(face).toMatchObject({
        SubnetId: aLaunch().subnetId,
        Groups: spec.network.securityGroups,
        DeleteOnTermination: true,
      });
    // EC2 refuses groups and a subnet of the request beside interfaces.
    expect(input()).not.toHaveProperty("SecurityGroupIds");
    expect(input()).not.toHaveProperty("SubnetId");
  });

  it("tags instances, volumes and interfaces alike", () => {
    const tags = input().TagSpecifications ?? [];
    expect(tags.map(({ ResourceType }) => ResourceType)).toEqual(["instance", "volume", "network-interface"]);
    for (const { Tags } of tags) expect(Tags).toEqual(expect.arrayContaining([{ Key: "muster:launch", Value: "L1" }]));
  });

  it("as spot is one-time, tagged as a request too, and without the protection that spot cannot carry", () => {
    const spot = input({ purchase: "spot" }, aTier({ purchase: "spot" }));
    expect(spot.InstanceMarketOptions).toMatchObject({
      MarketType: "spot",
      SpotOptions: { SpotInstanceType: "one-time" },
    });
    expect(spot.TagSpecifications?.at(-1)?.ResourceType).toBe("spot-instances-request");
    expect(spot).not.toHaveProperty("DisableApiTermination");
    expect(spot).not.toHaveProperty("DisableApiStop");
  });

  it("of what holds no data is not protected", () => {
    expect(input({}, aTier({ holdsData: false }))).not.toHaveProperty("DisableApiTermination");
  });

  it("is the same to the last letter when the ledger's row is: EC2 compares what comes with a token again", () => {
    expect(input()).toEqual(input({ state: "requested" }));
    expect(input({ indexes: [7] })).not.toEqual(input());
  });
});
