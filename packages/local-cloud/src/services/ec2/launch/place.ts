import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { invalidParameterValue } from "../errors/general.ts";
import { checkId, notFound } from "../errors/resource-ids.ts";
import type { Subnet } from "../state/store.ts";

/** Where a launch may go. */
export interface Place {
  /** The zone that the request names, itself or through a subnet; client tokens are zonal when there is one. */
  readonly zone: string | undefined;
  /** Zones to choose from: the named one, or all that have a default subnet. */
  readonly candidates: readonly string[];
}

/** @throws for subnets and zones that are unknown, or that contradict each other */
export function resolvePlace(core: Ec2Core, request: RunInstancesRequest): Place {
  const named = namedZone(core, request);
  const subnets = subnetIds(request).map((id) => findSubnet(core, id));
  for (const subnet of subnets) {
    const { zone, subnetId } = subnet.definition;
    if (named !== undefined && named !== zone) {
      throw invalidParameterValue(
        `Value (${named}) for parameter availabilityZone is invalid. Subnet '${subnetId}' is in the availability zone ${zone}`,
      );
    }
    if (zone !== subnets[0]?.definition.zone) {
      throw invalidParameterValue("All network interfaces of an instance must be in one Availability Zone.");
    }
  }
  const zone = named ?? subnets[0]?.definition.zone ?? zoneOfExistingInterface(core, request);
  if (zone !== undefined) return { zone, candidates: [zone] };
  const candidates = [...core.store.subnets.values()]
    .filter((subnet) => subnet.definition.defaultForZone)
    .map((subnet) => subnet.definition.zone);
  if (candidates.length === 0) {
    throw new AwsError(
      "VPCIdNotSpecified",
      "No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.",
    );
  }
  return { zone: undefined, candidates };
}

export function findSubnet(core: Ec2Core, subnetId: string): Subnet {
  checkId("subnet", subnetId);
  const subnet = core.store.subnets.get(subnetId);
  if (subnet === undefined) throw notFound("subnet", subnetId);
  return subnet;
}

/** @throws MissingInput when the zone has no default subnet */
export function defaultSubnet(core: Ec2Core, zone: string): Subnet {
  const found = [...core.store.subnets.values()].find(
    ({ definition }) => definition.zone === zone && definition.defaultForZone,
  );
  if (found === undefined) throw new AwsError("MissingInput", `No default subnet for availability zone: '${zone}'.`);
  return found;
}

function subnetIds(request: RunInstancesRequest): string[] {
  const ids = [request.SubnetId, ...(request.NetworkInterfaces ?? []).map((face) => face.SubnetId)];
  return ids.filter((id) => id !== undefined);
}

function namedZone(core: Ec2Core, request: RunInstancesRequest): string | undefined {
  const { zones } = core.store.world;
  const { AvailabilityZone: name, AvailabilityZoneId: id } = request.Placement ?? {};
  if (name === undefined && id === undefined) return undefined;
  const zone = zones.find((candidate) => (name === undefined ? candidate.id === id : candidate.name === name));
  if (zone === undefined || (id !== undefined && zone.id !== id)) {
    throw invalidParameterValue(`Invalid availability zone: [${name ?? id}]`);
  }
  return zone.name;
}

function zoneOfExistingInterface(core: Ec2Core, request: RunInstancesRequest): string | undefined {
  const id = request.NetworkInterfaces?.find((face) => face.NetworkInterfaceId !== undefined)?.NetworkInterfaceId;
  return id === undefined ? undefined : core.store.interfaces.get(id)?.zone;
}
