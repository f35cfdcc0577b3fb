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

// Descriptions are for editors, which show them from the JSON Schema: see json-schema.ts.
const tierSpecSchema = z.strictObject({
  count: z.int().check(z.gte(0), z.lte(TIER_NODES_MAX), z.describe("Number of nodes.")),
  instanceTypes: z
    .array(z.string().check(z.regex(/^[a-z0-9-]+\.[a-z0-9-]+$/)))
    .check(
      z.minLength(1),
      z.maxLength(INSTANCE_TYPES_MAX),
      z.describe(
        "Instance types in order of preference: the next is tried when AWS has no capacity for the one before.",
      ),
    ),
  purchase: z._default(
    z
      .enum(["on-demand", "spot"])
      .check(z.describe("How EC2 sells the nodes. Spot instances can be taken back at any time.")),
    "on-demand",
  ),
});

export const clusterSpecSchema = z.looseObject({
  apiVersion: z.literal(SPEC_API_VERSION).check(z.describe("Version of this format.")),
  name: z
    .string()
    .check(
      z.regex(CLUSTER_NAME),
      z.maxLength(CLUSTER_NAME_CHARACTERS_MAX),
      z.describe(
        `The cluster's name, unique in its account and region: 2 to ${CLUSTER_NAME_CHARACTERS_MAX} of a-z, 0-9 and -, the first a letter, the last not -.`,
      ),
    ),
  product: z.string().check(z.describe("The software that forms the cluster. Its own section bears its name.")),
  deployment: z.string().check(z.describe("How the product is laid out.")),
  network: z
    .strictObject({
      subnets: z
        .array(z.string().check(z.regex(/^subnet-[0-9a-f]{8,17}$/)))
        .check(
          z.minLength(1),
          z.maxLength(SUBNETS_MAX),
          z.describe(
            "Subnets in order of preference. All nodes of a cluster live in one of them: the others are for when its zone has no capacity.",
          ),
        ),
      securityGroups: z
        .array(z.string().check(z.regex(/^sg-[0-9a-f]{8,17}$/)))
        .check(
          z.minLength(1),
          z.maxLength(SECURITY_GROUPS_MAX),
          z.describe("Security groups of every node. Nodes must reach each other."),
        ),
      placementGroup: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(255),
            z.describe("An existing placement group of strategy cluster, for nodes that talk much to each other."),
          ),
      ),
    })
    .check(z.describe("Where the nodes live. Everything named here exists already.")),
  image: z.optional(
    z
      .string()
      .check(
        z.regex(/^ami-[0-9a-f]{8,17}$/),
        z.describe("An AMI id; by default the newest Amazon Linux 2023 for the instance type's architecture."),
      ),
  ),
  instanceProfile: z.optional(
    z
      .string()
      .check(
        z.regex(/^[\w+=,.@-]{1,128}$/),
        z.describe(
          "Name of an existing instance profile whose role has the path /muster/STAGE/REGION/; by default Muster makes one for the cluster, which may read its secrets only.",
        ),
      ),
  ),
  tiers: z
    .record(z.string(), tierSpecSchema)
    .check(z.describe("The groups of nodes, by name. Which there are follows from the deployment.")),
  tags: z._default(
    z.record(z.string().check(z.maxLength(128)), z.string().check(z.maxLength(256))).check(
      z.meta({
        description: "Tags on everything that is launched, besides Muster's own.",
        maxProperties: USER_TAGS_MAX,
      }),
    ),
    {},
  ),
  keepOnFailure: z._default(
    z
      .boolean()
      .check(
        z.describe("Keep what a failed operation launched, to look at it; the default is to put everything back."),
      ),
    false,
  ),
});
