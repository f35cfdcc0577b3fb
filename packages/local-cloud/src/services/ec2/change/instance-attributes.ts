import type {
  DescribeInstanceAttributeRequest,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
} from "@aws-sdk/client-ec2";
import { randomBetween } from "@muster/core";
import type { Ec2Core } from "../core.ts";
import { findSeen } from "../describe/describe-instances.ts";
import { groupIdentifiers } from "../describe/render-interface.ts";
import {
  instanceNotFound,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
} from "../errors/general.ts";
import { endDryRun, notImplemented, refuseOthers, required } from "../input.ts";
import { protectionNotForSpot } from "../launch/market.ts";
import { resolveGroups } from "../launch/security-groups.ts";
import type { Delayed } from "../../../mechanisms/delayed.ts";
import type { InstanceRecord } from "../state/records.ts";

/**
 * Changes one attribute of one instance. It counts a moment later: a terminate right after lifting protection can still
 * be refused. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html
 */
export function modifyInstanceAttribute(core: Ec2Core, input: ModifyInstanceAttributeRequest): object {
  const change = requestedChange(input);
  const instance = findOne(core, input.InstanceId);
  const apply = prepare(core, instance, change);
  endDryRun(input);
  apply();
  return {};
}

/** One attribute at a time. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export function describeInstanceAttribute(core: Ec2Core, input: DescribeInstanceAttributeRequest): InstanceAttribute {
  refuseOthers("DescribeInstanceAttribute", input, ["Attribute", "InstanceId", "DryRun"]);
  const instance = findOne(core, input.InstanceId);
  endDryRun(input);
  const now = core.clock.now();
  const { attribute, InstanceId } = { attribute: input.Attribute, InstanceId: instance.instanceId };
  switch (attribute) {
    case "disableApiTermination":
      return { InstanceId, DisableApiTermination: { Value: instance.protection.termination.seen(now) ?? false } };
    case "disableApiStop":
      return { InstanceId, DisableApiStop: { Value: instance.protection.stop.seen(now) ?? false } };
    case "instanceInitiatedShutdownBehavior":
      return { InstanceId, InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } };
    case "sourceDestCheck":
      return { InstanceId, SourceDestCheck: { Value: instance.sourceDestCheck } };
    case "instanceType":
      return { InstanceId, InstanceType: { Value: instance.type.name } };
    case "ebsOptimized":
      return { InstanceId, EbsOptimized: { Value: instance.ebsOptimized } };
    case "rootDeviceName":
      return { InstanceId, RootDeviceName: { Value: instance.image.rootDeviceName } };
    case "userData":
      return { InstanceId, UserData: instance.userData === undefined ? {} : { Value: instance.userData } };
    case "groupSet":
      return { InstanceId, Groups: groupIdentifiers(core, instance.interfaces[0]?.groupIds ?? []) };
    case "blockDeviceMapping":
    case "productCodes":
    case "kernel":
    case "ramdisk":
    case "sriovNetSupport":
    case "enaSupport":
    case "enclaveOptions":
      throw notImplemented(`DescribeInstanceAttribute ${attribute}`);
    default:
      throw invalidParameterValue(
        `Value (${String(attribute)}) for parameter attribute is invalid. Unknown attribute.`,
      );
  }
}

function findOne(core: Ec2Core, instanceId: string | undefined): InstanceRecord {
  const id = required(instanceId, "instanceId");
  const [instance] = findSeen(core, [id]);
  if (instance === undefined) throw instanceNotFound([id]);
  return instance;
}

type Change =
  | { readonly attribute: "disableApiTermination" | "disableApiStop" | "sourceDestCheck"; readonly on: boolean }
  | { readonly attribute: "instanceInitiatedShutdownBehavior"; readonly value: string }
  | { readonly attribute: "groupSet"; readonly groups: readonly string[] }
  | {
      readonly attribute: "blockDeviceMapping";
      readonly mappings: NonNullable<ModifyInstanceAttributeRequest["BlockDeviceMappings"]>;
    };

/** A request may name an attribute by member, or by `Attribute` and `Value`; one of them in any case. */
function requestedChange(input: ModifyInstanceAttributeRequest): Change {
  refuseOthers("ModifyInstanceAttribute", input, [
    "Attribute",
    "BlockDeviceMappings",
    "DisableApiStop",
    "DisableApiTermination",
    "DryRun",
    "Groups",
    "InstanceId",
    "InstanceInitiatedShutdownBehavior",
    "SourceDestCheck",
    "Value",
  ]);
  const changes: Change[] = [];
  if (input.DisableApiTermination !== undefined) {
    changes.push({ attribute: "disableApiTermination", on: input.DisableApiTermination.Value ?? false });
  }
  if (input.DisableApiStop !== undefined) {
    changes.push({ attribute: "disableApiStop", on: input.DisableApiStop.Value ?? false });
  }
  if (input.SourceDestCheck !== undefined) {
    changes.push({ attribute: "sourceDestCheck", on: input.SourceDestCheck.Value ?? false });
  }
  if (input.InstanceInitiatedShutdownBehavior !== undefined) {
    changes.push({
      attribute: "instanceInitiatedShutdownBehavior",
      value: input.InstanceInitiatedShutdownBehavior.Value ?? "",
    });
  }
  if (input.Groups !== undefined) changes.push({ attribute: "groupSet", groups: input.Groups });
  if (input.BlockDeviceMappings !== undefined) {
    changes.push({ attribute: "blockDeviceMapping", mappings: input.BlockDeviceMappings });
  }
  if (input.Attribute !== undefined) changes.push(byName(input.Attribute, input.Value ?? ""));
  const [change, ...more] = changes;
  if (change === undefined) throw missingParameter("attribute");
  if (more.length > 0) {
    throw invalidParameterCombination(
      `Fields for multiple attribute types specified: ${changes.map((one) => one.attribute).join(", ")}`,
    );
  }
  return change;
}

