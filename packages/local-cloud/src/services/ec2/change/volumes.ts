import type { DeleteVolumeRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { checkId, notFound } from "../errors/resource-ids.ts";
import { endDryRun, refuseOthers, required } from "../input.ts";
import { deleteVolumeRecord } from "../lifecycle/release.ts";

/** Refuses what is attached. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html */
export function deleteVolume(core: Ec2Core, input: DeleteVolumeRequest): object {
  refuseOthers("DeleteVolume", input, ["VolumeId", "DryRun"]);
  const id = required(input.VolumeId, "volumeId");
  checkId("volume", id);
  const volume = core.store.volumes.get(id);
  if (volume === undefined) throw notFound("volume", id);
  endDryRun(input);
  if (volume.attachment !== undefined) {
    throw new AwsError("VolumeInUse", `Volume ${id} is currently attached to ${volume.attachment.instanceId}`);
  }
  deleteVolumeRecord(core.store, volume);
  return {};
}
