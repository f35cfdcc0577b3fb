import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import * as cloudwatch from "@aws-sdk/client-cloudwatch";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as ec2 from "@aws-sdk/client-ec2";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as iam from "@aws-sdk/client-iam";
import * as lambda from "@aws-sdk/client-lambda";
import * as scheduler from "@aws-sdk/client-scheduler";
import * as secretsManager from "@aws-sdk/client-secrets-manager";
import * as serviceQuotas from "@aws-sdk/client-service-quotas";
import * as sfn from "@aws-sdk/client-sfn";
import * as sqs from "@aws-sdk/client-sqs";
import * as ssm from "@aws-sdk/client-ssm";
import * as sts from "@aws-sdk/client-sts";
import { AwsQueryProtocol, AwsSmithyRpcV2CborProtocol } from "@aws-sdk/core/protocols";
import { seededRandom } from "@muster/core";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../packages/local-cloud/src/kernel/aws-error.ts";
import { sdkServices, type OperationSchema, type SdkService } from "../../packages/local-cloud/src/kernel/sdk.ts";
import type { ServiceName } from "../../packages/local-cloud/src/kernel/service.ts";
import { conformTo } from "../../packages/local-cloud/src/kernel/shape.ts";
import { answerAws } from "../../packages/local-cloud/src/wire/answer.ts";
import type { HttpRequest } from "../../packages/local-cloud/src/wire/http/message.ts";
import { schemaOf } from "../../packages/local-cloud/src/wire/schema.ts";
import { inMemoryHandler } from "../../packages/local-cloud/src/wire/testing/in-memory-handler.ts";
import { plain } from "../../packages/local-cloud/src/wire/testing/plain.ts";
import { SampleMaker } from "../../packages/local-cloud/src/wire/testing/sample.ts";
import { ACCOUNT, serveWireCloud, USER, type Script } from "../../packages/local-cloud/src/wire/testing/wire-cloud.ts";

const modules: Readonly<Record<ServiceName, object>> = {
  dynamodb,
  ec2,
  events: eventbridge,
  iam,
  lambda,
  monitoring: cloudwatch,
  scheduler,
  secretsmanager: secretsManager,
  servicequotas: serviceQuotas,
  sqs,
  ssm,
  states: sfn,
  sts,
};

const TRUST =
  '{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}';

