import { TAG } from "@muster/core";
import type { Place } from "./manifest.ts";
import type { Names } from "./names.ts";
import type { Statement } from "./statement.ts";

/** The permissions that functions are given, each with the narrowest resources and conditions that AWS allows. */
export type Grants = ReturnType<typeof grantsFor>;

export function grantsFor(place: Place, names: Names) {
  return {
    ...tableGrants(names),
    ...computeGrants(place, names),
    ...commandGrants(place, names),
    ...secretGrants(place, names),
    createNodeRoles: createNodeRoleGrants(place, names),
    listNodeRoles: listNodeRoleGrants(names),
    destroyNodeRoles: destroyNodeRoleGrants(names),
    ...workflowGrants(place, names),
    readAccount: accountGrants(place),
  };
}

type Group = Record<string, Grant | ((...actions: never[]) => Statement)>;
type Grant = Statement | readonly Statement[];

/** Each function reads and writes in the ways that it needs, and no other. */
function tableGrants(names: Names) {
  return {
    readTable: (...actions: TableRead[]) => ({
      sid: "ReadTable",
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [names.tableArn],
    }),
    /** By the id of an instance or a command. */
    readByAwsId: { sid: "ReadByAwsId", actions: ["dynamodb:Query"], resources: [`${names.tableArn}/index/byAwsId`] },
    /** Lists across clusters. */
    readLists: { sid: "ReadLists", actions: ["dynamodb:Query"], resources: [`${names.tableArn}/index/byList`] },
    writeTable: (...actions: TableWrite[]) => ({
      sid: "WriteTable",
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [names.tableArn],
    }),
  } satisfies Group;
}

type TableRead = "GetItem" | "Query";
/** A transaction needs the permission of each of its actions; there is none for transactions. */
type TableWrite = "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheckItem";

function computeGrants({ stage, region, account }: Place, names: Names) {
  const ec2 = `arn:aws:ec2:${region}:${account}`;
  const ownTag = { [`aws:ResourceTag/${TAG.stage}`]: stage };
  const requestTag = { [`aws:RequestTag/${TAG.stage}`]: stage };
  return {
    describeEc2: {
      sid: "DescribeInstances",
      actions: ["ec2:DescribeInstances"],
      resources: ["*"],
      wildcardReason: "EC2's Describe actions know no resources.",
    },
    launch: launchGrants(ec2, requestTag, names),
    unprotectAndTerminate: {
      sid: "EndOwnInstances",
      actions: ["ec2:ModifyInstanceAttribute", "ec2:TerminateInstances"],
      resources: [`${ec2}:instance/*`],
      // Nothing that Muster did not tag can be ended.
      conditions: { StringEquals: ownTag },
    },
    describeLeftovers: {
      sid: "DescribeLeftovers",
      actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeVolumes"],
      resources: ["*"],
      wildcardReason: "EC2's Describe actions know no resources.",
    },
    deleteLeftovers: {
      sid: "DeleteOwnLeftovers",
      actions: ["ec2:DeleteNetworkInterface", "ec2:DeleteVolume"],
      resources: [`${ec2}:network-interface/*`, `${ec2}:volume/*`],
      conditions: { StringEquals: ownTag },
    },
  } satisfies Group;
}

function commandGrants({ stage, region, account }: Place, names: Names) {
  const ownTag = { [`aws:ResourceTag/${TAG.stage}`]: stage };
  return {
    readAgents: {
      sid: "ReadAgents",
      actions: ["ssm:DescribeInstanceInformation"],
      resources: ["*"],
      wildcardReason: "ssm:DescribeInstanceInformation knows no resources.",
    },
    sendCommands: [
      { sid: "SendOwnDocuments", actions: ["ssm:SendCommand"], resources: [names.documentArns] },
      {
        sid: "SendToOwnInstances",
        actions: ["ssm:SendCommand"],
        resources: [`arn:aws:ec2:${region}:${account}:instance/*`],
        conditions: { StringEquals: ownTag },
      },
    ],
    /** Whether a command was sent before, by its comment. */
    findCommands: {
      sid: "FindCommands",
      actions: ["ssm:ListCommands"],
      resources: ["*"],
      wildcardReason: "SSM's reads of commands know no resources.",
    },
    readCommands: {
      sid: "ReadCommands",
      actions: ["ssm:ListCommands", "ssm:ListCommandInvocations", "ssm:GetCommandInvocation"],
      resources: ["*"],
      wildcardReason: "SSM's reads of commands know no resources.",
    },
  } satisfies Group;
}

