import type { CliGeneration } from "../../versions.ts";
import type { Cluster, Drive } from "../world/cluster.ts";
import { printedId } from "./ids.ts";

/** One drive as `weka cluster drive -J` prints it. */
export function driveRecord(cluster: Cluster, drive: Drive, generation: CliGeneration): Record<string, unknown> {
  const status = cluster.driveStatus(drive);
  const shared = {
    uuid: drive.uuid,
    hostname: drive.owner?.hostname ?? null,
    serial_number: drive.disk.serial,
    should_be_active: drive.inactiveAt === undefined,
    status,
  };
  if (generation === "six") {
    return {
      id: drive.id,
      container: drive.owner?.id ?? null,
      size: drive.sizeBytes,
      needs_phase_out: false,
      hard_deactivate: false,
      ...shared,
    };
  }
  return {
    attachment: "OK",
    block_size: 512,
    // The PCI address, not the path under /dev.
    device_path: `0000:00:${(0x1e + (drive.id % 8)).toString(16)}.0`,
    disk_id: printedId("DiskId", drive.id, generation),
    host_id: printedId("HostId", drive.owner?.id, generation),
    model: "Amazon EC2 NVMe Instance Storage",
    percentage_used: 0,
    removed_time: null,
    size_bytes: drive.sizeBytes,
    vendor: "AMAZON",
    writable: "Writable",
    ...shared,
  };
}
