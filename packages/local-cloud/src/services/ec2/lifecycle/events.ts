import type { ServiceContext } from "../../../kernel/service.ts";
import type { InstanceRecord, InstanceStateName } from "../state/records.ts";

// Events that EC2 sends to the default bus, best effort. EC2 user guide, "State change events", "Spot Instance
// interruption notices", "EC2 instance rebalance recommendations".

export function emitStateChange(context: ServiceContext, instanceId: string, state: InstanceStateName): void {
  context.emit({
    source: "aws.ec2",
    "detail-type": "EC2 Instance State-change Notification",
    resources: [instanceArn(context, instanceId)],
    detail: { "instance-id": instanceId, state },
  });
}

/** Two minutes before the instance is taken. The ARN has the zone where others have the region, and no account. */
export function emitSpotWarning(context: ServiceContext, instance: InstanceRecord): void {
  context.emit({
    source: "aws.ec2",
    "detail-type": "EC2 Spot Instance Interruption Warning",
    resources: [`arn:aws:ec2:${instance.zone}:instance/${instance.instanceId}`],
    detail: { "instance-id": instance.instanceId, "instance-action": "terminate" },
  });
}

export function emitRebalance(context: ServiceContext, instanceId: string): void {
  context.emit({
    source: "aws.ec2",
    "detail-type": "EC2 Instance Rebalance Recommendation",
    resources: [instanceArn(context, instanceId)],
    detail: { "instance-id": instanceId },
  });
}

function instanceArn(context: ServiceContext, instanceId: string): string {
  return `arn:aws:ec2:${context.region}:${context.account}:instance/${instanceId}`;
}
