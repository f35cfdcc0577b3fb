import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplate,
  LaunchTemplateVersion,
} from "@aws-sdk/client-ec2";
import type { Call } from "../../../kernel/service.ts";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { compileFilters, type FilterTable } from "../describe/filters.ts";
import { takePage } from "../describe/paging.ts";
import { renderTags } from "../describe/render-tags.ts";
import { invalidParameterCombination, invalidParameterValue } from "../errors/general.ts";
import { endDryRun, refuseOthers, required } from "../input.ts";
import { onceByToken } from "../launch/idempotency.ts";
import { parseTagSpecifications, tagsFor } from "../launch/tag-specifications.ts";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "../state/request-records.ts";
import { findTemplate, versionOf } from "./find-template.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
const TEMPLATES_PAGE = { min: 1, max: 200 } as const;

/** The data is looked at when it is used, as on AWS. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
export function createLaunchTemplate(
  core: Ec2Core,
  input: CreateLaunchTemplateRequest,
  call: Call,
): CreateLaunchTemplateResult {
  return onceByToken(core, { operation: "CreateLaunchTemplate", input }, () => makeLaunchTemplate(core, input, call));
}

function makeLaunchTemplate(core: Ec2Core, input: CreateLaunchTemplateRequest, call: Call): CreateLaunchTemplateResult {
  refuseOthers("CreateLaunchTemplate", input, [
    "ClientToken",
    "LaunchTemplateName",
    "LaunchTemplateData",
    "VersionDescription",
    "TagSpecifications",
    "DryRun",
  ]);
  const name = required(input.LaunchTemplateName, "LaunchTemplateName");
  const data = required(input.LaunchTemplateData, "LaunchTemplateData");
  if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) {
    throw new AwsError(
      "InvalidLaunchTemplateName.MalformedException",
      "A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following characters: - ( ) . / _.",
    );
  }
  const tags = parseTagSpecifications(input.TagSpecifications, ["launch-template"]);
  if (core.store.launchTemplate({ name }) !== undefined) {
    throw new AwsError("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
  }
  endDryRun(input);
  const now = core.clock.now();
  const template: LaunchTemplateRecord = {
    templateId: core.ids.next("lt"),
    name,
    createdAt: now,
    createdBy: call.caller.arn,
    defaultVersion: 1,
    versions: [
      {
        number: 1,
        description: input.VersionDescription,
        createdAt: now,
        createdBy: call.caller.arn,
        data,
      },
    ],
  };
  core.store.launchTemplates.set(template.templateId, template);
  core.store.tags.add(template.templateId, "launch-template", tagsFor(tags, "launch-template"));
  return { LaunchTemplate: renderTemplate(core, template) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html */
export function createLaunchTemplateVersion(
  core: Ec2Core,
  input: CreateLaunchTemplateVersionRequest,
  call: Call,
): CreateLaunchTemplateVersionResult {
  return onceByToken(core, { operation: "CreateLaunchTemplateVersion", input }, () =>
    makeLaunchTemplateVersion(core, input, call),
  );
}

