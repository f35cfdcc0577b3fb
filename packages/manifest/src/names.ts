import type { Place } from "./manifest.ts";

/** Names and ARNs of a stack's resources. They follow from the place alone, so that policies can be written before anything exists. */
export interface Names {
  readonly table: string;
  readonly tableArn: string;
  readonly functionName: (name: string) => string;
  readonly functionArn: (name: string) => string;
  readonly machineName: (name: string) => string;
  readonly machineArn: (name: string) => string;
  readonly executionArns: (name: string) => string;
  readonly documentPrefix: string;
  readonly documentArns: string;
  readonly roleName: (owner: string) => string;
  readonly roleArn: (owner: string) => string;
  readonly queueName: (name: string) => string;
  readonly queueArn: (name: string) => string;
  readonly queueUrl: (name: string) => string;
  readonly instanceProfile: string;
  readonly clusterSecretArns: string;
}

export function namesOf({ stage, region, account }: Place): Names {
  const prefix = `muster-${stage}`;
  const at = (service: string) => `arn:aws:${service}:${region}:${account}`;
  const functionName = (name: string) => `${prefix}-${name}`;
  return {
    table: prefix,
    tableArn: `${at("dynamodb")}:table/${prefix}`,
    functionName,
    functionArn: (name) => `${at("lambda")}:function:${functionName(name)}`,
    machineName: functionName,
    machineArn: (name) => `${at("states")}:stateMachine:${functionName(name)}`,
    executionArns: (name) => `${at("states")}:execution:${functionName(name)}:*`,
    documentPrefix: `${prefix}-`,
    documentArns: `${at("ssm")}:document/${prefix}-*`,
    roleName: (owner) => `${prefix}-${owner}`,
    roleArn: (owner) => `arn:aws:iam::${account}:role/${prefix}-${owner}`,
    queueName: functionName,
    queueArn: (name) => `${at("sqs")}:${functionName(name)}`,
    queueUrl: (name) => `https://sqs.${region}.amazonaws.com/${account}/${functionName(name)}`,
    instanceProfile: `${prefix}-node`,
    clusterSecretArns: `${at("secretsmanager")}:secret:muster/${stage}/*`,
  };
}
