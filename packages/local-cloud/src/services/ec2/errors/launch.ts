import { AwsError } from "../../../kernel/aws-error.ts";

/** EC2 has no capacity for the type; a 500, so that SDKs retry it by themselves. */
export function insufficientInstanceCapacity(options: {
  instanceType: string;
  /** The zone that was asked for, by name or through a subnet. */
  zone: string | undefined;
  otherZones: readonly string[];
}): AwsError {
  const { instanceType, zone, otherZones } = options;
  const where = zone === undefined ? "" : ` in the Availability Zone you requested (${zone})`;
  const advice =
    zone === undefined || otherZones.length === 0
      ? ""
      : ` You can currently get ${instanceType} capacity by not specifying an Availability Zone in your request or ` +
        `choosing ${otherZones.join(", ")}.`;
  return new AwsError(
    "InsufficientInstanceCapacity",
    `We currently do not have sufficient ${instanceType} capacity${where}. ` +
      `Our system will be working on provisioning additional capacity.${advice}`,
    { status: 500 },
  );
}

export function vCpuLimitExceeded(limit: number): AwsError {
  return new AwsError(
    "VcpuLimitExceeded",
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket ` +
      "that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to " +
      "request an adjustment to this limit.",
  );
}

export function maxSpotInstanceCountExceeded(): AwsError {
  return new AwsError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded");
}

export function maxFleetCountExceeded(): AwsError {
  return new AwsError(
    "MaxFleetCountExceeded",
    "You've reached your quota for maximum Fleet Requests for this account.",
  );
}

export function subnetFullForLaunch(subnetId: string): AwsError {
  return new AwsError(
    "InsufficientFreeAddressesInSubnet",
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  );
}

export function subnetFullForAddresses(): AwsError {
  return new AwsError(
    "InsufficientFreeAddressesInSubnet",
    "The specified subnet does not have enough free addresses to satisfy the request.",
  );
}

export function typeNotInZone(options: {
  instanceType: string;
  zone: string;
  otherZones: readonly string[];
}): AwsError {
  const { instanceType, zone, otherZones } = options;
  const choice = otherZones.length === 0 ? "" : ` or choosing ${otherZones.join(", ")}`;
  return new AwsError(
    "Unsupported",
    `Your requested instance type (${instanceType}) is not supported in your requested Availability Zone (${zone}). ` +
      `Please retry your request by not specifying an Availability Zone${choice}.`,
  );
}

export function unsupportedConfiguration(): AwsError {
  return new AwsError(
    "Unsupported",
    "The requested configuration is currently not supported. Please check the documentation for supported configurations.",
  );
}

/** Of interfaces that one instance would carry. */
export function interfaceLimitExceeded(count: number, instanceType: string): AwsError {
  return new AwsError("AttachmentLimitExceeded", `Interface count ${count} exceeds the limit for ${instanceType}`);
}

/** Code as documented; the text is ours, after that for interfaces. */
export function volumeLimitExceeded(count: number, instanceType: string): AwsError {
  return new AwsError("AttachmentLimitExceeded", `Volume count ${count} exceeds the limit for ${instanceType}`);
}

/** Code as documented for vpc/L-DF5E4CA3; AWS's text is not public, this one is ours. */
export function networkInterfaceLimitExceeded(limit: number): AwsError {
  return new AwsError(
    "NetworkInterfaceLimitExceeded",
    `You have reached the limit of ${limit} network interfaces that you can create in this Region.`,
  );
}

/** Code as documented for vpc/L-2AFB9258; the text is ours. */
export function securityGroupsPerInterfaceExceeded(): AwsError {
  return new AwsError(
    "SecurityGroupsPerInterfaceLimitExceeded",
    "The maximum number of security groups per interface has been reached.",
  );
}

export function notPermitted(instanceId: string, verb: "terminated" | "stopped", attribute: string): AwsError {
  return new AwsError(
    "OperationNotPermitted",
    `The instance '${instanceId}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`,
  );
}
