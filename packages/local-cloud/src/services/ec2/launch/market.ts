import type { RunInstancesRequest } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import { invalidParameterCombination } from "../errors/general.ts";
import { unsupportedConfiguration } from "../errors/launch.ts";
import { refuseOthers, refuseUnless } from "../input.ts";
import type { InstanceTypeFacts } from "../instance-types/instance-type.ts";

/** The market that the request names. Spot is one-time: EC2 does not launch a persistent request's instance again here. */
export function planMarket(request: RunInstancesRequest, type: InstanceTypeFacts): "on-demand" | "spot" {
  const { MarketType: market, SpotOptions: options } = request.InstanceMarketOptions ?? {};
  refuseUnless("RunInstances InstanceMarketOptions.MarketType", market, ["spot"]);
  if (market === undefined) {
    if (options !== undefined) throw invalidParameterCombination("Spot options need the market type spot.");
    if (!type.usageClasses.includes("on-demand")) throw unsupportedConfiguration();
    return "on-demand";
  }
  if (!type.usageClasses.includes("spot")) throw unsupportedConfiguration();
  const path = "RunInstances InstanceMarketOptions.SpotOptions";
  refuseOthers(path, options, ["SpotInstanceType", "InstanceInterruptionBehavior"]);
  refuseUnless(`${path}.SpotInstanceType`, options?.SpotInstanceType, ["one-time"]);
  const behavior = options?.InstanceInterruptionBehavior ?? "terminate";
  if (behavior !== "terminate") {
    throw invalidParameterCombination(
      `The ${behavior} InstanceInterruptionBehavior is not supported when requestType is set to one-time.`,
    );
  }
  refuseProtection(request);
  return "spot";
}

/** Spot instances carry neither protection (EC2 user guide); the text is that of ModifyInstanceAttribute without its verb. */
function refuseProtection(request: RunInstancesRequest): void {
  if (request.DisableApiTermination === true) throw protectionNotForSpot("disableApiTermination");
  if (request.DisableApiStop === true) throw protectionNotForSpot("disableApiStop");
}

export function protectionNotForSpot(attribute: string): AwsError {
  return new AwsError("UnsupportedOperation", `Modifying '${attribute}' is not supported for spot instances.`);
}