function secretGrants({ stage, region, account }: Place, names: Names) {
  const requestTag = { [`aws:RequestTag/${TAG.stage}`]: stage };
  return {
    readSecretNames: {
      sid: "SeeSecrets",
      actions: ["secretsmanager:DescribeSecret"],
      resources: [`arn:aws:secretsmanager:${region}:${account}:secret:*`],
      wildcardReason: "The spec names the user's own secrets; only that they exist can be seen, never a value.",
    },
    createSecrets: [
      {
        sid: "CreateOwnSecrets",
        actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
        resources: [names.clusterSecretArns],
        conditions: { StringEquals: requestTag },
      },
      {
        sid: "RandomPasswords",
        actions: ["secretsmanager:GetRandomPassword"],
        resources: ["*"],
        wildcardReason: "secretsmanager:GetRandomPassword knows no resources.",
      },
    ],
    destroySecrets: {
      sid: "DestroyOwnSecrets",
      actions: ["secretsmanager:DescribeSecret", "secretsmanager:DeleteSecret"],
      resources: [names.clusterSecretArns],
    },
  } satisfies Group;
}

/** Roles of clusters' nodes: never another role, and never with other policies than these two. */
function createNodeRoleGrants({ stage }: Place, names: Names): Statement[] {
  return [
    {
      sid: "CreateNodeRoles",
      actions: ["iam:CreateRole", "iam:TagRole"],
      resources: [names.nodeRoleArns],
      conditions: { StringEquals: { [`aws:RequestTag/${TAG.stage}`]: stage } },
    },
    {
      sid: "GiveNodePolicies",
      actions: ["iam:AttachRolePolicy"],
      resources: [names.nodeRoleArns],
      conditions: { ArnEquals: { "iam:PolicyARN": nodePolicyArns(names) } },
    },
    {
      sid: "CreateNodeProfiles",
      actions: ["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"],
      resources: [names.nodeProfileArns],
    },
    // Adding a role to a profile is passing it.
    passNodeRoles(names),
  ];
}

function passNodeRoles(names: Names): Statement {
  return {
    sid: "PassNodeRoles",
    actions: ["iam:PassRole"],
    resources: [names.nodeRoleArns],
    conditions: { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } },
  };
}

/** IAM asks for the path that is listed. */
function listNodeRoleGrants(names: Names): Statement[] {
  return [
    { sid: "ListNodeRoles", actions: ["iam:ListRoles"], resources: [names.nodeRoleArns] },
    { sid: "ListNodeProfiles", actions: ["iam:ListInstanceProfiles"], resources: [names.nodeProfileArns] },
  ];
}

function destroyNodeRoleGrants(names: Names): Statement[] {
  return [
    // Of a name that is gone IAM does not know the path: only so it says that it is gone.
    { sid: "SeeNodeRoles", actions: ["iam:GetRole"], resources: [names.nodeRoleArns, names.nodeRoleArnsWithoutPath] },
    {
      sid: "SeeNodeProfiles",
      actions: ["iam:GetInstanceProfile"],
      resources: [names.nodeProfileArns, names.nodeProfileArnsWithoutPath],
    },
    {
      sid: "DestroyNodeProfiles",
      actions: ["iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"],
      resources: [names.nodeProfileArns],
    },
    {
      sid: "DestroyNodeRoles",
      actions: ["iam:ListAttachedRolePolicies", "iam:DetachRolePolicy", "iam:DeleteRole"],
      resources: [names.nodeRoleArns],
    },
  ];
}

/** The stage's own, and what the SSM agent needs, as AWS keeps it. */
export function nodePolicyArns(names: Names): readonly string[] {
  return [names.nodePolicyArn, "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"];
}

