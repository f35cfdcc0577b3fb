/** Answers for AWS: what a new resource is given by it, and what data sources say. */
export interface StandInProvider {
  readonly newResource: (request: ResourceRequest) => { id: string; state: Record<string, unknown> };
  readonly call: (request: {
    readonly token: string;
    readonly inputs: Record<string, unknown>;
  }) => Record<string, unknown>;
}

interface ResourceRequest {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** Of one that is looked up; empty for a new one. */
  readonly id?: string;
}

interface Where {
  readonly region: string;
  readonly account: string;
}

export function standInProvider(where: Where): StandInProvider {
  return {
    newResource: (request) => {
      const name = nameOf(request);
      const made = MADE[request.type]?.(name, where, request);
      if (made === undefined && request.type.startsWith("aws:"))
        throw new Error(`the program makes a ${request.type}, which has no stand-in`);
      const { id, ...outputs } = made ?? {};
      return {
        id: isLookedUp(request) ? (request.id ?? "") : (id ?? request.name),
        state: { ...request.inputs, ...outputs },
      };
    },
    call: ({ token }) => dataSource(token, where),
  };
}

function dataSource(token: string, { region, account }: Where): Record<string, unknown> {
  switch (token) {
    case "aws:index/getRegion:getRegion":
      return { id: region, region };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: account, arn: `arn:aws:iam::${account}:user/deployer`, userId: "deployer" };
    case "aws:index/getPartition:getPartition":
      return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com" };
    default:
      throw new Error(`the program reads ${token}, which has no stand-in`);
  }
}

function nameOf(request: ResourceRequest): string {
  if (isLookedUp(request)) return request.id ?? "";
  return typeof request.inputs["name"] === "string" ? request.inputs["name"] : request.name;
}

function isLookedUp({ id }: ResourceRequest): boolean {
  return id !== undefined && id !== "";
}

interface Outputs {
  readonly [output: string]: unknown;
  readonly id?: string;
}

/** Versions are told apart, so that one in the place of the other is seen. */
export const FUNCTION_VERSION = "7";
export const MACHINE_VERSION = "3";

/** Where AWS makes one up. */
export function idOf(name: string): string {
  return `id-of-${name}`;
}

/** By type: what AWS adds to a resource of that name. Values that others refer to are unlike any other. */
const MADE: Readonly<Record<string, (name: string, where: Where, request: ResourceRequest) => Outputs>> = {
  "aws:apigatewayv2/api:Api": (name, where) => ({
    id: idOf(name),
    apiEndpoint: `https://${idOf(name)}.execute-api.${where.region}.amazonaws.com`,
    executionArn: arn(where, "execute-api", idOf(name)),
  }),
  "aws:apigatewayv2/integration:Integration": (name) => ({ id: idOf(name) }),
  "aws:apigatewayv2/route:Route": (name) => ({ id: idOf(name) }),
  "aws:apigatewayv2/stage:Stage": (name) => ({ id: name }),
  "aws:cloudwatch/eventRule:EventRule": (name, where) => ({
    id: name,
    name,
    arn: arn(where, "events", `rule/${name}`),
  }),
  "aws:cloudwatch/eventTarget:EventTarget": (name) => ({ id: idOf(name) }),
  "aws:cloudwatch/logGroup:LogGroup": (name, where) => ({
    id: name,
    name,
    arn: arn(where, "logs", `log-group:${name}`),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name, where) => ({
    id: name,
    arn: arn(where, "cloudwatch", `alarm:${name}`),
  }),
  "aws:dynamodb/table:Table": (name, where) => ({ id: name, name, arn: arn(where, "dynamodb", `table/${name}`) }),
  "aws:iam/policy:Policy": (name, where) => ({
    id: globalArn(where, "iam", `policy/${name}`),
    arn: globalArn(where, "iam", `policy/${name}`),
  }),
  "aws:iam/role:Role": (name, where) => ({ id: name, name, arn: globalArn(where, "iam", `role/${name}`) }),
  "aws:lambda/alias:Alias": (name, where, { inputs }) => ({
    id: `${String(inputs["functionName"])}/${name}`,
    arn: arn(where, "lambda", `function:${String(inputs["functionName"])}:${name}`),
  }),
  "aws:lambda/function:Function": (name, where) => ({
    id: name,
    arn: arn(where, "lambda", `function:${name}`),
    qualifiedArn: arn(where, "lambda", `function:${name}:${FUNCTION_VERSION}`),
    version: FUNCTION_VERSION,
  }),
  "aws:lambda/permission:Permission": (name) => ({ id: idOf(name) }),
  "aws:s3/bucketObjectv2:BucketObjectv2": (name) => ({ id: idOf(name) }),
  "aws:scheduler/schedule:Schedule": (name, where) => ({
    id: `default/${name}`,
    arn: arn(where, "scheduler", `schedule/default/${name}`),
  }),
  "aws:sfn/alias:Alias": (name, where, { name: logical }) => ({
    id: idOf(logical),
    arn: arn(where, "states", `stateMachine:${logical}:${name}`),
  }),
  "aws:sfn/stateMachine:StateMachine": (name, where) => ({
    id: arn(where, "states", `stateMachine:${name}`),
    arn: arn(where, "states", `stateMachine:${name}`),
    stateMachineVersionArn: arn(where, "states", `stateMachine:${name}:${MACHINE_VERSION}`),
  }),
  "aws:sns/topic:Topic": (name, where) => ({ id: arn(where, "sns", name), arn: arn(where, "sns", name) }),
  "aws:sqs/queue:Queue": (name, where) => ({
    id: `https://sqs.${where.region}.amazonaws.com/${where.account}/${name}`,
    url: `https://sqs.${where.region}.amazonaws.com/${where.account}/${name}`,
    arn: arn(where, "sqs", name),
  }),
  "aws:sqs/queuePolicy:QueuePolicy": (name) => ({ id: idOf(name) }),
  "aws:ssm/document:Document": (name, where) => ({ id: name, name, arn: arn(where, "ssm", `document/${name}`) }),
  "random:index/randomBytes:RandomBytes": () => ({ base64: Buffer.alloc(32, 7).toString("base64") }),
};

function arn({ region, account }: Where, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}

function globalArn({ account }: Where, service: string, resource: string): string {
  return `arn:aws:${service}::${account}:${resource}`;
}
