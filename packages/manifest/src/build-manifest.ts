import { functionsOf } from "./functions.ts";
import { machinesOf } from "./machines.ts";
import type {
  DocumentResource,
  Manifest,
  NodeProfileResource,
  Place,
  QueueResource,
  RouteResource,
  RuleResource,
  ScheduleResource,
} from "./manifest.ts";
import { namesOf } from "./names.ts";

/** The whole stack of a place. `documents` are the products' hooks, by their name without the stack's prefix. */
export function buildManifest(place: Place, documents: readonly DocumentResource[]): Manifest {
  const names = namesOf(place);
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
    },
    functions: functionsOf(place),
    machines: machinesOf(place),
    rules: rulesOf(place),
    schedules: [sweep(place)],
    routes: ROUTES,
    documents: documents.map((document) => ({ ...document, name: `${names.documentPrefix}${document.name}` })),
    queues: [deadLetters(place)],
    nodeProfile: nodeProfileOf(place),
  };
}

const ROUTES: readonly RouteResource[] = [
  { route: "POST /v1/plans", functionName: "plan-cluster" },
  { route: "POST /v1/clusters", functionName: "change-cluster" },
  { route: "DELETE /v1/clusters/{name}", functionName: "change-cluster" },
  { route: "POST /v1/operations/{id}/cancel", functionName: "change-cluster" },
  { route: "GET /v1/clusters", functionName: "read-cluster" },
  { route: "GET /v1/clusters/{name}", functionName: "read-cluster" },
  { route: "GET /v1/clusters/{name}/nodes", functionName: "read-cluster" },
  { route: "GET /v1/clusters/{name}/timeline", functionName: "read-cluster" },
  { route: "GET /v1/operations/{id}", functionName: "read-cluster" },
  { route: "GET /v1/openapi.json", functionName: "read-cluster" },
];

function rulesOf(place: Place): RuleResource[] {
  const names = namesOf(place);
  const deadLetterQueueArn = names.queueArn("dead-letters");
  return [
    {
      name: `${names.documentPrefix}command-ended`,
      description: "A hook's command has ended: whoever waits for it looks",
      pattern: {
        source: ["aws.ssm"],
        "detail-type": ["EC2 Command Status-change Notification"],
        detail: {
          "document-name": [{ prefix: names.documentPrefix }],
          status: ["Success", "Failed", "TimedOut", "Cancelled"],
        },
      },
      functionName: "watch-progress",
      deadLetterQueueArn,
    },
    {
      name: `${names.documentPrefix}instance-ending`,
      description: "An instance stops or ends: if an operation counts on it, it looks",
      pattern: {
        source: ["aws.ec2"],
        "detail-type": ["EC2 Instance State-change Notification"],
        // Good news (pending, running) comes a thousand times at once, and says less than one look does.
        detail: { state: ["stopping", "shutting-down"] },
      },
      functionName: "watch-progress",
      deadLetterQueueArn,
    },
  ];
}

function sweep(place: Place): ScheduleResource {
  const names = namesOf(place);
  return {
    name: names.functionName("sweep"),
    description: "Finds operations whose workflow died, and strays",
    // Strays are ended at the second sighting: within half an hour, for cents a month.
    expression: "rate(15 minutes)",
    functionName: "reconcile-clusters",
    role: {
      name: names.roleName("sweep"),
      arn: names.roleArn("sweep"),
      trustedService: "scheduler.amazonaws.com",
      statements: [
        {
          sid: "InvokeSweep",
          actions: ["lambda:InvokeFunction"],
          resources: [names.functionArn("reconcile-clusters")],
        },
      ],
      managedPolicies: [],
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

function nodeProfileOf(place: Place): NodeProfileResource {
  const names = namesOf(place);
  return {
    name: names.instanceProfile,
    role: {
      name: names.roleName("node"),
      arn: names.roleArn("node"),
      trustedService: "ec2.amazonaws.com",
      statements: [
        {
          sid: "ReadClusterSecrets",
          actions: ["secretsmanager:GetSecretValue"],
          resources: [names.clusterSecretArns],
        },
        {
          sid: "ReadSharedSecrets",
          actions: ["secretsmanager:GetSecretValue"],
          resources: [`arn:aws:secretsmanager:${place.region}:${place.account}:secret:*`],
          // The user's own, such as the token for the product's downloads: those that say so.
          conditions: { StringEquals: { "secretsmanager:ResourceTag/muster:readable-by": "nodes" } },
        },
      ],
      // The SSM agent's own permissions, as AWS keeps them.
      managedPolicies: ["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"],
    },
  };
}