/** What a client may not send, or the wire may not answer, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "lambda InvokeWithResponseStream": "answers with an event stream, which the wire refuses by name",
};

describe("every operation of every service survives the wire in both directions", () => {
  it.each([...sdkServices.keys()].map((name) => [name]))(
    "%s, in the protocol that its SDK client speaks",
    async (name) => {
      const service = serviceNamed(name);
      const result = await roundTrips(service, {});
      expect(result.failures).toEqual([]);
      expect(result.passed).toBe(service.operations.size - leftOutOf(name));
    },
  );

  it.each([
    ["monitoring", "RPC v2 CBOR", AwsSmithyRpcV2CborProtocol, 0],
    ["monitoring", "the query protocol", AwsQueryProtocol, 0],
    // There ReceiveMessage has one name for two members, the old AttributeNames and what replaced it.
    ["sqs", "the query protocol", AwsQueryProtocol, 1],
    ["dynamodb", "RPC v2 CBOR", AwsSmithyRpcV2CborProtocol, 0],
    ["ssm", "RPC v2 CBOR", AwsSmithyRpcV2CborProtocol, 0],
    ["states", "RPC v2 CBOR", AwsSmithyRpcV2CborProtocol, 0],
  ] as const)("%s, in %s", async (name, _title, protocol, ambiguous) => {
    const service = serviceNamed(name);
    const result = await roundTrips(service, { protocol });
    expect(result.failures.filter((failure) => !failure.startsWith("ReceiveMessage"))).toEqual([]);
    expect(result.passed).toBe(service.operations.size - ambiguous);
  });
});

describe("the AWS CLI", () => {
  const found = (spawnSync("aws", ["--version"], { encoding: "utf8" }).stdout ?? "") !== "";
  const title = found ? "does its work and reads our errors" : "skipped: aws CLI not found";

  // oxlint-disable-next-line vitest/valid-title -- a missing CLI must show in the report, and not as a pass
  it.skipIf(!found)(title, async () => {
    const cloud = await serveWireCloud(CLI_SCRIPT);
    const told = await Promise.all(CLI_STORY.map(([command]) => runCli(cloud.url, command)));
    await cloud.close();
    expect(told).toEqual(CLI_STORY.map(([, expected]) => expected));
    expect(cloud.bugs).toEqual([]);
  });
});

const NOT_FOUND = { status: 404, members: { Type: "User" } };

/** What stands behind the CLI: services of few words. */
const CLI_SCRIPT: Script = {
  ec2: {
    RunInstances: ({ TagSpecifications: [{ Tags }], MaxCount }) => ({
      Instances: Array.from({ length: MaxCount }, () => ({ Tags })),
    }),
    DescribeInstances: ({ Filters: [{ Values }], NextToken = "" }) => ({
      Reservations: [{ ReservationId: `${Values.join()}${NextToken}` }],
      ...(NextToken === "" && { NextToken: "+" }),
    }),
    TerminateInstances: () => refuse("InvalidInstanceID.NotFound", "The instance ID 'i-9' does not exist"),
  },
  dynamodb: { PutItem: ({ Item }) => ({ Attributes: Item }) },
  ssm: { SendCommand: ({ Parameters }) => ({ Command: { CommandId: "c", Parameters } }) },
  lambda: {
    Invoke: ({ Payload }) => ({ StatusCode: 200, FunctionError: "Unhandled", Payload }),
    GetFunction: () => refuse("ResourceNotFoundException", "Function not found: f", NOT_FOUND),
  },
  monitoring: {
    GetMetricStatistics: ({ StartTime }) => ({ Label: "m", Datapoints: [{ Timestamp: StartTime, Average: 0.5 }] }),
    DeleteAlarms: () => refuse("ResourceNotFound", "no such alarm", { status: 404 }),
  },
  sqs: { GetQueueUrl: () => refuse("QueueDoesNotExist", "The specified queue does not exist.") },
  states: { StartExecution: ({ name }) => ({ executionArn: `arn:${name}`, startDate: new Date(0) }) },
  events: { PutRule: ({ Name }) => ({ RuleArn: `arn:${Name}` }) },
  scheduler: { ListSchedules: ({ MaxResults }) => ({ Schedules: [{ Name: `s${MaxResults}` }] }) },
  secretsmanager: { GetSecretValue: ({ SecretId }) => ({ Name: SecretId, SecretBinary: Uint8Array.of(1, 255) }) },
  servicequotas: { GetServiceQuota: ({ QuotaCode }) => ({ Quota: { QuotaCode, Value: 5 } }) },
};

