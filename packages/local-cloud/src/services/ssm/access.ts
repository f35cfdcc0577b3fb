import type { SendCommandRequest } from "@aws-sdk/client-ssm";
import { AwsError } from "../../kernel/aws-error.ts";
import type { AccessRequest } from "../../kernel/service.ts";
import { matchTargets } from "./commands/targets.ts";
import type { SsmCore } from "./core.ts";

/**
 * What IAM is asked before an operation; undefined where it is the action on `*`.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
export function ssmAccess(core: SsmCore, operation: string, input: unknown): readonly AccessRequest[] | undefined {
  // The kernel has brought the input into the operation's own shape; members that AWS requires may still be missing.
  switch (operation) {
    case "SendCommand":
      return sendCommandAccess(core, input as SendCommandRequest);
    case "CreateDocument":
    case "UpdateDocument":
    case "UpdateDocumentDefaultVersion":
    case "DescribeDocument":
    case "GetDocument":
    case "DeleteDocument":
      return [onDocument(core, operation, (input as { Name?: string }).Name ?? "*")];
    case "AddTagsToResource":
    case "RemoveTagsFromResource":
    case "ListTagsForResource":
      return [onDocument(core, operation, (input as { ResourceId?: string }).ResourceId ?? "*")];
    case "GetParameter":
    case "PutParameter":
      return [onParameter(core, operation, (input as { Name?: string }).Name ?? "*")];
    case "GetParameters":
      return ((input as { Names?: string[] }).Names ?? []).map((name) => onParameter(core, operation, name));
    default:
      return undefined;
  }
}

/** The document, and each node that would get the command, with the tags that policies go by. */
function sendCommandAccess(core: SsmCore, input: SendCommandRequest): AccessRequest[] {
  const nodes = [...new Set([...(input.InstanceIds ?? []), ...targetsOf(core, input)])];
  return [
    onDocument(core, "SendCommand", input.DocumentName ?? "*"),
    ...nodes.map((instanceId) => ({
      action: "ssm:SendCommand",
      resource: `arn:aws:ec2:${core.context.region}:${core.context.account}:instance/${instanceId}`,
      context: tagConditions(core.nodes.get(instanceId)?.tags ?? new Map()),
    })),
  ];
}

/** A target that cannot be read is not a question of permission: the operation itself will say so. */
function targetsOf(core: SsmCore, input: SendCommandRequest): readonly string[] {
  try {
    return matchTargets(core, input.Targets ?? []);
  } catch (error) {
    if (error instanceof AwsError) return [];
    throw error;
  }
}

function onDocument(core: SsmCore, operation: string, nameOrArn: string): AccessRequest {
  const name = nameOrArn.startsWith("arn:") ? nameOrArn.slice(nameOrArn.indexOf("/") + 1) : nameOrArn;
  const document = core.documents.documents.get(name);
  const account = document?.owner === "Amazon" ? "" : core.context.account;
  return {
    action: `ssm:${operation}`,
    resource: `arn:aws:ssm:${core.context.region}:${account}:document/${name}`,
    context: tagConditions(document?.tags ?? new Map()),
  };
}

function onParameter(core: SsmCore, operation: string, name: string): AccessRequest {
  const isPublic = core.parameters.parameters.get(name)?.isPublic === true;
  const path = name.startsWith("/") ? name : `/${name}`;
  return {
    action: `ssm:${operation}`,
    resource: `arn:aws:ssm:${core.context.region}:${isPublic ? "" : core.context.account}:parameter${path}`,
  };
}

function tagConditions(tags: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const conditions: Record<string, string> = {};
  for (const [key, value] of tags) {
    conditions[`aws:ResourceTag/${key}`] = value;
    conditions[`ssm:resourceTag/${key}`] = value;
  }
  return conditions;
}
