import type { LogGroupResource } from "@muster/manifest";

export function createLogGroup(name: string, { name: groupName, retentionDays }: LogGroupResource) {
  return new aws.cloudwatch.LogGroup(`${name}Log`, { name: groupName, retentionInDays: retentionDays });
}