/** Commands, and what they print: the answer, or the error without its empty lines. */
const CLI_STORY: readonly (readonly [command: readonly string[], expected: unknown])[] = [
  [["sts", "get-caller-identity", "--query", "Arn"], USER.arn],
  [
    ["iam", "create-role", "--role-name", "r", "--assume-role-policy-document", TRUST, "--query", "Role.Arn"],
    `arn:aws:iam::${ACCOUNT}:role/r`,
  ],
  [
    ["iam", "get-role", "--role-name", "x"],
    cliError("NoSuchEntity", "GetRole", "The role with name x cannot be found."),
  ],
  [
    [
      "ec2",
      "run-instances",
      "--count",
      "2",
      "--tag-specifications",
      "ResourceType=instance,Tags=[{Key=k,Value=ä}]",
      "--query",
      "Instances[].Tags[].Value",
    ],
    ["ä", "ä"],
  ],
  [
    ["ec2", "describe-instances", "--filters", "Name=tag:k,Values=a,b", "--query", "Reservations[].ReservationId"],
    ["a,b", "a,b+"],
  ],
  [
    ["ec2", "terminate-instances", "--instance-ids", "i-9"],
    cliError("InvalidInstanceID.NotFound", "TerminateInstances", "The instance ID 'i-9' does not exist"),
  ],
  [
    ["ec2", "describe-vpcs"],
    cliError("NotImplemented", "DescribeVpcs", "the embedded cloud does not have ec2:DescribeVpcs"),
  ],
  [
    ["dynamodb", "put-item", "--table-name", "t", "--item", '{"a":{"L":[{"S":"é"},{"N":"1"}]}}'],
    { Attributes: { a: { L: [{ S: "é" }, { N: "1" }] } } },
  ],
  [
    ["ssm", "send-command", "--document-name", "d", "--parameters", "a=1,2", "--query", "Command.Parameters"],
    { a: ["1", "2"] },
  ],
  [
    [
      "lambda",
      "invoke",
      "--function-name",
      "arn:aws:lambda:eu-west-1:123456789012:function:f",
      "--payload",
      '{"a":1}',
      "/dev/null",
    ],
    { StatusCode: 200, FunctionError: "Unhandled" },
  ],
  [
    ["lambda", "get-function", "--function-name", "f"],
    cliError("ResourceNotFoundException", "GetFunction", "Function not found: f"),
  ],
  [
    [
      "cloudwatch",
      "get-metric-statistics",
      "--namespace",
      "n",
      "--metric-name",
      "m",
      "--start-time",
      "2026-01-01T00:00:00Z",
      "--end-time",
      "2026-01-02T00:00:00Z",
      "--period",
      "60",
      "--query",
      "Datapoints[].Average",
    ],
    [0.5],
  ],
  [
    ["cloudwatch", "delete-alarms", "--alarm-names", "a"],
    cliError("ResourceNotFound", "DeleteAlarms", "no such alarm"),
  ],
  [
    ["sqs", "get-queue-url", "--queue-name", "q"],
    cliError("AWS.SimpleQueueService.NonExistentQueue", "GetQueueUrl", "The specified queue does not exist."),
  ],
  [
    ["stepfunctions", "start-execution", "--state-machine-arn", "arn:m", "--name", "e", "--query", "executionArn"],
    "arn:e",
  ],
  [["events", "put-rule", "--name", "wake", "--schedule-expression", "rate(1 minute)"], { RuleArn: "arn:wake" }],
  [["scheduler", "list-schedules", "--max-results", "7", "--query", "Schedules[].Name"], ["s7"]],
  [["secretsmanager", "get-secret-value", "--secret-id", "s"], { Name: "s", SecretBinary: "Af8=" }],
  [
    ["service-quotas", "get-service-quota", "--service-code", "ec2", "--quota-code", "L-1", "--query", "Quota.Value"],
    5,
  ],
  [
    ["s3api", "list-buckets"],
    cliError("NotImplemented", "ListBuckets", "the embedded cloud does not have the service s3"),
  ],
];

function refuse(code: string, message: string, options: ConstructorParameters<typeof AwsError>[2] = {}): never {
  throw new AwsError(code, message, options);
}

function cliError(code: string, operation: string, message: string): string {
  return `An error occurred (${code}) when calling the ${operation} operation: ${message}`;
}

function runCli(url: string, command: readonly string[]): Promise<unknown> {
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "AKIDMUSTER",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_DEFAULT_OUTPUT: "json",
    AWS_MAX_ATTEMPTS: "1",
  };
  return new Promise((resolve) => {
    execFile("aws", ["--endpoint-url", url, ...command], { env, encoding: "utf8" }, (_error, stdout, stderr) => {
      resolve(stderr.trim() === "" ? JSON.parse(stdout) : stderr.trim());
    });
  });
}

