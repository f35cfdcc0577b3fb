import { changeInputs, put, type Planted } from "./plant.ts";

/** What is wrong, in which resource, where in its inputs, and what is there instead; undefined for nothing. */
type Row = readonly [mistake: string, resource: string, path: string, value: unknown];

const REQUEST_ID = `{"requestId":"$context.requestId"}`;
const ELSEWHERE = "arn:aws:logs:us-east-1:123456789012:log-group:other:*";

const api: readonly Row[] = [
  ["an API without a burst limit", "ApiStage", "defaultRouteSettings.throttlingBurstLimit", undefined],
  ["a rate of a million", "ApiStage", "defaultRouteSettings.throttlingRateLimit", 1_000_000],
  ["a stage that deploys nothing", "ApiStage", "autoDeploy", false],
  ["an access log of request ids alone", "ApiStage", "accessLogSettings.format", REQUEST_ID],
  ["an access log that goes elsewhere", "ApiStage", "accessLogSettings.destinationArn", ELSEWHERE],
  ["events of the old payload", "PlanClusterIntegration", "payloadFormatVersion", "1.0"],
  ["an integration with the newest code", "PlanClusterIntegration", "integrationUri", "arn:aws:lambda:x"],
  ["DELETE at the planner", "RouteDELETEV1ClustersName", "target", "integrations/id-of-PlanClusterIntegration"],
  ["CORS for everyone", "Api", "corsConfiguration", { allowOrigins: ["*"] }],
];

const functions: readonly Row[] = [
  ["logs as text", "LaunchNodesFunction", "loggingConfig.logFormat", "Text"],
  ["a function without traces", "LaunchNodesFunction", "tracingConfig.mode", "PassThrough"],
  ["a function in a network", "LaunchNodesFunction", "vpcConfig", { subnetIds: ["subnet-1"] }],
  [
    "a function with the upload of another",
    "ReadClusterFunction",
    "s3Key",
    `assets/LaunchNodes-code-${"0".repeat(64)}.zip`,
  ],
  ["a function without dead letters", "WatchProgressFunction", "deadLetterConfig", undefined],
  ["a permission for any rule", "HealthRulePermission", "sourceArn", undefined],
  ["a function's alias of another name", "PlanClusterLive", "name", "latest"],
  ["a function's alias of unpublished code", "PlanClusterLive", "functionVersion", "$LATEST"],
];

const machines: readonly Row[] = [
  ["a machine's alias of another name", "DeployClusterMachineLive", "name", "latest"],
  ["an express machine", "DeployClusterMachine", "type", "EXPRESS"],
  [
    "a machine that logs into another's group",
    "DeployClusterMachine",
    "loggingConfiguration.logDestination",
    ELSEWHERE,
  ],
  ["a machine that logs errors alone", "DeployClusterMachine", "loggingConfiguration.level", "ERROR"],
  ["a definition that begins elsewhere", "DeployClusterMachine", "definition.StartAt", "Elsewhere"],
];

const identities: readonly Row[] = [
  ["nodes that read every cluster's secrets", "NodePolicy", "policy.Statement.0.Condition", undefined],
  [
    "a role for any account's machines",
    "DeployClusterMachineServiceRole",
    "assumeRolePolicy.Statement.0.Condition",
    undefined,
  ],
  ["an administrator", "ReadClusterServiceRole", "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"]],
];

const events: readonly Row[] = [
  ["a rule with a narrower pattern", "InstanceEndingRule", "eventPattern.detail.state", ["stopping"]],
  ["a rule with a wider pattern", "InstanceEndingRule", "eventPattern.detail", undefined],
  ["a rule that is off", "HealthRule", "state", "DISABLED"],
  ["a rule on another bus", "HealthRule", "eventBusName", "other"],
  ["a target that hears nothing of the event", "HealthRuleTarget", "input", "{}"],
  ["a target that is tried once", "HealthRuleTarget", "retryPolicy", { maximumRetryAttempts: 0 }],
  ["a schedule that is off", "SweepSchedule", "state", "DISABLED"],
  ["a sweep once a week", "SweepSchedule", "scheduleExpression", "rate(7 days)"],
  ["a sweep with another input", "SweepSchedule", "target.input", "[]"],
];

const alarms: readonly Row[] = [
  ["an alarm after a million", "AlarmGrowTierFailed", "threshold", 1_000_000],
  ["an alarm of another namespace", "AlarmGrowTierFailed", "namespace", "AWS/Lambda"],
  ["an alarm of another statistic", "AlarmGrowTierFailed", "statistic", "Average"],
  ["an alarm when all is well", "AlarmGrowTierFailed", "comparisonOperator", "LessThanThreshold"],
  ["an alarm that is silent", "AlarmGrowTierFailed", "actionsEnabled", false],
  ["an alarm that tells nobody", "AlarmGrowTierFailed", "alarmActions", undefined],
];

const storage: readonly Row[] = [
  ["hooks that do nothing", "DocumentWekaForm", "content.mainSteps", []],
  ["a hook that is a runbook", "DocumentWekaForm", "documentType", "Automation"],
  ["a queue in plain text", "DeadLetters", "sqsManagedSseEnabled", false],
  ["dead letters that are kept for a minute", "DeadLetters", "messageRetentionSeconds", 60],
  ["a queue that lets anybody do anything: action", "DeadLettersPolicy", "policy.Statement.0.Action", "sqs:*"],
  ["a queue that lets anybody do anything: whom", "DeadLettersPolicy", "policy.Statement.0.Principal", "*"],
  ["a log that is kept for ever", "PlanClusterLog", "retentionInDays", undefined],
  ["rows that are kept for ever", "Table", "ttl.enabled", false],
  ["an index of keys alone", "Table", "globalSecondaryIndexes.0.projectionType", "KEYS_ONLY"],
  ["a table that costs by the hour", "Table", "billingMode", "PROVISIONED"],
  ["a table with another key", "Table", "rangeKey", "listKey"],
  ["a table that cannot be restored", "Table", "pointInTimeRecovery.enabled", false],
];

/** One input that is not as the manifest has it, for each that somebody could get wrong unseen. */
export const inputMistakes: readonly Planted[] = [
  ...api,
  ...functions,
  ...machines,
  ...identities,
  ...events,
  ...alarms,
  ...storage,
].map(([mistake, resource, path, value]) => ({
  mistake,
  check: "everything of the manifest is made as it says, and nothing else",
  plant: changeInputs(resource, (inputs) => put(inputs, path.split("."), value) as typeof inputs),
  said: `(${resource}): ${path}`,
}));
