import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
} from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { invalidParameterValue } from "../errors/general.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import type { Zone } from "../world/world.ts";
import { compileFilters } from "./filters.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export function describeAvailabilityZones(
  core: Ec2Core,
  input: DescribeAvailabilityZonesRequest,
): DescribeAvailabilityZonesResult {
  refuseOthers("DescribeAvailabilityZones", input, [
    "ZoneNames",
    "ZoneIds",
    "Filters",
    "AllAvailabilityZones",
    "DryRun",
  ]);
  const { region } = core.context;
  const matches = compileFilters<Zone>(input.Filters, {
    fields: {
      "region-name": () => region,
      state: () => "available",
      "zone-id": (zone) => zone.id,
      "zone-name": (zone) => zone.name,
      "zone-type": () => "availability-zone",
      "opt-in-status": () => "opt-in-not-required",
    },
  });
  const { zones } = core.store.world;
  const wanted = [...(input.ZoneNames ?? []), ...(input.ZoneIds ?? [])];
  const unknown = wanted.filter((name) => !zones.some((zone) => zone.name === name || zone.id === name));
  if (unknown.length > 0) throw invalidParameterValue(`Invalid availability zone: [${unknown.join(", ")}]`);
  endDryRun(input);
  return {
    AvailabilityZones: zones
      .filter(
        (zone) => (wanted.length === 0 || wanted.includes(zone.name) || wanted.includes(zone.id)) && matches(zone),
      )
      .map((zone) => ({
        State: "available",
        OptInStatus: "opt-in-not-required",
        Messages: [],
        RegionName: region,
        ZoneName: zone.name,
        ZoneId: zone.id,
        GroupName: region,
        NetworkBorderGroup: region,
        ZoneType: "availability-zone",
      })),
  };
}

/** The embedded cloud is one region. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html */
export function describeRegions(core: Ec2Core, input: DescribeRegionsRequest): DescribeRegionsResult {
  refuseOthers("DescribeRegions", input, ["RegionNames", "Filters", "AllRegions", "DryRun"]);
  const { region } = core.context;
  const endpoint = `ec2.${region}.amazonaws.com`;
  const matches = compileFilters<string>(input.Filters, {
    fields: { "region-name": (name) => name, endpoint: () => endpoint, "opt-in-status": () => "opt-in-not-required" },
  });
  const unknown = (input.RegionNames ?? []).filter((name) => name !== region);
  if (unknown.length > 0) throw invalidParameterValue(`Invalid region name: [${unknown.join(", ")}]`);
  endDryRun(input);
  return {
    Regions: [region]
      .filter(matches)
      .map((name) => ({ RegionName: name, Endpoint: endpoint, OptInStatus: "opt-in-not-required" })),
  };
}
