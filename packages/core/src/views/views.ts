import * as z from "zod/mini";

/** What the API answers with. The OpenAPI description is made of these, and the handlers' answers are typed by them. */

const instant = z.iso.datetime();

export const findingView = z.object({
  id: z.string(),
  verdict: z.enum(["ok", "warn", "block", "unknown"]),
  subject: z.string(),
  measured: z.string(),
  needed: z.string(),
  remedy: z.string(),
});

export const failureView = z.object({ code: z.string(), what: z.string(), why: z.string(), remedy: z.string() });

export const operationView = z.object({
  id: z.string(),
  cluster: z.string(),
  kind: z.enum(["deploy", "destroy"]),
  status: z.enum(["requested", "running", "succeeded", "failed", "cancelled", "refused"]),
  /** What it does now, or did last. */
  step: z.string(),
  requestedAt: instant,
  endedAt: z.optional(instant),
  executionArn: z.optional(z.string()),
  findings: z.array(findingView),
  failure: z.optional(failureView),
});
export type OperationView = z.infer<typeof operationView>;

export const tierView = z.object({
  name: z.string(),
  desired: z.int(),
  active: z.int(),
  instanceType: z.optional(z.string()),
  /** Nodes by state. */
  states: z.record(z.string(), z.int()),
});

export const clusterView = z.object({
  name: z.string(),
  product: z.string(),
  deployment: z.string(),
  status: z.enum(["deploying", "ready", "changing", "destroying", "failed"]),
  tiers: z.array(tierView),
  availabilityZone: z.optional(z.string()),
  /** The operation that runs, or the last one. */
  operationId: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type ClusterView = z.infer<typeof clusterView>;

export const clusterSummaryView = z.pick(clusterView, {
  name: true,
  product: true,
  deployment: true,
  status: true,
  operationId: true,
  createdAt: true,
});
export type ClusterSummaryView = z.infer<typeof clusterSummaryView>;

export const nodeView = z.object({
  name: z.string(),
  tier: z.string(),
  state: z.enum(["launching", "booting", "online", "active", "lost", "leaving"]),
  instanceId: z.optional(z.string()),
  privateIp: z.optional(z.string()),
  availabilityZone: z.string(),
  /** Hooks that it has been through. */
  hooksDone: z.array(z.string()),
  note: z.optional(z.string()),
});
export type NodeView = z.infer<typeof nodeView>;

export const timelineView = z.object({
  at: instant,
  operationId: z.string(),
  event: z.string(),
  text: z.string(),
  facts: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
});
export type TimelineView = z.infer<typeof timelineView>;

export const forecastView = z.object({
  cluster: z.string(),
  product: z.string(),
  deployment: z.string(),
  /** False: at least one finding blocks, and a deployment would be refused. */
  canDeploy: z.boolean(),
  /** What the layout gives, in the product's words. */
  summary: z.array(z.string()),
  tiers: z.array(
    z.object({
      name: z.string(),
      count: z.int(),
      instanceType: z.string(),
      purchase: z.enum(["on-demand", "spot"]),
      vCpus: z.int(),
      addresses: z.int(),
      storageGiB: z.int(),
      /** Absent: Muster does not know the price. */
      dollarsPerHour: z.optional(z.number()),
    }),
  ),
  steps: z.array(z.object({ name: z.string(), minutes: z.number() })),
  minutes: z.number(),
  findings: z.array(findingView),
  /** Of the instances and volumes, on-demand list price in us-east-1; absent when a price is not known. */
  dollarsPerHour: z.optional(z.number()),
  /** What the deployment itself costs: Step Functions, Lambda, DynamoDB. */
  controlPlaneDollars: z.number(),
  /** Calls to AWS that the deployment will make, about. */
  calls: z.int(),
});
export type ForecastView = z.infer<typeof forecastView>;

/** RFC 9457. */
export const problemView = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  remedy: z.string(),
});
