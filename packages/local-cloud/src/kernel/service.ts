import type { Clock, Random } from "@muster/core";
import type { AwsError } from "./aws-error.ts";
import type { AwsEvent } from "./event.ts";

/** The name a service is signed with (SigV4 credential scope); plugins are registered under it. */
export type ServiceName =
  | "dynamodb"
  | "ec2"
  | "events"
  | "iam"
  | "lambda"
  | "monitoring"
  | "scheduler"
  | "secretsmanager"
  | "servicequotas"
  | "sqs"
  | "ssm"
  | "states"
  | "sts";

/** Who calls: an IAM role that a function, a machine or a node runs as, or the account's own user (CLI, console). */
export interface Caller {
  /** ARN of the role (not of a session), or of the user. */
  readonly arn: string;
  /** The user of the account may do everything; a role only what its policies say. */
  readonly isAccountUser: boolean;
  /**
   * An AWS service that calls on its own behalf, such as EventBridge its targets. On AWS the target's resource policy says
   * whether it may; the embedded cloud has none, so it may.
   */
  readonly isService?: boolean;
  /** Who acts as the role, as AWS's session names say it: a function's name, an instance's id. */
  readonly sessionName?: string;
}

export interface Call {
  readonly service: ServiceName;
  readonly operation: string;
  readonly caller: Caller;
  readonly requestId: string;
}

/** One operation of a service: the SDK's input shape in, the SDK's output shape out, AwsError when AWS would refuse. */
// oxlint-disable-next-line typescript/no-explicit-any -- each plugin types its own operations with the SDK's shapes
export type Operation = (input: any, call: Call) => any;

/** What IAM is asked before an operation runs. Condition keys are written as in policies (`aws:RequestTag/x`). */
export interface AccessRequest {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** One embedded AWS service. */
export interface ServicePlugin {
  readonly service: ServiceName;
  readonly operations: Readonly<Record<string, Operation>>;
  /**
   * The permissions an operation needs, given its input. Where a service says nothing, one request is made:
   * `<prefix>:<Operation>` on `*`.
   */
  readonly access?: (operation: string, input: unknown, call: Call) => readonly AccessRequest[] | undefined;
  /** The error that AWS answers when this service throttles a call. */
  readonly throttled: (operation: string) => AwsError;
  /** The error that AWS answers when IAM refuses a call. */
  readonly denied: (request: AccessRequest, call: Call) => AwsError;
}

/** What every plugin is made with. It keeps its state to itself. */
export interface ServiceContext {
  readonly clock: Clock;
  /** A stream of the plugin's own. */
  readonly random: Random;
  /** Twelve digits. */
  readonly account: string;
  readonly region: string;
  /** Hands an event to the default event bus, as AWS services do. Never throws, never waits. */
  readonly emit: (event: Omit<AwsEvent, "id" | "version" | "account" | "region" | "time">) => void;
}
