import type { NodeDisk, NodeMachine } from "../../../nodes/node-runtime.ts";
import type { InstanceTypeFacts } from "../instance-types/instance-type.ts";
import type { InstanceRecord } from "../state/records.ts";

/** The instance as its own operating system sees it. */
export function nodeMachine(
  instance: InstanceRecord,
  options: { region: string; tags: ReadonlyMap<string, string> },
): NodeMachine {
  const privateIp = instance.interfaces[0]?.addresses[0] ?? "";
  return {
    instanceId: instance.instanceId,
    instanceType: instance.type.name,
    region: options.region,
    availabilityZone: instance.zone,
    privateIp,
    hostname: privateDnsName(privateIp, options.region),
    interfaces: instance.interfaces.map((face) => ({
      interfaceId: face.interfaceId,
      deviceIndex: face.attachment?.deviceIndex ?? 0,
      privateIp: face.addresses[0] ?? "",
      mac: face.mac,
    })),
    volumes: instance.volumes.map((volume) => ({
      volumeId: volume.volumeId,
      deviceName: volume.attachment?.deviceName ?? "",
      sizeGiB: volume.sizeGiB,
    })),
    disks: disksOf(instance.type),
    tags: Object.fromEntries(options.tags),
    ...(instance.profile?.roleArn === undefined ? {} : { roleArn: instance.profile.roleArn }),
  };
}

/** Private DNS names are made of the address; us-east-1 has a domain of its own. */
export function privateDnsName(privateIp: string, region: string): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${privateIp.replaceAll(".", "-")}.${domain}`;
}

const FIRST_DISK_LETTER = "b".codePointAt(0) ?? 98;

// On Nitro the root volume is nvme0n1, so disks start at nvme1n1; on Xen the root is xvda and NVMe disks start at 0.
function disksOf(type: InstanceTypeFacts): NodeDisk[] {
  const { disks } = type;
  if (disks === undefined) return [];
  const first = type.hypervisor === "xen" ? 0 : 1;
  return Array.from({ length: disks.count }, (_, index) => ({
    path: disks.nvme ? `/dev/nvme${first + index}n1` : `/dev/xvd${String.fromCodePoint(FIRST_DISK_LETTER + index)}`,
    sizeGb: disks.sizeGb,
  }));
}
