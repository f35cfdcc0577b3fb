import { TAG } from "@muster/core";
import { alarmsOf } from "./alarms.ts";
import { apiOf, ROUTES } from "./api.ts";
import { checkPlace } from "./check-place.ts";
import { functionsOf } from "./functions.ts";
import { machinesOf } from "./machines.ts";
import type {
  DocumentResource,
  FunctionResource,
  Manifest,
  NodePolicyResource,
  Place,
  QueueResource,
  ScheduleResource,
} from "./manifest.ts";
import { namesOf } from "./names.ts";
import { rulesOf } from "./rules.ts";

export interface ManifestOptions {
  /**
   * Sets Lambda concurrency aside, as `concurrency.ts` says; true by default. A new account has too little of it: AWS
   * then refuses the first function that asks.
   */
  readonly reserveConcurrency?: boolean;
}

/**
 * The whole stack of a place. `documents` are the products' hooks, by their name without the stack's prefix.
 * @throws {Error} when the place cannot be part of names and ARNs
 */
export function buildManifest(
  place: Place,
  documents: readonly DocumentResource[],
  { reserveConcurrency = true }: ManifestOptions = {},
): Manifest {
  checkPlace(place);
  const names = namesOf(place);
  const machines = machinesOf(place);
  return {
    place,
    table: {
      name: names.table,
      arn: names.tableArn,
      partitionKey: "pk",
      sortKey: "sk",
      ttlAttribute: "ttl",
      indexes: [
        { name: "byAwsId", partitionKey: "awsId" },
        { name: "byList", partitionKey: "list", sortKey: "listKey" },
      ],
      isProtected: place.stage === PRODUCTION,
    },
    functions: reserveConcurrency ? functionsOf(place) : functionsOf(place).map(withoutReservation),
    machines,
    rules: rulesOf(place),
    schedules: [sweep(place)],
    api: apiOf(place),
    routes: ROUTES,
    documents: documents.map((document) => ({ ...document, name: `${names.documentPrefix}${document.name}` })),
    queues: [deadLetters(place)],
    nodePolicy: nodePolicyOf(place),
    topic: { name: names.topicName("alarms"), arn: names.topicArn("alarms") },
    alarms: alarmsOf(place, machines),
  };
}

function withoutReservation({ reservedConcurrency: _, ...resource }: FunctionResource): FunctionResource {
  return resource;
}

/** Its clusters matter: what is removed by mistake cannot be made again. */
const PRODUCTION = "production";

function sweep(place: Place): ScheduleResource {
  const names = namesOf(place);
  return {
    name: names.functionName("sweep"),
    description: "Finds operations whose workflow died, and strays",
    // Strays are ended at the second sighting: within half an hour, for cents a month.
    expression: "rate(15 minutes)",
    // The next sweep does what this one could not.
    retry: { attempts: 3, maximumAgeSeconds: 900 },
    functionName: "reconcile-clusters",
    deadLetterQueueArn: names.queueArn("dead-letters"),
    role: {
      name: names.roleName("sweep"),
      arn: names.roleArn("sweep"),
      trustedService: "scheduler.amazonaws.com",
      statements: [
        {
          sid: "InvokeSweep",
          actions: ["lambda:InvokeFunction"],
          resources: [names.functionAliasArn("reconcile-clusters")],
        },
        {
          sid: "GiveUpSweeps",
          actions: ["sqs:SendMessage"],
          resources: [names.queueArn("dead-letters")],
        },
      ],
      serviceStatements: [],
    },
  };
}

function deadLetters(place: Place): QueueResource {
  const names = namesOf(place);
  return {
    name: names.queueName("dead-letters"),
    arn: names.queueArn("dead-letters"),
    url: names.queueUrl("dead-letters"),
    // SQS keeps messages for 14 days at most: time to find them.
    retentionSeconds: 14 * 86_400,
  };
}

function nodePolicyOf(place: Place): NodePolicyResource {
  const names = namesOf(place);
  return {
    name: names.nodePolicy,
    arn: names.nodePolicyArn,
    statements: [
      {
        sid: "ReadOwnSecrets",
        actions: ["secretsmanager:GetSecretValue"],
        resources: [names.clusterSecretArns],
        // A role without the tag opens nothing: a policy variable that has no value matches nothing.
        conditions: {
          StringEquals: { [`secretsmanager:ResourceTag/${TAG.cluster}`]: `\${aws:PrincipalTag/${TAG.cluster}}` },
        },
      },
      {
        sid: "ReadSharedSecrets",
        actions: ["secretsmanager:GetSecretValue"],
        resources: [`arn:aws:secretsmanager:${place.region}:${place.account}:secret:*`],
        // The user's own, such as the token for the product's downloads: those that say so.
        conditions: { StringEquals: { "secretsmanager:ResourceTag/muster:readable-by": "nodes" } },
      },
    ],
  };
}
