import { parseResource } from "../definition/resource.ts";
import { isObject } from "../json.ts";
import type { Findings } from "./diagnostic.ts";
import { hasIntegration, optimizedMembers, type ActionMembers } from "./integrations.ts";

/** What the caller knows of the services that Tasks may call. */
export interface ResourceOptions {
  /** Whether an SDK integration exists, by the names in its ARN (`ec2`, `runInstances`). */
  readonly isKnownAction?: (service: string, action: string) => boolean;
  /** The members that the request of an SDK integration may have; undefined when that is not known. */
  readonly argumentsOf?: (service: string, action: string) => ReadonlySet<string> | undefined;
}

/** Checks the Resource of a Task, and the names of its Arguments where they are known. */
export function checkResource(
  arn: string,
  state: Readonly<Record<string, unknown>>,
  path: string,
  findings: Findings,
  options: ResourceOptions,
): void {
  const at = `${path}/Resource`;
  if (!arn.startsWith("arn:")) {
    findings.schema("Value is not a valid resource ARN", at);
    return;
  }
  const resource = parseResource(arn);
  const isKnown =
    resource !== undefined &&
    (resource.kind !== "service" ||
      (hasIntegration(resource) &&
        (!resource.sdk || options.isKnownAction?.(resource.service, resource.action) !== false)));
  if (!isKnown) {
    findings.schema(
      `The resource provided ${arn} is not recognized. The value is not a valid resource ARN, or the resource is not ` +
        "available in this region.",
      at,
    );
    return;
  }
  if (resource.kind === "activity" && state["Credentials"] !== undefined) {
    findings.schema("The field 'Credentials' is not supported for activities", path);
  }
  const args = state["Arguments"];
  if (resource.kind === "service" && isObject(args)) {
    const members = resource.sdk ? sdkMembers(resource, options) : optimizedMembers(resource);
    if (members !== undefined) checkMembers(args, members, `${path}/Arguments`, findings);
  }
}

function sdkMembers(
  { service, action }: { service: string; action: string },
  options: ResourceOptions,
): ActionMembers | undefined {
  const optional = options.argumentsOf?.(service, action);
  return optional === undefined ? undefined : { required: [], optional: [...optional] };
}

function checkMembers(
  args: Readonly<Record<string, unknown>>,
  { required, optional }: ActionMembers,
  path: string,
  findings: Findings,
): void {
  for (const member of required) {
    if (args[member] === undefined) findings.schema(`The field '${member}' is required but was missing`, path);
  }
  if (optional === undefined) return;
  const known = new Set([...required, ...optional]);
  for (const member of Object.keys(args)) {
    if (!known.has(member)) findings.schema(`The field '${member}' is not supported by Step Functions`, path);
  }
}
