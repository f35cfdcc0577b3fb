import type { BlockDeviceMapping, RunInstancesRequest, TagSpecification } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { findTemplateVersion } from "../templates/find-template.ts";
import type { LaunchOrigin } from "./execute.ts";

/** A launch request with the launch template that it names worked into it. */
interface MergedRequest {
  readonly request: RunInstancesRequest;
  readonly origin: LaunchOrigin;
}

/**
 * What the request says goes before what the template says. Block devices are merged by device name and tags by
 * resource type and key; everything else is taken whole from one or the other.
 */
export function mergeTemplate(core: Ec2Core, request: RunInstancesRequest): MergedRequest {
  const { LaunchTemplate: reference, ...own } = request;
  if (reference === undefined) return { request: own, origin: {} };
  const { template, version } = findTemplateVersion(core, {
    id: reference.LaunchTemplateId,
    name: reference.LaunchTemplateName,
    version: reference.Version,
  });
  const { data } = version;
  // The template's members are those of the request by name and shape; what it has besides is refused later by name.
  const base = data as Partial<RunInstancesRequest>;
  const merged: RunInstancesRequest = {
    ...base,
    ...definedOnly(own),
    MinCount: own.MinCount,
    MaxCount: own.MaxCount,
    BlockDeviceMappings: mergeDevices(base.BlockDeviceMappings, own.BlockDeviceMappings),
    TagSpecifications: mergeTags(base.TagSpecifications, own.TagSpecifications),
  };
  return { request: merged, origin: { launchTemplate: { id: template.templateId, version: version.number } } };
}

/** Members that are set; an absent one must not hide the template's. */
export function definedOnly<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Partial<T>;
}

function mergeDevices(
  base: readonly BlockDeviceMapping[] = [],
  own: readonly BlockDeviceMapping[] = [],
): BlockDeviceMapping[] {
  const named = new Set(own.map((mapping) => mapping.DeviceName));
  return [...base.filter((mapping) => !named.has(mapping.DeviceName)), ...own];
}

export function mergeTags(
  base: readonly TagSpecification[] = [],
  own: readonly TagSpecification[] = [],
): TagSpecification[] {
  const types = [...new Set([...base, ...own].map((specification) => specification.ResourceType))];
  return types.map((type) => {
    const mine = own.filter((specification) => specification.ResourceType === type);
    const theirs = base.filter((specification) => specification.ResourceType === type);
    const myTags = mine.flatMap((specification) => specification.Tags ?? []);
    const keys = new Set(myTags.map((tag) => tag.Key));
    const kept = theirs.flatMap((specification) => specification.Tags ?? []).filter((tag) => !keys.has(tag.Key));
    return { ResourceType: type, Tags: [...kept, ...myTags] };
  });
}
