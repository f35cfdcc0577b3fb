import type { CreateFleetRequest, RunInstancesRequest, TagSpecification } from "@aws-sdk/client-ec2";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { AccessRequest } from "../../../kernel/service.ts";
import type { Ec2Core } from "../core.ts";
import { mergeTags, mergeTemplate } from "../launch/template-merge.ts";
import type { InstanceProfileDefinition } from "../world/world.ts";
import { ec2Arn } from "./arns.ts";
import { requestTags } from "../../../kernel/request-tags.ts";
import { resourceTags, type Conditions } from "./conditions.ts";

// "Actions, resources, and condition keys for Amazon EC2", RunInstances and CreateFleet:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

/** RunInstances on everything that a launch makes and uses, CreateTags on what it tags, PassRole for its profile. */
export function runInstancesAccess(core: Ec2Core, input: RunInstancesRequest): AccessRequest[] {
  return accessToLaunch(core, mergedOrAsIs(core, input), input.LaunchTemplate);
}

/** A fleet of type instant launches with the caller's own permissions. */
export function createFleetAccess(core: Ec2Core, input: CreateFleetRequest): AccessRequest[] {
  const fleetTags = tagsByType(input.TagSpecifications);
  const ownTags = (input.TagSpecifications ?? []).filter((specification) => specification.ResourceType !== "fleet");
  const tagsOfFleet = fleetTags.get("fleet") ?? new Map();
  const requests: AccessRequest[] = [
    { action: "ec2:CreateFleet", resource: ec2Arn(core, "fleet", "*"), context: requestTags(tagsOfFleet) },
  ];
  if (tagsOfFleet.size > 0)
    requests.push(createTagsAccess(core, { type: "fleet", tags: tagsOfFleet, by: "CreateFleet" }));
  for (const config of input.LaunchTemplateConfigs ?? []) {
    const reference = config.LaunchTemplateSpecification ?? {};
    const base = mergedOrAsIs(core, { LaunchTemplate: reference, MinCount: 1, MaxCount: 1 });
    const overrides = (config.Overrides ?? []).length > 0 ? (config.Overrides ?? []) : [{}];
    for (const override of overrides) {
      const launch = {
        ...base,
        InstanceType: override.InstanceType ?? base.InstanceType,
        ImageId: override.ImageId ?? base.ImageId,
        SubnetId: override.SubnetId ?? base.SubnetId,
        TagSpecifications: mergeTags(base.TagSpecifications, ownTags),
      };
      requests.push(...accessToLaunch(core, launch, reference));
    }
  }
  return dedupe(requests);
}

function accessToLaunch(
  core: Ec2Core,
  request: RunInstancesRequest,
  template: RunInstancesRequest["LaunchTemplate"],
): AccessRequest[] {
  const tags = tagsByType(request.TagSpecifications);
  const run = (type: string, id: string, context: Conditions): AccessRequest => ({
    action: "ec2:RunInstances",
    resource: ec2Arn(core, type, id),
    context: { "ec2:Region": core.context.region, ...context },
  });
  const made = (type: string) => requestTags(tags.get(type) ?? new Map());
  const used = (id: string) => resourceTags(core.store.tags.of(id));
  const requests = [
    run("instance", "*", { ...instanceConditions(core, request), ...made("instance") }),
    run("network-interface", "*", made("network-interface")),
    run("volume", "*", made("volume")),
    run("image", request.ImageId ?? "*", {}),
    ...subnetsOf(request).map((id) => run("subnet", id, used(id))),
    ...groupsOf(request).map((id) => run("security-group", id, used(id))),
  ];
  const group = request.Placement?.GroupName;
  if (group !== undefined && group !== "") {
    requests.push(run("placement-group", group, used(core.store.placementGroup(group)?.groupId ?? "")));
  }
  if (request.KeyName !== undefined) requests.push(run("key-pair", request.KeyName, {}));
  const templateId =
    template?.LaunchTemplateId ?? core.store.launchTemplate({ name: template?.LaunchTemplateName })?.templateId;
  if (template !== undefined && templateId !== undefined)
    requests.push(run("launch-template", templateId, used(templateId)));
  for (const [type, typeTags] of tags) {
    if (typeTags.size > 0) requests.push(createTagsAccess(core, { type, tags: typeTags, by: "RunInstances" }));
  }
  return [...requests, ...passRoleAccess(core, request)];
}

