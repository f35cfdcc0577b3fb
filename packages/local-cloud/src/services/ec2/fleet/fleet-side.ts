import type { OnDemandOptionsRequest, SpotOptionsRequest } from "@aws-sdk/client-ec2";
import { invalidParameterCombination, invalidParameterValue } from "../errors/general.ts";
import { refuseOthers, refuseUnless } from "../input.ts";

/** MinTargetCapacity at most. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_OnDemandOptionsRequest.html */
const MIN_TARGET_MAX = 1_000;

/** The on-demand or the spot half of a fleet. */
export interface FleetSide {
  readonly market: "on-demand" | "spot";
  readonly target: number;
  /** Below this nothing is launched; 0 when anything will do. */
  readonly minimum: number;
  readonly singleInstanceType: boolean;
  readonly singleZone: boolean;
  readonly strategy: AllocationStrategy;
}

export type AllocationStrategy =
  | "lowest-price"
  | "prioritized"
  | "diversified"
  | "capacity-optimized"
  | "capacity-optimized-prioritized"
  | "price-capacity-optimized";

const strategiesOf: Readonly<Record<FleetSide["market"], readonly AllocationStrategy[]>> = {
  "on-demand": ["lowest-price", "prioritized"],
  spot: [
    "lowest-price",
    "diversified",
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "price-capacity-optimized",
  ],
};

export function parseSide(
  market: FleetSide["market"],
  target: number,
  options: OnDemandOptionsRequest | SpotOptionsRequest | undefined,
): FleetSide {
  const path = market === "spot" ? "CreateFleet SpotOptions" : "CreateFleet OnDemandOptions";
  const known = ["AllocationStrategy", "MinTargetCapacity", "SingleAvailabilityZone", "SingleInstanceType"];
  refuseOthers(path, options, market === "spot" ? [...known, "InstanceInterruptionBehavior"] : known);
  if (options !== undefined && "InstanceInterruptionBehavior" in options) {
    refuseUnless(`${path}.InstanceInterruptionBehavior`, options.InstanceInterruptionBehavior, ["terminate"]);
  }
  const minimum = options?.MinTargetCapacity ?? 0;
  const singleInstanceType = options?.SingleInstanceType ?? false;
  const singleZone = options?.SingleAvailabilityZone ?? false;
  if (minimum > MIN_TARGET_MAX) {
    throw invalidParameterValue(`MinTargetCapacity is at most ${MIN_TARGET_MAX}.`);
  }
  if (minimum > 0 && !singleInstanceType && !singleZone) {
    throw invalidParameterCombination("MinTargetCapacity needs SingleInstanceType or SingleAvailabilityZone.");
  }
  const wanted = (options?.AllocationStrategy ?? "lowest-price") as string;
  const strategy = strategiesOf[market].find((one) => one === wanted);
  if (strategy === undefined) {
    throw invalidParameterValue(`Value (${wanted}) for parameter AllocationStrategy is invalid.`);
  }
  return { market, target, minimum, singleInstanceType, singleZone, strategy };
}
