import type { IamInstanceProfileSpecification, RunInstancesRequest } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination, invalidParameterValue } from "../errors/general.ts";
import { refuseOthers, refuseUnless } from "../input.ts";
import type { InstanceProfileDefinition } from "../world/world.ts";

/** User data before base64, bytes. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html */
const USER_DATA_BYTES_MAX = 16_384;

const KNOWN_OPTIONS = [
  "BlockDeviceMappings",
  "CapacityReservationSpecification",
  "ClientToken",
  "DisableApiStop",
  "DisableApiTermination",
  "DryRun",
  "EbsOptimized",
  "EnclaveOptions",
  "HibernationOptions",
  "IamInstanceProfile",
  "ImageId",
  "InstanceInitiatedShutdownBehavior",
  "InstanceMarketOptions",
  "InstanceType",
  "KeyName",
  "LaunchTemplate",
  "MaintenanceOptions",
  "MaxCount",
  "MetadataOptions",
  "MinCount",
  "Monitoring",
  "NetworkInterfaces",
  "Placement",
  "PrivateDnsNameOptions",
  "PrivateIpAddress",
  "SecurityGroupIds",
  "SecurityGroups",
  "SubnetId",
  "TagSpecifications",
  "UserData",
];

/** Refuses options of RunInstances that the embedded cloud does not have, and values that would need them. */
export function refuseUnknownOptions(request: RunInstancesRequest): void {
  refuseOthers("RunInstances", request, KNOWN_OPTIONS);
  refuseUnless("RunInstances EnclaveOptions.Enabled", request.EnclaveOptions?.Enabled, [false]);
  refuseUnless("RunInstances HibernationOptions.Configured", request.HibernationOptions?.Configured, [false]);
  refuseUnless("RunInstances MaintenanceOptions.AutoRecovery", request.MaintenanceOptions?.AutoRecovery, ["default"]);
  const dns = request.PrivateDnsNameOptions;
  refuseUnless("RunInstances PrivateDnsNameOptions.HostnameType", dns?.HostnameType, ["ip-name"]);
  refuseUnless("RunInstances PrivateDnsNameOptions.EnableResourceNameDnsARecord", dns?.EnableResourceNameDnsARecord, [
    false,
  ]);
  refuseUnless(
    "RunInstances PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord",
    dns?.EnableResourceNameDnsAAAARecord,
    [false],
  );
  // There are no capacity reservations here, so that open and none come to the same.
  refuseOthers("RunInstances CapacityReservationSpecification", request.CapacityReservationSpecification, [
    "CapacityReservationPreference",
  ]);
  refuseUnless(
    "RunInstances CapacityReservationSpecification.CapacityReservationPreference",
    request.CapacityReservationSpecification?.CapacityReservationPreference,
    ["open", "none"],
  );
  const behavior = request.InstanceInitiatedShutdownBehavior;
  if (behavior !== undefined && behavior !== "stop" && behavior !== "terminate") {
    throw invalidParameterValue(
      `Value (${String(behavior)}) for parameter InstanceInitiatedShutdownBehavior is invalid.`,
    );
  }
}

/** @throws InvalidParameterValue for a profile that does not exist, or that has no role */
export function checkProfile(
  core: Ec2Core,
  wanted: IamInstanceProfileSpecification | undefined,
): InstanceProfileDefinition | undefined {
  const { Name: name, Arn: arn } = wanted ?? {};
  if (name === undefined && arn === undefined) return undefined;
  if (name !== undefined && arn !== undefined) {
    throw invalidParameterCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  const found = core.findInstanceProfile(name ?? arn ?? "");
  if (found === undefined) {
    throw invalidParameterValue(
      name === undefined
        ? `Value (${arn}) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN`
        : `Value (${name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`,
    );
  }
  if (found.roleArn === undefined) {
    throw invalidParameterValue(`IAM Instance Profile "${found.arn}" has no associated IAM Roles`);
  }
  return found;
}

export function checkUserData(userData: string | undefined): void {
  if (userData === undefined) return;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(userData))
    throw invalidParameterValue("Invalid BASE64 encoding of user data.");
  if (Buffer.from(userData, "base64").length > USER_DATA_BYTES_MAX) {
    throw invalidParameterValue("User data is limited to 16384 bytes");
  }
}