function createTagsAccess(
  core: Ec2Core,
  options: { type: string; tags: ReadonlyMap<string, string>; by: string },
): AccessRequest {
  return {
    action: "ec2:CreateTags",
    resource: ec2Arn(core, options.type, "*"),
    context: { "ec2:CreateAction": options.by, ...requestTags(options.tags) },
  };
}

/** Whoever gives an instance a role must be allowed to pass that role to EC2. */
function passRoleAccess(core: Ec2Core, request: RunInstancesRequest): AccessRequest[] {
  const roleArn = profileOf(core, request)?.roleArn;
  if (roleArn === undefined) return [];
  return [{ action: "iam:PassRole", resource: roleArn, context: { "iam:PassedToService": "ec2.amazonaws.com" } }];
}

function instanceConditions(core: Ec2Core, request: RunInstancesRequest): Conditions {
  const zone =
    request.Placement?.AvailabilityZone ?? core.store.subnets.get(subnetsOf(request)[0] ?? "")?.definition.zone;
  return {
    "ec2:InstanceType": request.InstanceType,
    "ec2:InstanceMarketType": request.InstanceMarketOptions?.MarketType ?? "on-demand",
    "ec2:AvailabilityZone": zone,
    "ec2:InstanceProfile": profileOf(core, request)?.arn,
    "ec2:EbsOptimized": String(request.EbsOptimized ?? false),
    "ec2:RootDeviceType": "ebs",
    "ec2:Tenancy": request.Placement?.Tenancy ?? "default",
    "ec2:MetadataHttpTokens": request.MetadataOptions?.HttpTokens,
    "ec2:MetadataHttpEndpoint": request.MetadataOptions?.HttpEndpoint,
    "ec2:MetadataHttpPutResponseHopLimit": request.MetadataOptions?.HttpPutResponseHopLimit?.toString(),
  };
}

function profileOf(core: Ec2Core, request: RunInstancesRequest): InstanceProfileDefinition | undefined {
  const { Name: name, Arn: arn } = request.IamInstanceProfile ?? {};
  return core.findInstanceProfile(name ?? arn ?? "");
}

function tagsByType(specifications: readonly TagSpecification[] | undefined): Map<string, Map<string, string>> {
  const byType = new Map<string, Map<string, string>>();
  for (const { ResourceType: type = "", Tags: tags = [] } of specifications ?? []) {
    byType.set(type, new Map(tags.map(({ Key: key = "", Value: value = "" }) => [key, value])));
  }
  return byType;
}

function subnetsOf(request: RunInstancesRequest): string[] {
  const ids = [request.SubnetId, ...(request.NetworkInterfaces ?? []).map((face) => face.SubnetId)];
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function groupsOf(request: RunInstancesRequest): string[] {
  const ids = [
    ...(request.SecurityGroupIds ?? []),
    ...(request.NetworkInterfaces ?? []).flatMap((face) => face.Groups ?? []),
  ];
  return [...new Set(ids)];
}

/** A launch template that does not exist is not a question of permission: the operation itself will say so. */
function mergedOrAsIs(core: Ec2Core, request: RunInstancesRequest): RunInstancesRequest {
  try {
    return mergeTemplate(core, request).request;
  } catch (error) {
    if (error instanceof AwsError) return request;
    throw error;
  }
}

function dedupe(requests: readonly AccessRequest[]): AccessRequest[] {
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}
