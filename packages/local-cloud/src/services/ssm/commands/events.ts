import { toIso } from "@muster/core";
import type { ServiceContext } from "../../../kernel/service.ts";
import { commandStates, invocationStates, type CommandRecord, type InvocationState } from "./records.ts";

// Systems Manager user guide, "Amazon EventBridge event examples for Systems Manager"; `status` is the API's Status.

export function emitCommand(context: ServiceContext, command: CommandRecord): void {
  context.emit({
    source: "aws.ssm",
    "detail-type": "EC2 Command Status-change Notification",
    resources: command.instanceIds.map((id) => arnOf(context, id)),
    detail: {
      "command-id": command.commandId,
      "document-name": command.documentName,
      "expire-after": toIso(command.expiresAt),
      parameters: command.parameters,
      "requested-date-time": toIso(command.requestedAt),
      status: commandStates[command.state].status,
    },
  });
}

/** Neither output nor parameters are in it. */
export function emitInvocation(
  context: ServiceContext,
  command: CommandRecord,
  invocation: { instanceId: string; state: InvocationState },
): void {
  context.emit({
    source: "aws.ssm",
    "detail-type": "EC2 Command Invocation Status-change Notification",
    resources: [arnOf(context, invocation.instanceId)],
    detail: {
      "command-id": command.commandId,
      "document-name": command.documentName,
      "instance-id": invocation.instanceId,
      "requested-date-time": toIso(command.requestedAt),
      status: invocationStates[invocation.state].status,
    },
  });
}

function arnOf(context: ServiceContext, instanceId: string): string {
  return `arn:aws:ec2:${context.region}:${context.account}:instance/${instanceId}`;
}
