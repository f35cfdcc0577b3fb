import type { InterfaceRecord, VolumeRecord } from "../state/records.ts";
import type { Ec2Store } from "../state/store.ts";

/** What a terminated instance held: deleted where DeleteOnTermination says so, otherwise free for others. */
export function release(store: Ec2Store, held: { interfaces: InterfaceRecord[]; volumes: VolumeRecord[] }): void {
  for (const face of held.interfaces) {
    if (face.attachment?.deleteOnTermination === true) deleteInterface(store, face);
    else detachInterface(face);
  }
  for (const volume of held.volumes) {
    if (volume.attachment?.deleteOnTermination === true) deleteVolumeRecord(store, volume);
    else volume.attachment = undefined;
  }
}

/** The interface is gone; its addresses are free again. */
export function deleteInterface(store: Ec2Store, face: InterfaceRecord): void {
  const subnet = store.subnets.get(face.subnetId);
  for (const address of face.addresses) subnet?.addresses.release(address);
  store.interfaces.delete(face.interfaceId);
  store.tags.remove(face.interfaceId);
  face.attachment = undefined;
}

function detachInterface(face: InterfaceRecord): void {
  face.attachment = undefined;
  // The public address of an instance belongs to its launch, not to the interface.
  face.publicIp = undefined;
}

/** The volume is gone, and no longer counts against its quota. */
export function deleteVolumeRecord(store: Ec2Store, volume: VolumeRecord): void {
  store.volumes.delete(volume.volumeId);
  store.tags.remove(volume.volumeId);
  store.usage.addStorageGiB(volume.type, -volume.sizeGiB);
  volume.attachment = undefined;
}
