import type { Operation } from "../../kernel/service.ts";
import { describeInstanceAttribute, modifyInstanceAttribute } from "./change/instance-attributes.ts";
import { createNetworkInterface, deleteNetworkInterface } from "./change/network-interfaces.ts";
import { createPlacementGroup, deletePlacementGroup, describePlacementGroups } from "./change/placement-groups.ts";
import { startInstances, stopInstances } from "./change/stop-start.ts";
import { createTags, deleteTags } from "./change/tags.ts";
import { terminateInstances } from "./change/terminate-instances.ts";
import { deleteVolume } from "./change/volumes.ts";
import type { Ec2Core } from "./core.ts";
import { describeImages } from "./describe/describe-images.ts";
import { describeInstances } from "./describe/describe-instances.ts";
import { describeInstanceStatus } from "./describe/describe-instance-status.ts";
import { describeNetworkInterfaces, describeSubnets, describeVpcs } from "./describe/describe-network.ts";
import { describeAvailabilityZones, describeRegions } from "./describe/describe-region.ts";
import { describeSecurityGroupRules, describeSecurityGroups } from "./describe/describe-security.ts";
import { describeTags } from "./describe/describe-tags.ts";
import { describeInstanceTypeOfferings, describeInstanceTypes } from "./describe/describe-types.ts";
import { describeVolumes } from "./describe/describe-volumes.ts";
import { createFleet } from "./fleet/create-fleet.ts";
import { runInstances } from "./launch/run-instances.ts";
import {
  createLaunchTemplate,
  createLaunchTemplateVersion,
  deleteLaunchTemplate,
  describeLaunchTemplates,
  describeLaunchTemplateVersions,
} from "./templates/launch-templates.ts";

// oxlint-disable-next-line typescript/no-explicit-any -- each operation has the input of its own; the kernel has checked its shape
type Ec2Operation = (core: Ec2Core, input: any, call: Parameters<Operation>[1]) => unknown;

const operations: Readonly<Record<string, Ec2Operation>> = {
  CreateFleet: createFleet,
  CreateLaunchTemplate: createLaunchTemplate,
  CreateLaunchTemplateVersion: createLaunchTemplateVersion,
  CreateNetworkInterface: createNetworkInterface,
  CreatePlacementGroup: createPlacementGroup,
  CreateTags: createTags,
  DeleteLaunchTemplate: deleteLaunchTemplate,
  DeleteNetworkInterface: deleteNetworkInterface,
  DeletePlacementGroup: deletePlacementGroup,
  DeleteTags: deleteTags,
  DeleteVolume: deleteVolume,
  DescribeAvailabilityZones: describeAvailabilityZones,
  DescribeImages: describeImages,
  DescribeInstanceAttribute: describeInstanceAttribute,
  DescribeInstanceStatus: describeInstanceStatus,
  DescribeInstanceTypeOfferings: describeInstanceTypeOfferings,
  DescribeInstanceTypes: describeInstanceTypes,
  DescribeInstances: describeInstances,
  DescribeLaunchTemplateVersions: describeLaunchTemplateVersions,
  DescribeLaunchTemplates: describeLaunchTemplates,
  DescribeNetworkInterfaces: describeNetworkInterfaces,
  DescribePlacementGroups: describePlacementGroups,
  DescribeRegions: describeRegions,
  DescribeSecurityGroupRules: describeSecurityGroupRules,
  DescribeSecurityGroups: describeSecurityGroups,
  DescribeSubnets: describeSubnets,
  DescribeTags: describeTags,
  DescribeVolumes: describeVolumes,
  DescribeVpcs: describeVpcs,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  RunInstances: runInstances,
  StartInstances: startInstances,
  StopInstances: stopInstances,
  TerminateInstances: terminateInstances,
};

/** Every operation, behind its token bucket, and after what is long dead has been forgotten. */
export function ec2Operations(core: Ec2Core): Readonly<Record<string, Operation>> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, Operation] => [
      name,
      (input, call) => {
        core.throttle.admitRequest(name, input);
        core.store.forget(core.clock.now(), {
          instanceMs: core.dials.terminatedVisibleMs,
          tagsMs: core.dials.terminatedTagsVisibleMs,
        });
        return operation(core, input, call);
      },
    ]),
  );
}
