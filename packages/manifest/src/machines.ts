import { machineLogGroup } from "./log-groups.ts";
import type { MachineResource, Place } from "./manifest.ts";
import { namesOf } from "./names.ts";
import { machineServices } from "./service-statements.ts";
import type { Statement } from "./statement.ts";

/** Every state machine, with a role that may call just what its definition names. */
export function machinesOf(place: Place): readonly MachineResource[] {
  const names = namesOf(place);
  return PLANS.map((plan) => ({
    name: plan.name,
    machineName: names.machineName(plan.name),
    arn: names.machineArn(plan.name),
    aliasArn: names.machineAliasArn(plan.name),
    description: plan.description,
    isOperation: plan.isOperation === true,
    substitutions: {
      ...Object.fromEntries(plan.functions.map((name) => [`function:${name}`, names.functionArn(name)])),
      ...Object.fromEntries(plan.machines.map((name) => [`machine:${name}`, names.machineArn(name)])),
    },
    role: {
      name: names.roleName(plan.name),
      arn: names.roleArn(plan.name),
      trustedService: "states.amazonaws.com",
      statements: [
        invoke(plan.functions.map(names.functionVersionArns)),
        ...(plan.machines.length === 0 ? [] : nested(place, plan.machines)),
      ],
      serviceStatements: machineServices(),
    },
    logGroup: machineLogGroup(names, plan.name),
  }));
}

interface Plan {
  readonly name: string;
  readonly description: string;
  readonly isOperation?: true;
  readonly functions: readonly string[];
  /** Machines that it starts and waits for. */
  readonly machines: readonly string[];
}

/** Those that others start come first. */
const PLANS: readonly Plan[] = [
  {
    name: "run-hook",
    description: "Runs one hook on a tier",
    functions: ["send-hook", "watch-progress"],
    machines: [],
  },
  {
    name: "remove-nodes",
    description: "Ends instances and waits until nothing of them is left",
    functions: ["terminate-nodes", "watch-progress"],
    machines: [],
  },
  {
    name: "grow-tier",
    description: "Fills a tier with members",
    functions: ["launch-nodes", "watch-progress", "activate-nodes"],
    machines: ["run-hook"],
  },
  {
    name: "deploy-cluster",
    description: "Deploys a cluster from a spec",
    isOperation: true,
    functions: ["admit-operation", "run-preflight", "create-credentials", "check-nodes", "finish-operation"],
    machines: ["grow-tier", "run-hook", "remove-nodes"],
  },
  {
    name: "destroy-cluster",
    description: "Destroys a cluster and its data",
    isOperation: true,
    functions: ["admit-operation", "finish-operation"],
    machines: ["run-hook", "remove-nodes"],
  },
];

// Of any version: executions that began before an upgrade go on with the one that their definition names.
function invoke(functionArns: readonly string[]): Statement {
  return { sid: "InvokeFunctions", actions: ["lambda:InvokeFunction"], resources: functionArns };
}

/** What Step Functions needs to run a nested workflow to its end. https://docs.aws.amazon.com/step-functions/latest/dg/stepfunctions-iam.html */
function nested(place: Place, machines: readonly string[]): Statement[] {
  const names = namesOf(place);
  return [
    { sid: "StartMachines", actions: ["states:StartExecution"], resources: machines.map(names.machineArn) },
    {
      sid: "FollowExecutions",
      actions: ["states:DescribeExecution", "states:StopExecution"],
      resources: machines.map(names.executionArns),
    },
    {
      sid: "HearOfExecutions",
      actions: ["events:PutTargets", "events:PutRule", "events:DescribeRule"],
      resources: [
        `arn:aws:events:${place.region}:${place.account}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
      ],
    },
  ];
}
