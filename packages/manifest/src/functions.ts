import { RESERVED_CONCURRENCY } from "./concurrency.ts";
import { grantsFor, nodePolicyArns, type Grants } from "./grants.ts";
import { functionLogGroup } from "./log-groups.ts";
import type { FunctionResource, Place } from "./manifest.ts";
import { LIVE, namesOf, type Names } from "./names.ts";
import { functionServices } from "./service-statements.ts";
import type { Statement } from "./statement.ts";

/** Every Lambda function, with the one role that is its own. */
export function functionsOf(place: Place): readonly FunctionResource[] {
  const names = namesOf(place);
  const grants = grantsFor(place, names);
  return PLANS.map((plan) => ({
    name: plan.name,
    functionName: names.functionName(plan.name),
    arn: names.functionArn(plan.name),
    aliasArn: names.functionAliasArn(plan.name),
    description: plan.description,
    memoryMb: plan.memoryMb ?? 256,
    timeoutSeconds: plan.timeoutSeconds,
    environment: Object.fromEntries(plan.environment.map((variable) => [variable, VARIABLES[variable](place, names)])),
    role: {
      name: names.roleName(plan.name),
      arn: names.roleArn(plan.name),
      trustedService: "lambda.amazonaws.com",
      statements: plan.grants(grants, names).flat(),
      serviceStatements: functionServices(names, plan.name),
    },
    logGroup: functionLogGroup(names, plan.name),
    ...reservation(plan.name),
    ...(plan.isCalledByEvents === true ? { deadLetterQueueArn: names.queueArn("dead-letters") } : {}),
  }));
}

function reservation(name: string): Pick<FunctionResource, "reservedConcurrency"> {
  const reservedConcurrency = RESERVED_CONCURRENCY[name];
  return reservedConcurrency === undefined ? {} : { reservedConcurrency };
}

interface Plan {
  readonly name: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb?: number;
  readonly isCalledByEvents?: boolean;
  readonly environment: readonly (keyof typeof VARIABLES)[];
  readonly grants: (grants: Grants, names: Names) => readonly (Statement | readonly Statement[])[];
}

const VARIABLES = {
  TABLE_NAME: (_: Place, names: Names) => names.table,
  STAGE: ({ stage }: Place) => stage,
  /** What every node's role is given, with commas between. */
  NODE_POLICY_ARNS: (_: Place, names: Names) => nodePolicyArns(names).join(","),
  DOCUMENT_PREFIX: (_: Place, names: Names) => names.documentPrefix,
  /** Followed by a machine's folder name it is that machine's ARN. */
  MACHINE_ARN_PREFIX: (_: Place, names: Names) => names.machineArn(""),
  /** The alias through which a machine is started: where it points is what a release decides. */
  MACHINE_ALIAS: () => LIVE,
} as const;

