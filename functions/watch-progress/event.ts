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

const KNOWN: ReadonlySet<string> = new Set([
  "EC2 Instance State-change Notification",
  "EC2 Command Status-change Notification",
]);

const envelope = { id: z.string(), time: z.string(), account: z.string(), region: z.string() };

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html */
export const instanceStateChange = z.looseObject({
  ...envelope,
  source: z.literal("aws.ec2"),
  "detail-type": z.literal("EC2 Instance State-change Notification"),
  detail: z.looseObject({ "instance-id": z.string(), state: z.string() }),
});

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-systems-manager-event-examples.html */
export const commandStatusChange = z.looseObject({
  ...envelope,
  source: z.literal("aws.ssm"),
  "detail-type": z.literal("EC2 Command Status-change Notification"),
  detail: z.looseObject({ "command-id": z.string(), status: z.string() }),
});

/** Any other event of AWS: ignored by name. One of the names above with another shape is malformed, and refused. */
export const otherEvent = z.looseObject({
  ...envelope,
  source: z.string(),
  "detail-type": z.string().check(z.refine((name) => !KNOWN.has(name), "a known event with an unknown shape")),
});

export const watchProgressInput = z.union([watchRequest, instanceStateChange, commandStatusChange, otherEvent]);
