import { sdkServices, type OperationSchema, type SdkService } from "../../../kernel/sdk.ts";
import type { ServiceName } from "../../../kernel/service.ts";
import { membersOf, sdkMemberName } from "./sdk-json.ts";

/** A service as the ARNs and errors of SDK integrations name it. */
interface SdkIntegration {
  readonly service: ServiceName;
  /** The service id of the Java SDK, which names errors. */
  readonly id: string;
}

/**
 * Services of the embedded cloud by their name in `aws-sdk:<name>:<action>`.
 * https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
const integrations: Readonly<Record<string, SdkIntegration>> = {
  cloudwatch: { service: "monitoring", id: "CloudWatch" },
  dynamodb: { service: "dynamodb", id: "DynamoDb" },
  ec2: { service: "ec2", id: "Ec2" },
  eventbridge: { service: "events", id: "EventBridge" },
  iam: { service: "iam", id: "Iam" },
  lambda: { service: "lambda", id: "Lambda" },
  scheduler: { service: "scheduler", id: "Scheduler" },
  secretsmanager: { service: "secretsmanager", id: "SecretsManager" },
  servicequotas: { service: "servicequotas", id: "ServiceQuotas" },
  sfn: { service: "states", id: "Sfn" },
  sqs: { service: "sqs", id: "Sqs" },
  ssm: { service: "ssm", id: "Ssm" },
  sts: { service: "sts", id: "Sts" },
};

/** One action of an SDK integration. */
export interface SdkAction {
  readonly sdk: SdkService;
  readonly id: string;
  readonly operation: OperationSchema;
}

/** Finds `aws-sdk:<service>:<action>`; undefined when the embedded cloud has no such service, or the service no such action. */
export function sdkAction(service: string, action: string): SdkAction | undefined {
  const integration = Object.hasOwn(integrations, service) ? integrations[service] : undefined;
  const sdk = integration === undefined ? undefined : sdkServices.get(integration.service);
  const operation = sdk?.operations.get(operationName(action));
  if (integration === undefined || sdk === undefined || operation === undefined) return undefined;
  return { sdk, id: integration.id, operation };
}

/** One operation of a service of the embedded cloud, by the names of its API. */
export function sdkOperation(service: ServiceName, name: string): { sdk: SdkService; operation: OperationSchema } {
  const sdk = sdkServices.get(service);
  const operation = sdk?.operations.get(name);
  if (sdk === undefined || operation === undefined) throw new Error(`the SDK has no ${service}:${name}`);
  return { sdk, operation };
}

/** The members that an action takes; "unknown service" where nothing is known of it. */
export function sdkActionMembers(
  service: string,
  action: string,
): ReadonlySet<string> | "no such action" | "unknown service" {
  if (!Object.hasOwn(integrations, service)) return "unknown service";
  const found = sdkAction(service, action);
  if (found === undefined) return "no such action";
  return new Set(membersOf(found.operation.input).map(sdkMemberName));
}

/** `runInstances` is the operation RunInstances. */
function operationName(action: string): string {
  return action.charAt(0).toUpperCase() + action.slice(1);
}