function workflowGrants({ region, account }: Place, names: Names) {
  return {
    describeExecutions: {
      sid: "SeeExecutions",
      actions: ["states:DescribeExecution"],
      resources: ["deploy-cluster", "destroy-cluster"].map((machine) => names.executionArns(machine)),
    },
    startDestruction: {
      sid: "StartDestruction",
      actions: ["states:StartExecution"],
      resources: [names.machineArn("destroy-cluster")],
    },
    startOperations: {
      sid: "StartOperations",
      actions: ["states:StartExecution"],
      resources: ["deploy-cluster", "destroy-cluster"].map((machine) => names.machineArn(machine)),
    },
    answerTokens: {
      sid: "AnswerWaits",
      actions: ["states:SendTaskSuccess", "states:SendTaskFailure"],
      resources: ["*"],
      wildcardReason: "A task token is a secret of its own; IAM cannot bind it to a machine.",
    },
    /** For who cancels: a wait is ended, never answered. */
    endWaits: {
      sid: "EndWaits",
      actions: ["states:SendTaskFailure"],
      resources: ["*"],
      wildcardReason: "A task token is a secret of its own; IAM cannot bind it to a machine.",
    },
    giveUpEvents: {
      sid: "GiveUpEvents",
      actions: ["sqs:SendMessage"],
      resources: [names.queueArn("dead-letters")],
    },
    announce: {
      sid: "Announce",
      actions: ["events:PutEvents"],
      resources: [`arn:aws:events:${region}:${account}:event-bus/default`],
      conditions: { StringEquals: { "events:source": "muster" } },
    },
  } satisfies Group;
}

function launchGrants(ec2: string, requestTag: Record<string, string>, names: Names): Statement[] {
  return [
    {
      sid: "LaunchTagged",
      actions: ["ec2:RunInstances"],
      // What a launch makes must carry the stage's tag from birth.
      resources: ["instance", "network-interface", "volume", "spot-instances-request"].map(
        (type) => `${ec2}:${type}/*`,
      ),
      conditions: { StringEquals: requestTag },
    },
    {
      sid: "LaunchWith",
      actions: ["ec2:RunInstances"],
      resources: [
        ...["subnet", "security-group", "placement-group"].map((type) => `${ec2}:${type}/*`),
        `${ec2.split(":").slice(0, 4).join(":")}::image/*`,
      ],
    },
    {
      sid: "TagAtBirth",
      actions: ["ec2:CreateTags"],
      resources: ["instance", "network-interface", "volume", "spot-instances-request"].map(
        (type) => `${ec2}:${type}/*`,
      ),
      conditions: { StringEquals: { "ec2:CreateAction": "RunInstances" } },
    },
    passNodeRoles(names),
  ];
}

function accountGrants({ region, account }: Place): Statement[] {
  return [
    {
      sid: "DescribeNetworkAndTypes",
      actions: [
        "ec2:DescribeImages",
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceTypeOfferings",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribePlacementGroups",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVolumes",
      ],
      resources: ["*"],
      wildcardReason: "EC2's Describe actions know no resources.",
    },
    {
      sid: "ReadQuotas",
      actions: ["servicequotas:GetServiceQuota", "servicequotas:GetAWSDefaultServiceQuota"],
      resources: ["*"],
      wildcardReason: "Preflight reads quotas of ec2, vpc and ebs; reading gives nothing away.",
    },
    {
      sid: "ReadPublicImageParameters",
      actions: ["ssm:GetParameter"],
      resources: [`arn:aws:ssm:${region}::parameter/aws/service/ami-amazon-linux-latest/*`],
    },
    {
      sid: "SeeInstanceProfiles",
      actions: ["iam:GetInstanceProfile"],
      resources: [`arn:aws:iam::${account}:instance-profile/*`],
      wildcardReason: "The spec may name a profile of the user's own.",
    },
    {
      sid: "ReadRoom",
      actions: ["iam:GetAccountSummary"],
      resources: ["*"],
      wildcardReason: "iam:GetAccountSummary knows no resources.",
    },
  ];
}
