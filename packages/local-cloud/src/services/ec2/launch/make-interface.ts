import type { Ec2Core } from "../core.ts";
import { subnetFullForLaunch } from "../errors/launch.ts";
import type { InterfaceRecord } from "../state/records.ts";
import type { Subnet } from "../state/store.ts";
import type { InterfacePlan } from "./interfaces.ts";
import { tagsFor, type TagsByType } from "./tag-specifications.ts";

/** Makes one interface of a new instance, or attaches the one that the launch names. */
export function makeInterface(
  core: Ec2Core,
  options: { plan: InterfacePlan; tags: TagsByType; instanceId: string },
): InterfaceRecord {
  const { plan, instanceId } = options;
  const face =
    plan.existing ??
    addInterface(core, {
      subnet: plan.subnet,
      addresses: takeAddresses(plan.subnet, plan),
      description: plan.description,
      kind: plan.kind,
      groupIds: plan.groupIds,
      tags: tagsFor(options.tags, "network-interface"),
    });
  face.attachment = {
    attachmentId: core.ids.next("eni-attach"),
    instanceId,
    deviceIndex: plan.deviceIndex,
    cardIndex: plan.cardIndex,
    attachedAt: core.clock.now(),
    deleteOnTermination: plan.deleteOnTermination,
  };
  if (plan.publicIp) face.publicIp = publicAddress(face.addresses[0] ?? "");
  return face;
}

/** A new interface that nobody uses yet. */
export function addInterface(
  core: Ec2Core,
  options: {
    subnet: Subnet;
    addresses: readonly string[];
    description: string;
    kind: InterfaceRecord["kind"];
    groupIds: readonly string[];
    tags: ReadonlyMap<string, string>;
  },
): InterfaceRecord {
  const { subnetId, vpcId, zone } = options.subnet.definition;
  const face: InterfaceRecord = {
    interfaceId: core.ids.next("eni"),
    subnetId,
    vpcId,
    zone,
    addresses: options.addresses,
    mac: core.ids.mac(),
    description: options.description,
    kind: options.kind,
    groupIds: options.groupIds,
    publicIp: undefined,
    sourceDestCheck: true,
    attachment: undefined,
  };
  core.store.interfaces.set(face.interfaceId, face);
  core.store.tags.add(face.interfaceId, "network-interface", options.tags);
  return face;
}

/** The addresses that the request names, and as many more as it wants; the caller has seen that there are enough. */
export function takeAddresses(
  subnet: Subnet,
  wanted: { readonly givenAddresses: readonly string[]; readonly pickedAddresses: number },
): string[] {
  for (const address of wanted.givenAddresses) subnet.addresses.takeGiven(address);
  const picked = Array.from({ length: wanted.pickedAddresses }, () => {
    const address = subnet.addresses.take();
    if (address === undefined) throw subnetFullForLaunch(subnet.definition.subnetId);
    return address;
  });
  return [...wanted.givenAddresses, ...picked];
}

// 198.18.0.0/15 is set aside for tests (RFC 2544); the last sixteen bits are those of the private address.
function publicAddress(privateIp: string): string {
  const [, , c = "0", d = "0"] = privateIp.split(".");
  return `198.18.${c}.${d}`;
}
