import { changeInputs, changeText, without, type Planted } from "./plant.ts";

/** Mistakes in what resources have to do with each other, found by checks that say why they are ones. */
export const relationMistakes: readonly Planted[] = [
  {
    mistake: "a route without authorisation",
    check: "routes ask for a signature, and may call",
    plant: changeInputs("RouteDELETEV1ClustersName", ({ authorizationType: _, ...rest }) => rest),
    said: "route DELETE /v1/clusters/{name} is open",
  },
  {
    mistake: "a Lambda function that is missing from a machine's role",
    check: "machines call versions that exist and that their roles allow",
    plant: changeText("GrowTierMachineServiceRole", /"[^"]*:muster-[\w-]+-launch-nodes:\*",/, ""),
    said: "launch-nodes:7, which its role may not call",
  },
  {
    mistake: "a wildcard",
    check: "wildcards have a listed reason",
    plant: changeText("TerminateNodesServiceRole", /"ec2:TerminateInstances"/, '"ec2:*"'),
    said: "terminate-nodes may ec2:*",
  },
  {
    mistake: "a condition that is taken off a grant",
    check: "wildcards have a listed reason",
    plant: changeText("TerminateNodesServiceRole", /,"Condition":\{[^}]*\}\}/, ""),
    said: "may ec2:TerminateInstances on arn:aws:ec2:us-east-1:123456789012:instance/*, for no reason",
  },
  {
    mistake: "a permission that the embedded cloud does not enforce",
    check: "roles allow what the manifest says, and are used once",
    plant: changeText("ReadClusterServiceRole", /"dynamodb:GetItem"/, '"dynamodb:GetItem","dynamodb:Scan"'),
    said: "has a statement ReadTable that is not the manifest's",
  },
  {
    mistake: "a role that the whole account may assume",
    check: "everything of the manifest is made as it says, and nothing else",
    plant: changeInputs("LaunchNodesServiceRole", (inputs) => ({
      ...inputs,
      assumeRolePolicy: String(inputs["assumeRolePolicy"]).replace(
        '{"Service":"lambda.amazonaws.com"}',
        '{"Service":"lambda.amazonaws.com","AWS":"arn:aws:iam::123456789012:root"}',
      ),
    })),
    said: "(LaunchNodesServiceRole): assumeRolePolicy.Statement.0.Principal.AWS is",
  },
  {
    mistake: "a placeholder that nobody replaced",
    check: "nothing is left over",
    plant: changeText("RunHookMachine", /arn:aws:lambda:[^"\\]*send-hook:7/, "${function:send-hook}"),
    said: "${function:send-hook}",
  },
  {
    mistake: "a machine that calls a function's newest code instead of a version",
    check: "machines call versions that exist and that their roles allow",
    plant: changeText("RunHookMachine", /send-hook:7/, "send-hook"),
    said: "send-hook, which is no version that is published",
  },
  {
    mistake: "a role that may call more than its machine does",
    check: "machines call versions that exist and that their roles allow",
    plant: changeText(
      "RemoveNodesMachineServiceRole",
      /("[^"]*:muster-[\w-]+)-terminate-nodes:\*"/,
      '$1-terminate-nodes:*",$1-launch-nodes:*"',
    ),
    said: "launch-nodes:*, which its definition does not name",
  },
  {
    mistake: "a machine that logs payloads",
    check: "everything of the manifest is made as it says, and nothing else",
    plant: changeText("DeployClusterMachine", /"includeExecutionData":false/, '"includeExecutionData":true'),
    said: "(DeployClusterMachine): loggingConfiguration.includeExecutionData is true",
  },
  {
    mistake: "a machine without an alarm",
    check: "alarms watch machines and queues",
    plant: without("AlarmGrowTierFailed"),
    said: "no alarm watches machine muster-",
  },
  {
    mistake: "a queue without an alarm",
    check: "alarms watch machines and queues",
    plant: without("AlarmDeadLetters"),
    said: "no alarm watches queue muster-",
  },
  {
    mistake: "a production table that can be deleted",
    check: "the production table is safe",
    plant: changeInputs("Table", (inputs) => ({ ...inputs, deletionProtectionEnabled: false })),
    said: "the production table can be deleted",
  },
  {
    mistake: "a production app that can be removed",
    check: "the app is tagged, and protects production",
    plant: (recording) => ({ ...recording, app: { ...recording.app, protect: false } }),
    said: "the production app can be removed",
  },
  {
    mistake: "a rule whose function does not let it in",
    check: "rules and schedules may call what they call",
    plant: without("CommandEndedRulePermission"),
    said: "command-ended calls",
  },
  {
    mistake: "a target that may come before its permission",
    check: "rules and schedules may call what they call",
    plant: (recording) => ({
      ...recording,
      resources: recording.resources.map((resource) =>
        resource.name === "HealthRuleTarget" ? { ...resource, dependsOn: [] } : resource,
      ),
    }),
    said: "before that lets it in",
  },
  {
    mistake: "a rule whose dead letters are refused",
    check: "rules and schedules may call what they call",
    plant: without("DeadLettersPolicy"),
    said: "has no dead-letter queue that takes its events",
  },
  {
    mistake: "a function with a variable that the manifest does not have",
    check: "everything of the manifest is made as it says, and nothing else",
    plant: changeText("PlanClusterFunction", /"variables":\{/, '"variables":{"SECRET":"x",'),
    said: "(PlanClusterFunction): environment.variables.SECRET is",
  },
  {
    mistake: "a function with the code of another",
    check: "functions run their own code",
    plant: (recording) => {
      const { LaunchNodes: other = "" } = recording.bundles;
      return { ...recording, bundles: { ...recording.bundles, ReadCluster: other } };
    },
    said: 'read-cluster: code is "launch-nodes"',
  },
  {
    mistake: "a resource of the manifest that is not made",
    check: "everything of the manifest is made as it says, and nothing else",
    plant: without("HealthRule"),
    said: "health is in the manifest, and not made",
  },
];