function makeLaunchTemplateVersion(
  core: Ec2Core,
  input: CreateLaunchTemplateVersionRequest,
  call: Call,
): CreateLaunchTemplateVersionResult {
  refuseOthers("CreateLaunchTemplateVersion", input, [
    "ClientToken",
    "LaunchTemplateId",
    "LaunchTemplateName",
    "SourceVersion",
    "VersionDescription",
    "LaunchTemplateData",
    "DryRun",
  ]);
  const template = findTemplate(core, { id: input.LaunchTemplateId, name: input.LaunchTemplateName });
  const source = input.SourceVersion === undefined ? {} : versionOf(template, input.SourceVersion).data;
  endDryRun(input);
  const version: LaunchTemplateVersionRecord = {
    number: (template.versions.at(-1)?.number ?? 0) + 1,
    description: input.VersionDescription,
    createdAt: core.clock.now(),
    createdBy: call.caller.arn,
    data: { ...source, ...input.LaunchTemplateData },
  };
  template.versions.push(version);
  return { LaunchTemplateVersion: renderVersion(template, version) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html */
export function deleteLaunchTemplate(core: Ec2Core, input: DeleteLaunchTemplateRequest): DeleteLaunchTemplateResult {
  refuseOthers("DeleteLaunchTemplate", input, ["LaunchTemplateId", "LaunchTemplateName", "DryRun"]);
  const template = findTemplate(core, { id: input.LaunchTemplateId, name: input.LaunchTemplateName });
  endDryRun(input);
  const rendered = renderTemplate(core, template);
  core.store.launchTemplates.delete(template.templateId);
  core.store.tags.remove(template.templateId);
  return { LaunchTemplate: rendered };
}

export function describeLaunchTemplates(
  core: Ec2Core,
  input: DescribeLaunchTemplatesRequest,
): DescribeLaunchTemplatesResult {
  refuseOthers("DescribeLaunchTemplates", input, [
    "LaunchTemplateIds",
    "LaunchTemplateNames",
    "Filters",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  const table: FilterTable<LaunchTemplateRecord> = {
    tags: (template) => core.store.tags.of(template.templateId),
    fields: { "launch-template-name": (template) => template.name },
  };
  const matches = compileFilters(input.Filters, table);
  const ids = input.LaunchTemplateIds ?? [];
  const names = input.LaunchTemplateNames ?? [];
  const named = [...ids.map((id) => findTemplate(core, { id })), ...names.map((name) => findTemplate(core, { name }))];
  endDryRun(input);
  const all = ids.length + names.length > 0 ? named : [...core.store.launchTemplates.values()];
  const { page, ...token } = takePage(all.filter(matches), input, {
    key: (template) => template.templateId,
    range: TEMPLATES_PAGE,
  });
  return { ...token, LaunchTemplates: page.map((template) => renderTemplate(core, template)) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html */
export function describeLaunchTemplateVersions(
  core: Ec2Core,
  input: DescribeLaunchTemplateVersionsRequest,
): DescribeLaunchTemplateVersionsResult {
  refuseOthers("DescribeLaunchTemplateVersions", input, [
    "LaunchTemplateId",
    "LaunchTemplateName",
    "Versions",
    "MinVersion",
    "MaxVersion",
    "MaxResults",
    "NextToken",
    "DryRun",
  ]);
  const template = findTemplate(core, { id: input.LaunchTemplateId, name: input.LaunchTemplateName });
  const wanted = input.Versions ?? [];
  if (wanted.length > 0 && (input.MinVersion ?? input.MaxVersion) !== undefined) {
    throw invalidParameterCombination("Versions cannot be used with MinVersion or MaxVersion");
  }
  const [min, max] = [Number(input.MinVersion ?? 1), Number(input.MaxVersion ?? Infinity)];
  if (Number.isNaN(min) || Number.isNaN(max)) throw invalidParameterValue("A launch template version is a number.");
  const versions =
    wanted.length > 0
      ? wanted.map((version) => versionOf(template, version))
      : template.versions.filter((version) => version.number >= min && version.number <= max);
  endDryRun(input);
  const { page, ...token } = takePage(versions, input, {
    // Newest first, as AWS lists them.
    key: (version) => String(Number.MAX_SAFE_INTEGER - version.number),
    range: TEMPLATES_PAGE,
  });
  return { ...token, LaunchTemplateVersions: page.map((version) => renderVersion(template, version)) };
}

function renderTemplate(core: Ec2Core, template: LaunchTemplateRecord): LaunchTemplate {
  return {
    LaunchTemplateId: template.templateId,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdAt),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.versions.at(-1)?.number,
    Tags: renderTags(core.store.tags.of(template.templateId)),
  };
}

function renderVersion(template: LaunchTemplateRecord, version: LaunchTemplateVersionRecord): LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.templateId,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    ...(version.description === undefined ? {} : { VersionDescription: version.description }),
    CreateTime: new Date(version.createdAt),
    CreatedBy: version.createdBy,
    DefaultVersion: version.number === template.defaultVersion,
    // Request and response data have the same members here; the kernel would refuse any that differ.
    LaunchTemplateData: version.data,
  };
}