function byName(attribute: string, value: string): Change {
  switch (attribute) {
    case "disableApiTermination":
    case "disableApiStop":
    case "sourceDestCheck":
      return { attribute, on: value.toLowerCase() === "true" };
    case "instanceInitiatedShutdownBehavior":
      return { attribute, value };
    default:
      throw notImplemented(`ModifyInstanceAttribute Attribute ${attribute}`);
  }
}

/** Checks the change; what it answers makes it. */
function prepare(core: Ec2Core, instance: InstanceRecord, change: Change): () => void {
  switch (change.attribute) {
    case "disableApiTermination":
      return protect(core, instance, { change, field: instance.protection.termination });
    case "disableApiStop":
      return protect(core, instance, { change, field: instance.protection.stop });
    case "sourceDestCheck":
      return () => {
        instance.sourceDestCheck = change.on;
        for (const face of instance.interfaces) face.sourceDestCheck = change.on;
      };
    case "instanceInitiatedShutdownBehavior": {
      const behavior = change.value === "terminate" || change.value === "stop" ? change.value : undefined;
      if (behavior === undefined) {
        throw invalidParameterValue(
          `Value (${change.value}) for parameter InstanceInitiatedShutdownBehavior is invalid.`,
        );
      }
      return () => {
        instance.shutdownBehavior = behavior;
      };
    }
    case "groupSet":
      return setGroups(core, instance, change.groups);
    case "blockDeviceMapping":
      return setVolumeFates(instance, change.mappings);
  }
}

function protect(
  core: Ec2Core,
  instance: InstanceRecord,
  options: { change: { attribute: string; on: boolean }; field: Delayed<boolean> },
): () => void {
  const { change, field } = options;
  if (instance.spotRequestId !== undefined) throw protectionNotForSpot(change.attribute);
  return () => {
    const now = core.clock.now();
    field.change(change.on, now, now + randomBetween(core.random, core.dials.attributeLagMs));
  };
}

function setGroups(core: Ec2Core, instance: InstanceRecord, groups: readonly string[]): () => void {
  const primary = instance.interfaces[0];
  const subnet = core.store.subnets.get(primary?.subnetId ?? "");
  if (primary === undefined || subnet === undefined) throw invalidParameterValue("The instance has no interface.");
  if (instance.interfaces.length > 1) {
    throw invalidParameterCombination(
      `There are multiple interfaces attached to instance '${instance.instanceId}'. Please specify an interface ID for the operation instead.`,
    );
  }
  const groupIds = resolveGroups(core, { groupIds: groups, groupNames: undefined, subnet, named: true });
  return () => {
    primary.groupIds = groupIds;
  };
}

function setVolumeFates(
  instance: InstanceRecord,
  mappings: NonNullable<ModifyInstanceAttributeRequest["BlockDeviceMappings"]>,
): () => void {
  const changes = mappings.map((mapping) => {
    refuseOthers("ModifyInstanceAttribute BlockDeviceMappings", mapping, ["DeviceName", "Ebs"]);
    const volume = instance.volumes.find((found) => found.attachment?.deviceName === mapping.DeviceName);
    const attachment = volume?.attachment;
    if (attachment === undefined) {
      throw invalidParameterValue(`No device is currently mapped at ${mapping.DeviceName}`);
    }
    return { attachment, deleted: mapping.Ebs?.DeleteOnTermination ?? attachment.deleteOnTermination };
  });
  return () => {
    for (const { attachment, deleted } of changes) attachment.deleteOnTermination = deleted;
  };
}
