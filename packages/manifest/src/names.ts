import { NODE_ROLE_PREFIX, nodeRolePath } from "@muster/core";
import type { Place } from "./manifest.ts";

/**
 * The alias of every function and machine. It points at the newest published version, and moves in one step; what a
 * running execution uses is the version that its own definition names.
 */
export const LIVE = "live";

/** Names and ARNs of a stack's resources. They follow from the place alone, so that policies can be written before anything exists. */
export interface Names {
  readonly table: string;
  readonly tableArn: string;
  readonly functionName: (name: string) => string;
  readonly functionArn: (name: string) => string;
  /** The published version that API, rules and schedules call. */
  readonly functionAliasArn: (name: string) => string;
  /** Every published version of a function, and its alias. */
  readonly functionVersionArns: (name: string) => string;
  readonly machineName: (name: string) => string;
  readonly machineArn: (name: string) => string;
  /** The published version that users and functions start. */
  readonly machineAliasArn: (name: string) => string;
  readonly executionArns: (name: string) => string;
  readonly documentPrefix: string;
  readonly documentArns: string;
  readonly roleName: (owner: string) => string;
  readonly roleArn: (owner: string) => string;
  readonly queueName: (name: string) => string;
  readonly queueArn: (name: string) => string;
  readonly queueUrl: (name: string) => string;
  readonly ruleArn: (rule: string) => string;
  readonly topicName: (name: string) => string;
  readonly topicArn: (name: string) => string;
  readonly logGroupArn: (logGroup: string) => string;
  /** Of the CloudWatch alarms that belong to clusters, such as those that scale clients. */
  readonly clusterAlarmPrefix: string;
  /** Of what every cluster's nodes may do. */
  readonly nodePolicy: string;
  readonly nodePolicyArn: string;
  /** The roles of clusters' nodes, and their instance profiles: Muster makes one of each a cluster. */
  readonly nodeRoleArns: string;
  readonly nodeProfileArns: string;
  /** The same names, as IAM writes them when there is no such role or profile. */
  readonly nodeRoleArnsWithoutPath: string;
  readonly nodeProfileArnsWithoutPath: string;
  readonly clusterSecretArns: string;
}

export function namesOf({ stage, region, account }: Place): Names {
  const prefix = `muster-${stage}`;
  // IAM knows no regions: a stage may be in several.
  const global = `${prefix}-${region}`;
  const at = (service: string) => `arn:aws:${service}:${region}:${account}`;
  const functionName = (name: string) => `${prefix}-${name}`;
  return {
    table: prefix,
    tableArn: `${at("dynamodb")}:table/${prefix}`,
    functionName,
    functionArn: (name) => `${at("lambda")}:function:${functionName(name)}`,
    functionAliasArn: (name) => `${at("lambda")}:function:${functionName(name)}:${LIVE}`,
    functionVersionArns: (name) => `${at("lambda")}:function:${functionName(name)}:*`,
    machineName: functionName,
    machineArn: (name) => `${at("states")}:stateMachine:${functionName(name)}`,
    machineAliasArn: (name) => `${at("states")}:stateMachine:${functionName(name)}:${LIVE}`,
    executionArns: (name) => `${at("states")}:execution:${functionName(name)}:*`,
    documentPrefix: `${prefix}-`,
    documentArns: `${at("ssm")}:document/${prefix}-*`,
    roleName: (owner) => `${global}-${owner}`,
    roleArn: (owner) => `arn:aws:iam::${account}:role/${global}-${owner}`,
    queueName: functionName,
    queueArn: (name) => `${at("sqs")}:${functionName(name)}`,
    queueUrl: (name) => `https://sqs.${region}.amazonaws.com/${account}/${functionName(name)}`,
    ruleArn: (rule) => `${at("events")}:rule/${rule}`,
    topicName: functionName,
    topicArn: (name) => `${at("sns")}:${functionName(name)}`,
    logGroupArn: (logGroup) => `${at("logs")}:log-group:${logGroup}`,
    clusterAlarmPrefix: `${prefix}-cluster-`,
    nodePolicy: `${global}-node`,
    nodePolicyArn: `arn:aws:iam::${account}:policy/${global}-node`,
    nodeRoleArnsWithoutPath: `arn:aws:iam::${account}:role/${NODE_ROLE_PREFIX}*`,
    nodeProfileArnsWithoutPath: `arn:aws:iam::${account}:instance-profile/${NODE_ROLE_PREFIX}*`,
    nodeRoleArns: `arn:aws:iam::${account}:role${nodeRolePath({ stage, region })}*`,
    nodeProfileArns: `arn:aws:iam::${account}:instance-profile${nodeRolePath({ stage, region })}*`,
    clusterSecretArns: `${at("secretsmanager")}:secret:muster/${stage}/*`,
  };
}
