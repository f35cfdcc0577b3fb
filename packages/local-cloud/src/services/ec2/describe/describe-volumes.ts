import type { DescribeVolumesRequest, DescribeVolumesResult, Volume } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { findAll } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import type { VolumeRecord } from "../state/records.ts";
import { refuseIdsWithPage } from "./describe-network.ts";
import { compileFilters, type FilterTable } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";
import { renderTags } from "./render-tags.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export function describeVolumes(core: Ec2Core, input: DescribeVolumesRequest): DescribeVolumesResult {
  refuseOthers("DescribeVolumes", input, ["VolumeIds", "Filters", "MaxResults", "NextToken", "DryRun"]);
  refuseIdsWithPage("VolumeIds", input.VolumeIds, input);
  const matches = compileFilters(input.Filters, volumeFilters(core));
  const { volumes } = core.store;
  const ids = input.VolumeIds ?? [];
  const named = ids.length === 0 ? [...volumes.values()] : findAll("volume", ids, (id) => volumes.get(id));
  endDryRun(input);
  const { page, ...token } = takePage(named.filter(matches), input, {
    key: (volume) => volume.volumeId,
    range: COMMON_PAGE,
  });
  return { ...token, Volumes: page.map((volume) => render(core, volume)) };
}

function volumeFilters(core: Ec2Core): FilterTable<VolumeRecord> {
  return {
    tags: (volume) => core.store.tags.of(volume.volumeId),
    fields: {
      "attachment.delete-on-termination": (volume) =>
        volume.attachment === undefined ? undefined : String(volume.attachment.deleteOnTermination),
      "attachment.device": (volume) => volume.attachment?.deviceName,
      "attachment.instance-id": (volume) => volume.attachment?.instanceId,
      "availability-zone": (volume) => volume.zone,
      encrypted: (volume) => String(volume.encrypted),
      size: (volume) => String(volume.sizeGiB),
      "snapshot-id": (volume) => volume.snapshotId,
      status: (volume) => (volume.attachment === undefined ? "available" : "in-use"),
      "volume-id": (volume) => volume.volumeId,
      "volume-type": (volume) => volume.type,
    },
  };
}

function render(core: Ec2Core, volume: VolumeRecord): Volume {
  const { attachment } = volume;
  return {
    VolumeId: volume.volumeId,
    AvailabilityZone: volume.zone,
    Size: volume.sizeGiB,
    VolumeType: volume.type as NonNullable<Volume["VolumeType"]>,
    ...(volume.iops === undefined ? {} : { Iops: volume.iops }),
    ...(volume.throughput === undefined ? {} : { Throughput: volume.throughput }),
    Encrypted: volume.encrypted,
    ...(volume.kmsKeyId === undefined ? {} : { KmsKeyId: volume.kmsKeyId }),
    SnapshotId: volume.snapshotId ?? "",
    CreateTime: new Date(volume.createdAt),
    State: attachment === undefined ? "available" : "in-use",
    MultiAttachEnabled: false,
    Attachments:
      attachment === undefined
        ? []
        : [
            {
              VolumeId: volume.volumeId,
              InstanceId: attachment.instanceId,
              Device: attachment.deviceName,
              State: "attached",
              AttachTime: new Date(attachment.attachedAt),
              DeleteOnTermination: attachment.deleteOnTermination,
            },
          ],
    Tags: renderTags(core.store.tags.of(volume.volumeId)),
  };
}
