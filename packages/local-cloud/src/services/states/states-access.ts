import type { AccessRequest, ServiceContext } from "../../kernel/service.ts";
import { machineArn } from "./arn.ts";
import type { MachineStore } from "./machines/machine-store.ts";

/** The members of requests that say on what they act. */
interface Target {
  readonly name?: string;
  readonly roleArn?: string;
  readonly stateMachineArn?: string;
  readonly stateMachineVersionArn?: string;
  readonly stateMachineAliasArn?: string;
  readonly executionArn?: string;
  readonly resourceArn?: string;
  readonly tags?: readonly { readonly key?: string; readonly value?: string }[];
  readonly tagKeys?: readonly string[];
  readonly publish?: boolean;
  readonly routingConfiguration?: readonly { readonly stateMachineVersionArn?: string }[];
}

/** What IAM is asked. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html */
export function statesAccess(
  context: ServiceContext,
  machines: MachineStore,
  operation: string,
  input: unknown,
): AccessRequest[] {
  const target = input as Target;
  const named = resourceOf(context, operation, target);
  // Versions and aliases are told apart by a condition key, not by the resource.
  // https://docs.aws.amazon.com/step-functions/latest/dg/auth-version-alias.html
  const [resource, qualifier] = named.includes(":stateMachine:") ? splitQualifier(named) : [named, undefined];
  const asked = {
    resource,
    context: {
      ...tagContext(machines, resource, target),
      ...(qualifier !== undefined && { "states:StateMachineQualifier": qualifier }),
    },
  };
  const requests: AccessRequest[] = [{ action: `states:${operation}`, ...asked }];
  if (operation === "CreateStateMachine" && (target.tags ?? []).length > 0) {
    requests.push({ action: "states:TagResource", ...asked });
  }
  if (target.publish === true) requests.push({ action: "states:PublishStateMachineVersion", ...asked });
  // Handing a role to Step Functions takes permission of its own.
  if (target.roleArn !== undefined) {
    requests.push({
      action: "iam:PassRole",
      resource: target.roleArn,
      context: { "iam:PassedToService": "states.amazonaws.com" },
    });
  }
  return requests;
}

function resourceOf(context: ServiceContext, operation: string, target: Target): string {
  switch (operation) {
    case "CreateStateMachine":
      return machineArn(context, target.name ?? "");
    case "CreateStateMachineAlias":
      return splitQualifier(target.routingConfiguration?.[0]?.stateMachineVersionArn ?? "*")[0];
    case "ListStateMachines":
    case "SendTaskFailure":
    case "SendTaskHeartbeat":
    case "SendTaskSuccess":
    case "TestState":
    case "ValidateStateMachineDefinition":
      return "*";
    default:
      return (
        target.executionArn ??
        target.stateMachineArn ??
        target.stateMachineVersionArn ??
        target.stateMachineAliasArn ??
        target.resourceArn ??
        "*"
      );
  }
}

function tagContext(machines: MachineStore, resource: string, target: Target): Record<string, string | string[]> {
  const own = machines.find(resource)?.tags ?? new Map<string, string>();
  const keys = [...(target.tags ?? []).flatMap(({ key }) => key ?? []), ...(target.tagKeys ?? [])];
  return {
    ...Object.fromEntries([...own].map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
    ...Object.fromEntries((target.tags ?? []).map(({ key = "", value = "" }) => [`aws:RequestTag/${key}`, value])),
    ...(keys.length > 0 && { "aws:TagKeys": keys }),
  };
}

/** The machine's own ARN is the first seven parts of it. */
function splitQualifier(arn: string): [arn: string, qualifier: string | undefined] {
  const parts = arn.split(":");
  return [parts.slice(0, 7).join(":"), parts[7]];
}
