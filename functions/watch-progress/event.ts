import { operationRef } from "@muster/lambda";
import * as z from "zod/mini";

/** Which instances a removal is about: all of the cluster, or those that this operation launched. */
export const removalScope = z.enum(["cluster", "operation"]);

const common = { token: z.string(), operation: operationRef };

/** From a workflow that begins to wait, or whose heartbeat has passed. */
export const watchRequest = z.discriminatedUnion("kind", [
  z.strictObject({ ...common, kind: z.literal("nodes-online"), tier: z.string() }),
  z.strictObject({ ...common, kind: z.literal("hook"), tier: z.string(), hook: z.string() }),
  z.strictObject({ ...common, kind: z.literal("nodes-gone"), scope: removalScope }),
]);

const envelope = { id: z.string(), time: z.string(), account: z.string(), region: z.string() };

const INSTANCE_EVENTS = [
  "EC2 Instance State-change Notification",
  "EC2 Spot Instance Interruption Warning",
  "EC2 Instance Rebalance Recommendation",
] as const;
const COMMAND_EVENT = "EC2 Command Status-change Notification";
const HEALTH_EVENT = "AWS Health Event";
const KNOWN: ReadonlySet<string> = new Set([...INSTANCE_EVENTS, COMMAND_EVENT, HEALTH_EVENT]);

/**
 * Something happens to an instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html;
 * or is about to: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html
 */
const instanceEvent = z.looseObject({
  ...envelope,
  source: z.literal("aws.ec2"),
  "detail-type": z.enum(INSTANCE_EVENTS),
  detail: z.looseObject({ "instance-id": z.string() }),
});

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
const commandEvent = z.looseObject({
  ...envelope,
  source: z.literal("aws.ssm"),
  "detail-type": z.literal(COMMAND_EVENT),
  detail: z.looseObject({ "command-id": z.string(), status: z.string() }),
});

/** https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html */
const healthEvent = z.looseObject({
  ...envelope,
  source: z.literal("aws.health"),
  "detail-type": z.literal(HEALTH_EVENT),
  detail: z.looseObject({ affectedEntities: z.optional(z.array(z.looseObject({ entityValue: z.string() }))) }),
});

/** Any other event of AWS: ignored by name. One of the names above with another shape is malformed, and refused. */
const otherEvent = z.looseObject({
  ...envelope,
  source: z.string(),
  "detail-type": z.string().check(z.refine((name) => !KNOWN.has(name), "a known event with an unknown shape")),
});

export const watchProgressInput = z.union([watchRequest, instanceEvent, commandEvent, healthEvent, otherEvent]);

/** AWS's ids of what an event is about: of instances, or of a command. Undefined for an event that is ignored. */
export function subjectsOf(event: Exclude<z.output<typeof watchProgressInput>, z.output<typeof watchRequest>>) {
  const instance = instanceEvent.safeParse(event);
  if (instance.success) return [instance.data.detail["instance-id"]];
  const command = commandEvent.safeParse(event);
  if (command.success) return [command.data.detail["command-id"]];
  const health = healthEvent.safeParse(event);
  if (!health.success) return undefined;
  const entities = health.data.detail.affectedEntities ?? [];
  return entities
    .map(({ entityValue }) => entityValue)
    .filter((id) => id.startsWith("i-"))
    .slice(0, SUBJECTS_MAX);
}

/** A Health event may name a whole zone's instances; the sweep and the heartbeats look at what one event does not reach. */
const SUBJECTS_MAX = 50;
