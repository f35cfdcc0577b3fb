import type { RunInstancesCommandInput, Tag, TagSpecification } from "@aws-sdk/client-ec2";
import { clientToken, type LaunchRequest } from "@muster/core";

/**
 * The one EC2 request of a launch: interfaces, volumes, tags, metadata options and protection are all in it, so that a
 * node costs no further call. It follows from the ledger's row and the spec alone: the same row makes the same request,
 * which is what EC2 compares when a client token comes again.
 */
export function runInstancesInput(request: LaunchRequest): RunInstancesCommandInput {
  const { launch } = request;
  const isSpot = launch.purchase === "spot";
  const count = launch.indexes.length;
  return {
    ImageId: launch.imageId,
    InstanceType: launch.instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
    // Equal counts are EC2's all-or-nothing; a minimum of one takes what there is.
    MinCount: launch.isPartialFine ? 1 : count,
    MaxCount: count,
    ClientToken: clientToken(launch),
    NetworkInterfaces: interfacesOf(request),
    BlockDeviceMappings: request.volumes.map((volume) => ({
      DeviceName: volume.deviceName,
      Ebs: { VolumeSize: volume.sizeGiB, VolumeType: "gp3", Encrypted: true, DeleteOnTermination: true },
    })),
    ...(request.instanceProfile === undefined ? {} : { IamInstanceProfile: { Name: request.instanceProfile } }),
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpTokens: "required",
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: "enabled",
    },
    // A shutdown from inside ends the data on the instance store either way; stopped instances would only be leaks.
    InstanceInitiatedShutdownBehavior: "terminate",
    // Spot instances can carry neither protection (EC2 refuses the request).
    ...(request.protect && !isSpot ? { DisableApiTermination: true, DisableApiStop: true } : {}),
    ...(request.placementGroup === undefined ? {} : { Placement: { GroupName: request.placementGroup } }),
    ...(isSpot
      ? {
          InstanceMarketOptions: {
            MarketType: "spot",
            SpotOptions: { SpotInstanceType: "one-time", InstanceInterruptionBehavior: "terminate" },
          },
        }
      : {}),
    TagSpecifications: tagSpecifications(request.tags, isSpot),
  };
}

function interfacesOf(request: LaunchRequest): NonNullable<RunInstancesCommandInput["NetworkInterfaces"]> {
  return Array.from({ length: request.interfaces }, (_, DeviceIndex) => ({
    DeviceIndex,
    NetworkCardIndex: 0,
    SubnetId: request.launch.subnetId,
    Groups: [...request.securityGroups],
    DeleteOnTermination: true,
  }));
}

function tagSpecifications(tags: Readonly<Record<string, string>>, isSpot: boolean): TagSpecification[] {
  const Tags: Tag[] = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  // Tags of a spot request are an error in an on-demand launch.
  const types = ["instance", "volume", "network-interface", ...(isSpot ? ["spot-instances-request"] : [])] as const;
  return types.map((ResourceType) => ({
    ResourceType: ResourceType as NonNullable<TagSpecification["ResourceType"]>,
    Tags,
  }));
}
