import { AwsError } from "../../../kernel/aws-error.ts";
import type { Ec2Core } from "../core.ts";
import { missingParameter } from "../errors/general.ts";
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from "../state/request-records.ts";

interface TemplateReference {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** A number, `$Latest` or `$Default`; the default version when it is missing. */
  readonly version?: string | undefined;
}

/** @throws InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException, InvalidLaunchTemplateId.VersionNotFound */
export function findTemplateVersion(
  core: Ec2Core,
  reference: TemplateReference,
): { template: LaunchTemplateRecord; version: LaunchTemplateVersionRecord } {
  const template = findTemplate(core, reference);
  return { template, version: versionOf(template, reference.version) };
}

export function findTemplate(core: Ec2Core, reference: TemplateReference): LaunchTemplateRecord {
  if (reference.id === undefined && reference.name === undefined) {
    throw missingParameter("LaunchTemplateId or LaunchTemplateName");
  }
  const template = core.store.launchTemplate(reference);
  if (template !== undefined) return template;
  throw reference.id === undefined
    ? new AwsError(
        "InvalidLaunchTemplateName.NotFoundException",
        `The specified launch template, with template name ${reference.name}, does not exist.`,
      )
    : new AwsError(
        "InvalidLaunchTemplateId.NotFound",
        `The specified launch template, with template ID ${reference.id}, does not exist.`,
      );
}

export function versionOf(template: LaunchTemplateRecord, version: string | undefined): LaunchTemplateVersionRecord {
  const number = numberOf(template, version);
  const found = template.versions.find((candidate) => candidate.number === number);
  if (found !== undefined) return found;
  throw new AwsError(
    "InvalidLaunchTemplateId.VersionNotFound",
    `Could not find the specified version ${version} for the launch template with ID ${template.templateId}.`,
  );
}

function numberOf(template: LaunchTemplateRecord, version: string | undefined): number {
  if (version === undefined || version === "" || version === "$Default") return template.defaultVersion;
  if (version === "$Latest") return template.versions.at(-1)?.number ?? 0;
  return Number(version);
}
