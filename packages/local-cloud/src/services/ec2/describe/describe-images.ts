import type { DescribeImagesRequest, DescribeImagesResult, Image } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { findAll } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import type { ImageDefinition } from "../world/world.ts";
import { refuseIdsWithPage } from "./describe-network.ts";
import { compileFilters, type FilterTable } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export function describeImages(core: Ec2Core, input: DescribeImagesRequest): DescribeImagesResult {
  refuseOthers("DescribeImages", input, [
    "ImageIds",
    "Owners",
    "Filters",
    "IncludeDeprecated",
    "IncludeDisabled",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  refuseIdsWithPage("ImageIds", input.ImageIds, input);
  const matches = compileFilters(input.Filters, imageFilters);
  const { images } = core.store.world;
  const ids = input.ImageIds ?? [];
  const named = ids.length === 0 ? images : findAll("image", ids, (id) => images.find((image) => image.imageId === id));
  endDryRun(input);
  const owners = input.Owners ?? [];
  const owned = named.filter(
    (image) => owners.length === 0 || owners.some((owner) => isOwner(image, owner, core.context.account)),
  );
  const { page, ...token } = takePage(owned.filter(matches), input, {
    key: (image) => image.imageId,
    range: COMMON_PAGE,
  });
  return { ...token, Images: page.map(render) };
}

function isOwner(image: ImageDefinition, owner: string, account: string): boolean {
  return owner === image.ownerId || owner === image.ownerAlias || (owner === "self" && image.ownerId === account);
}

const imageFilters: FilterTable<ImageDefinition> = {
  tags: () => new Map(),
  fields: {
    architecture: (image) => image.architecture,
    description: (image) => image.description,
    "ena-support": () => "true",
    hypervisor: () => "xen",
    "image-id": (image) => image.imageId,
    "image-type": () => "machine",
    "is-public": () => "true",
    name: (image) => image.name,
    "owner-alias": (image) => image.ownerAlias,
    "owner-id": (image) => image.ownerId,
    platform: (image) => (image.platform === "windows" ? "windows" : undefined),
    "root-device-name": (image) => image.rootDeviceName,
    "root-device-type": () => "ebs",
    state: () => "available",
    "virtualization-type": () => "hvm",
  },
};

function render(image: ImageDefinition): Image {
  return {
    ImageId: image.imageId,
    Name: image.name,
    Description: image.description,
    Architecture: image.architecture,
    CreationDate: image.creationDate,
    ImageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    ImageType: "machine",
    Public: true,
    OwnerId: image.ownerId,
    ...(image.ownerAlias === undefined ? {} : { ImageOwnerAlias: image.ownerAlias }),
    ...(image.platform === "windows" ? { Platform: "Windows" as const } : {}),
    PlatformDetails: image.platform === "windows" ? "Windows" : "Linux/UNIX",
    UsageOperation: image.platform === "windows" ? "RunInstances:0002" : "RunInstances",
    State: "available",
    EnaSupport: true,
    Hypervisor: "xen",
    VirtualizationType: "hvm",
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: "ebs",
    ...(image.requiresImdsV2 ? { ImdsSupport: "v2.0" as const } : {}),
    BlockDeviceMappings: [
      {
        DeviceName: image.rootDeviceName,
        Ebs: {
          DeleteOnTermination: true,
          SnapshotId: image.rootSnapshotId,
          VolumeSize: image.rootVolumeGiB,
          VolumeType: image.rootVolumeType,
          Encrypted: false,
        },
      },
    ],
  };
}
