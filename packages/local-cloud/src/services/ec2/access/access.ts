import type {
  CreateFleetRequest,
  CreateLaunchTemplateRequest,
  CreateNetworkInterfaceRequest,
  CreatePlacementGroupRequest,
  CreateTagsRequest,
  DeleteTagsRequest,
  RunInstancesRequest,
  TagSpecification,
} from "@aws-sdk/client-ec2";
import type { AccessRequest } from "../../../kernel/service.ts";
import type { Ec2Core } from "../core.ts";
import { ec2Arn } from "./arns.ts";
import { requestTags } from "../../../kernel/request-tags.ts";
import { resourceTags } from "./conditions.ts";
import { createFleetAccess, runInstancesAccess } from "./launch-access.ts";

/**
 * What IAM is asked before an operation; undefined where it is the action on `*`, as for most Describe actions.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export function ec2Access(core: Ec2Core, operation: string, input: unknown): readonly AccessRequest[] | undefined {
  // The kernel has brought the input into the operation's own shape; members that AWS requires may still be missing.
  switch (operation) {
    case "RunInstances":
      return runInstancesAccess(core, input as RunInstancesRequest);
    case "CreateFleet":
      return createFleetAccess(core, input as CreateFleetRequest);
    case "TerminateInstances":
    case "StopInstances":
    case "StartInstances":
      return onInstances(core, operation, (input as { InstanceIds?: string[] }).InstanceIds ?? []);
    case "ModifyInstanceAttribute":
    case "DescribeInstanceAttribute":
      return onInstances(core, operation, [(input as { InstanceId?: string }).InstanceId ?? "*"]);
    case "CreateTags":
    case "DeleteTags":
      return onTagged(core, operation, input as CreateTagsRequest | DeleteTagsRequest);
    case "CreateLaunchTemplate":
      return onNew(core, operation, {
        type: "launch-template",
        tags: (input as CreateLaunchTemplateRequest).TagSpecifications,
      });
    case "CreateLaunchTemplateVersion":
    case "DeleteLaunchTemplate":
      return onTemplate(core, operation, input as { LaunchTemplateId?: string; LaunchTemplateName?: string });
    case "CreateNetworkInterface":
      return onNewInterface(core, input as CreateNetworkInterfaceRequest);
    case "DeleteNetworkInterface": {
      const id = (input as { NetworkInterfaceId?: string }).NetworkInterfaceId ?? "*";
      return [on(core, operation, { type: "network-interface", id, tagged: id })];
    }
    case "DeleteVolume": {
      const id = (input as { VolumeId?: string }).VolumeId ?? "*";
      return [on(core, operation, { type: "volume", id, tagged: id })];
    }
    case "CreatePlacementGroup":
      return onNew(core, operation, {
        type: "placement-group",
        tags: (input as CreatePlacementGroupRequest).TagSpecifications,
      });
    case "DeletePlacementGroup": {
      const name = (input as { GroupName?: string }).GroupName ?? "*";
      const tagged = core.store.placementGroup(name)?.groupId ?? "";
      return [on(core, operation, { type: "placement-group", id: name, tagged })];
    }
    default:
      return undefined;
  }
}

function on(core: Ec2Core, operation: string, target: { type: string; id: string; tagged: string }): AccessRequest {
  return {
    action: `ec2:${operation}`,
    resource: ec2Arn(core, target.type, target.id),
    context: { "ec2:Region": core.context.region, ...resourceTags(core.store.tags.of(target.tagged)) },
  };
}

function onInstances(core: Ec2Core, operation: string, ids: readonly string[]): AccessRequest[] {
  return ids.map((id) => on(core, operation, { type: "instance", id, tagged: id }));
}

function onTagged(core: Ec2Core, operation: string, input: CreateTagsRequest | DeleteTagsRequest): AccessRequest[] {
  const tags = new Map((input.Tags ?? []).map(({ Key: key = "", Value: value = "" }) => [key, value]));
  return (input.Resources ?? []).map((id) => {
    const type = typeByPrefix[id.slice(0, Math.max(0, id.indexOf("-")))] ?? "*";
    const request = on(core, operation, { type, id, tagged: id });
    return { ...request, context: { ...request.context, ...requestTags(tags) } };
  });
}

const typeByPrefix: Readonly<Record<string, string>> = {
  i: "instance",
  vol: "volume",
  eni: "network-interface",
  subnet: "subnet",
  sg: "security-group",
  vpc: "vpc",
  lt: "launch-template",
  fleet: "fleet",
  pg: "placement-group",
  sir: "spot-instances-request",
  ami: "image",
};

/** The new resource, and CreateTags on it when it is born with tags. */
function onNew(
  core: Ec2Core,
  operation: string,
  made: { type: string; tags: readonly TagSpecification[] | undefined },
): AccessRequest[] {
  const tags = new Map(
    (made.tags ?? []).flatMap(({ Tags: list = [] }) =>
      list.map(({ Key: key = "", Value: value = "" }) => [key, value] as const),
    ),
  );
  const resource = ec2Arn(core, made.type, "*");
  const requests: AccessRequest[] = [
    { action: `ec2:${operation}`, resource, context: { "ec2:Region": core.context.region, ...requestTags(tags) } },
  ];
  if (tags.size > 0) {
    requests.push({
      action: "ec2:CreateTags",
      resource,
      context: { "ec2:CreateAction": operation, ...requestTags(tags) },
    });
  }
  return requests;
}

function onNewInterface(core: Ec2Core, input: CreateNetworkInterfaceRequest): AccessRequest[] {
  const operation = "CreateNetworkInterface";
  const subnetId = input.SubnetId ?? "*";
  return [
    ...onNew(core, operation, { type: "network-interface", tags: input.TagSpecifications }),
    on(core, operation, { type: "subnet", id: subnetId, tagged: subnetId }),
    ...(input.Groups ?? []).map((id) => on(core, operation, { type: "security-group", id, tagged: id })),
  ];
}

function onTemplate(
  core: Ec2Core,
  operation: string,
  reference: { LaunchTemplateId?: string; LaunchTemplateName?: string },
): AccessRequest[] {
  const template = core.store.launchTemplate({ id: reference.LaunchTemplateId, name: reference.LaunchTemplateName });
  const id = template?.templateId ?? "*";
  return [on(core, operation, { type: "launch-template", id, tagged: id })];
}
