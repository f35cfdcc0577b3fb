import * as z from "zod/mini";

/** What the user asks for. Products add a section of their own under their name. */
export type ClusterSpec = z.infer<typeof clusterSpecSchema>;
export type TierSpec = z.infer<typeof tierSpecSchema>;
export type PurchaseOption = TierSpec["purchase"];

export const SPEC_API_VERSION = "muster/v1";

/** Cluster names become part of execution names (80 characters), tags and secret names. */
export const CLUSTER_NAME_CHARACTERS_MAX = 32;
export const CLUSTER_NAME = /^[a-z][a-z0-9-]*[a-z0-9]$/;
/** A spec travels as the input of a workflow and is kept in one DynamoDB item. */
export const SPEC_BYTES_MAX = 16_384;
/** Nodes of one tier. Beyond it EC2's default bucket of 1,000 instances (2/s refill) would take more than half an hour. */
export const TIER_NODES_MAX = 4_000;
/** Candidates are tried in order; each costs a round of launch calls. */
export const INSTANCE_TYPES_MAX = 10;
export const SUBNETS_MAX = 10;
/** EC2: security groups per network interface, default quota L-2AFB9258. */
export const SECURITY_GROUPS_MAX = 5;
/** EC2 allows 50 tags a resource; Muster's own and AWS's take the rest. */
export const USER_TAGS_MAX = 30;

const tierSpecSchema = z.strictObject({
  count: z.int().check(z.gte(0), z.lte(TIER_NODES_MAX)),
  /** In order of preference: the next is tried when AWS has no capacity for the one before. */
  instanceTypes: z
    .array(z.string().check(z.regex(/^[a-z0-9-]+\.[a-z0-9-]+$/)))
    .check(z.minLength(1), z.maxLength(INSTANCE_TYPES_MAX)),
  purchase: z._default(z.enum(["on-demand", "spot"]), "on-demand"),
});

export const clusterSpecSchema = z.looseObject({
  apiVersion: z.literal(SPEC_API_VERSION),
  name: z.string().check(z.regex(CLUSTER_NAME), z.maxLength(CLUSTER_NAME_CHARACTERS_MAX)),
  product: z.string(),
  deployment: z.string(),
  network: z.strictObject({
    /** In order of preference. All nodes of a cluster live in one of them: the others are for when its zone has no capacity. */
    subnets: z
      .array(z.string().check(z.regex(/^subnet-[0-9a-f]{8,17}$/)))
      .check(z.minLength(1), z.maxLength(SUBNETS_MAX)),
    securityGroups: z
      .array(z.string().check(z.regex(/^sg-[0-9a-f]{8,17}$/)))
      .check(z.minLength(1), z.maxLength(SECURITY_GROUPS_MAX)),
    /** An existing group of strategy `cluster`. */
    placementGroup: z.optional(z.string().check(z.minLength(1), z.maxLength(255))),
  }),
  /** An AMI id; by default the newest Amazon Linux 2023 for the instance type's architecture. */
  image: z.optional(z.string().check(z.regex(/^ami-[0-9a-f]{8,17}$/))),
  /** Name of an existing instance profile; by default the one that Muster's own stack makes. */
  instanceProfile: z.optional(z.string().check(z.regex(/^[\w+=,.@-]{1,128}$/))),
  tiers: z.record(z.string(), tierSpecSchema),
  tags: z._default(z.record(z.string().check(z.maxLength(128)), z.string().check(z.maxLength(256))), {}),
  /** Keep what a failed operation launched, to look at it; the default is to put everything back. */
  keepOnFailure: z._default(z.boolean(), false),
});