const PLANS: readonly Plan[] = [
  {
    name: "admit-operation",
    description: "Reads a request and takes the cluster for its operation",
    timeoutSeconds: 60,
    environment: ["TABLE_NAME"],
    grants: (g) => [g.readTable("GetItem", "Query"), g.writeTable("PutItem", "UpdateItem"), g.describeExecutions],
  },
  {
    name: "run-preflight",
    description: "Checks every limit before anything is launched",
    timeoutSeconds: 120,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [g.readTable("Query"), g.writeTable("UpdateItem"), g.readAccount, g.readSecretNames, g.launch],
  },
  {
    name: "create-credentials",
    description: "Makes the role that nodes run as, and the passwords that the product needs",
    timeoutSeconds: 120,
    environment: ["TABLE_NAME", "STAGE", "NODE_POLICY_ARNS"],
    grants: (g) => [g.readTable("Query"), g.createSecrets, g.createNodeRoles],
  },
  {
    name: "launch-nodes",
    description: "Fills a tier with instances, through the ledger",
    timeoutSeconds: 300,
    memoryMb: 512,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [
      g.readTable("Query"),
      g.writeTable("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
      g.launch,
      g.unprotectAndTerminate,
    ],
  },
  {
    name: "send-hook",
    description: "Sends a hook's document to the nodes that need it",
    timeoutSeconds: 120,
    environment: ["TABLE_NAME", "STAGE", "DOCUMENT_PREFIX"],
    grants: (g) => [
      g.readTable("Query"),
      g.writeTable("PutItem", "UpdateItem", "ConditionCheckItem"),
      g.sendCommands,
      g.readAgents,
      g.findCommands,
    ],
  },
  {
    name: "watch-progress",
    description: "Looks at what an operation waits for, and answers its workflow",
    timeoutSeconds: 180,
    memoryMb: 512,
    isCalledByEvents: true,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [
      g.readTable("GetItem", "Query"),
      g.readByAwsId,
      g.writeTable("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
      g.describeEc2,
      g.describeLeftovers,
      g.deleteLeftovers,
      g.readAgents,
      g.readCommands,
      g.answerTokens,
      g.giveUpEvents,
    ],
  },
  {
    name: "check-nodes",
    description: "Marks nodes that died after their tier was whole",
    timeoutSeconds: 60,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [g.readTable("Query"), g.writeTable("PutItem", "DeleteItem", "ConditionCheckItem"), g.describeEc2],
  },
  {
    name: "activate-nodes",
    description: "Writes down that a tier's nodes are members, and ends strays",
    timeoutSeconds: 120,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [
      g.readTable("Query"),
      g.writeTable("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
      g.describeEc2,
      g.unprotectAndTerminate,
    ],
  },
  {
    name: "terminate-nodes",
    description: "Lifts protection and terminates instances, in rounds",
    timeoutSeconds: 900,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [
      g.readTable("Query"),
      g.writeTable("PutItem", "UpdateItem", "ConditionCheckItem"),
      g.describeEc2,
      g.unprotectAndTerminate,
    ],
  },
  {
    name: "finish-operation",
    description: "Writes down how an operation ended, and gives the cluster free",
    timeoutSeconds: 120,
    environment: ["TABLE_NAME", "STAGE"],
    grants: (g) => [
      g.readTable("GetItem", "Query"),
      g.writeTable("PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"),
      g.destroySecrets,
      g.destroyNodeRoles,
      g.announce,
    ],
  },
  {
    name: "reconcile-clusters",
    description: "The slow sweep: dead workflows, and strays",
    timeoutSeconds: 600,
    memoryMb: 512,
    isCalledByEvents: true,
    environment: ["TABLE_NAME", "STAGE", "MACHINE_ARN_PREFIX", "MACHINE_ALIAS"],
    grants: (g) => [
      g.readTable("GetItem", "Query"),
      g.readLists,
      g.writeTable("PutItem", "UpdateItem", "DeleteItem"),
      g.describeExecutions,
      g.startDestruction,
      g.describeEc2,
      g.describeLeftovers,
      g.deleteLeftovers,
      g.unprotectAndTerminate,
      g.listNodeRoles,
      g.destroyNodeRoles,
      g.giveUpEvents,
    ],
  },
  {
    name: "plan-cluster",
    description: "API: forecasts a cluster without touching anything",
    timeoutSeconds: 29,
    memoryMb: 512,
    environment: ["STAGE"],
    grants: (g) => [g.readAccount, g.readSecretNames, g.launch],
  },
  {
    name: "change-cluster",
    description: "API: starts and cancels operations",
    timeoutSeconds: 29,
    environment: ["TABLE_NAME", "MACHINE_ARN_PREFIX", "MACHINE_ALIAS"],
    grants: (g) => [
      g.readTable("GetItem", "Query"),
      g.writeTable("PutItem", "UpdateItem"),
      g.startOperations,
      g.endWaits,
    ],
  },
  {
    name: "read-cluster",
    description: "API: clusters, nodes, timelines and operations",
    timeoutSeconds: 29,
    environment: ["TABLE_NAME"],
    grants: (g) => [g.readTable("GetItem", "Query"), g.readLists],
  },
];
