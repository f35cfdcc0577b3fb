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
import type { ServiceName } from "./service.ts";

/** How a service speaks on the wire. */
export type Protocol = "json1.0" | "json1.1" | "ec2Query" | "awsQuery" | "restJson1";

/** One operation as its SDK client describes it. */
export interface OperationSchema {
  readonly name: string;
  /** Smithy schemas, for `NormalizedSchema.of`. */
  readonly input: unknown;
  readonly output: unknown;
  /** Smithy traits of the operation; `http` for REST protocols. */
  readonly traits: unknown;
}

export interface SdkService {
  readonly service: ServiceName;
  /** The SDK's client class, as middleware sees it. */
  readonly clientName: string;
  readonly protocol: Protocol;
  /** Prefix of `X-Amz-Target`, for the JSON protocols. */
  readonly target?: string;
  /** Namespace of the service's Smithy model. */
  readonly namespace: string;
  /** XML namespace, for the query protocols. */
  readonly xmlNamespace?: string;
  readonly operations: ReadonlyMap<string, OperationSchema>;
  /** The modeled exception classes by their wire code. */
  readonly exceptions: ReadonlyMap<string, ExceptionClass>;
  /** The base class of the service's errors, used for codes that are not modeled (all of EC2's). */
  readonly baseException: ExceptionClass;
}

export type ExceptionClass = new (options: Record<string, unknown>) => Error;

// What the SDK's generated modules export: operations as [9, namespace, name, traits, input, output], exceptions as classes.
const OPERATION_SCHEMA = 9;

/** Every service that the embedded cloud knows, read from the schemas that the SDK's own clients carry. */
export const sdkServices: ReadonlyMap<ServiceName, SdkService> = new Map(
  (
    [
      ["dynamodb", "DynamoDB", "json1.0", dynamodb, { target: "DynamoDB_20120810" }],
      ["ec2", "EC2", "ec2Query", ec2, { xmlNamespace: "http://ec2.amazonaws.com/doc/2016-11-15/" }],
      ["events", "EventBridge", "json1.1", eventbridge, { target: "AWSEvents" }],
      ["iam", "IAM", "awsQuery", iam, { xmlNamespace: "https://iam.amazonaws.com/doc/2010-05-08/" }],
      ["lambda", "Lambda", "restJson1", lambda, {}],
      [
        "monitoring",
        "CloudWatch",
        "json1.0",
        cloudwatch,
        { target: "GraniteServiceVersion20100801", xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/" },
      ],
      ["scheduler", "Scheduler", "restJson1", scheduler, {}],
      ["secretsmanager", "SecretsManager", "json1.1", secretsManager, { target: "secretsmanager" }],
      ["servicequotas", "ServiceQuotas", "json1.1", serviceQuotas, { target: "ServiceQuotasV20190624" }],
      [
        "sqs",
        "SQS",
        "json1.0",
        sqs,
        { target: "AmazonSQS", xmlNamespace: "http://queue.amazonaws.com/doc/2012-11-05/" },
      ],
      ["ssm", "SSM", "json1.1", ssm, { target: "AmazonSSM" }],
      ["states", "SFN", "json1.0", sfn, { target: "AWSStepFunctions" }],
      ["sts", "STS", "awsQuery", sts, { xmlNamespace: "https://sts.amazonaws.com/doc/2011-06-15/" }],
    ] as const
  ).map(([service, name, protocol, module, wire]) => [service, describe(service, name, protocol, module, wire)]),
);

/** The service that an SDK client class belongs to, such as `EC2Client`. */
export function serviceOfClient(clientName: string): SdkService {
  const found = [...sdkServices.values()].find((service) => service.clientName === clientName);
  if (found === undefined) throw new Error(`the embedded cloud has no service for the SDK's ${clientName}`);
  return found;
}

function describe(
  service: ServiceName,
  name: string,
  protocol: Protocol,
  module: object,
  wire: { target?: string; xmlNamespace?: string },
): SdkService {
  const operations = new Map<string, OperationSchema>();
  const exceptions = new Map<string, ExceptionClass>();
  let namespace = "";
  for (const [key, value] of Object.entries(module) as [string, unknown][]) {
    if (Array.isArray(value) && value[0] === OPERATION_SCHEMA) {
      namespace = value[1] as string;
      operations.set(value[2] as string, {
        name: value[2] as string,
        traits: value[3],
        input: value[4],
        output: value[5],
      });
    } else if (typeof value === "function" && value.prototype instanceof Error) {
      exceptions.set(key, value as ExceptionClass);
    }
  }
  const baseException = exceptions.get(`${name}ServiceException`);
  if (baseException === undefined) throw new Error(`the SDK's ${name} client exports no ${name}ServiceException`);
  return { service, clientName: `${name}Client`, protocol, namespace, operations, exceptions, baseException, ...wire };
}