/** Sends one command of each operation with a real client, and compares what arrived at either end. */
async function roundTrips(service: SdkService, config: { protocol?: unknown }) {
  const isQuery = config.protocol === AwsQueryProtocol || service.protocol.endsWith("Query");
  const samples = new SampleMaker({ keepEmpty: !isQuery, mostItems: 2 });
  const failures: string[] = [];
  let passed = 0;
  let current: { operation: OperationSchema; output: unknown; arrived?: unknown };
  const kernel = {
    call: async (_service: string, operation: string, input: unknown) => {
      if (operation !== current.operation.name) throw new Error(`arrived as ${operation}`);
      current.arrived = input;
      conformTo(current.operation.input)(input, "");
      return current.output;
    },
  };
  const backend = { kernel, identify: () => USER, random: seededRandom(1) };
  const client = makeClient(service, config, (request) => answerAws(backend, signed(service, request)));
  for (const operation of service.operations.values()) {
    if (`${service.service} ${operation.name}` in LEFT_OUT) continue;
    const input = without(unsendable(service), samples.make(schemaOf(operation.input)));
    const output = samples.make(schemaOf(operation.output));
    current = { operation, output };
    try {
      const { $metadata: _, ...returned } = await client.send(makeCommand(service, operation.name, input));
      assert.deepStrictEqual(plain(current.arrived), plain(input), "input");
      assert.deepStrictEqual(plain(returned), plain(output), "output");
      passed++;
    } catch (error) {
      failures.push(`${operation.name}: ${String(error).slice(0, 600)}`);
    }
  }
  return { passed, failures };
}

interface AnyClient {
  send: (command: object) => Promise<Record<string, unknown>>;
}

type AnswerFunction = (request: HttpRequest) => ReturnType<typeof answerAws>;

function makeClient(service: SdkService, config: object, answer: AnswerFunction): AnyClient {
  const Client = exported(service, service.clientName);
  const client: unknown = new Client({
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:4566",
    credentials: { accessKeyId: "AKIDMUSTER", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: inMemoryHandler(answer),
    // Checks and rewrites of the SDK's own that generated values cannot satisfy.
    md5: false,
    useQueueUrlAsEndpoint: false,
    disableHostPrefix: true,
    ...config,
  });
  return client as AnyClient;
}

function makeCommand(service: SdkService, operation: string, input: unknown): object {
  const Command = exported(service, `${operation}Command`);
  return new Command(input);
}

function exported(service: SdkService, name: string): new (argument: unknown) => object {
  const found: unknown = Object.entries(modules[service.service]).find(([key]) => key === name)?.[1];
  if (typeof found !== "function") throw new Error(`the SDK client of ${service.service} exports no ${name}`);
  return found as new (argument: unknown) => object;
}

/** Members that cannot make the trip, for reasons that are not the wire's. */
function unsendable(service: SdkService): string | undefined {
  // Makes the SDK talk to an endpoint of its own.
  return service.service === "events" ? "EndpointId" : undefined;
}

function without(name: string | undefined, input: unknown): unknown {
  if (name === undefined || typeof input !== "object" || input === null) return input;
  return Object.fromEntries(Object.entries(input).filter(([key]) => key !== name));
}

/** Two operations of STS are sent without a signature, which the wire refuses; their shapes can travel nevertheless. */
function signed(service: SdkService, request: HttpRequest): HttpRequest {
  const authorization = `AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/${service.service}/aws4_request`;
  return { ...request, headers: { authorization, ...request.headers } };
}

function serviceNamed(name: ServiceName): SdkService {
  const service = sdkServices.get(name);
  if (service === undefined) throw new Error(`no service ${name}`);
  return service;
}

function leftOutOf(name: ServiceName): number {
  return Object.keys(LEFT_OUT).filter((key) => key.startsWith(`${name} `)).length;
}
