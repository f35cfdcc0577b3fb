import type { Statement } from "./statement.ts";

/**
 * Every cloud resource of Muster as typed data, names and ARNs resolved. The embedded cloud runs it, and sst.config.ts
 * deploys it: what was tested is what is deployed.
 */
export interface Manifest {
  readonly place: Place;
  readonly table: TableResource;
  readonly functions: readonly FunctionResource[];
  readonly machines: readonly MachineResource[];
  readonly rules: readonly RuleResource[];
  readonly schedules: readonly ScheduleResource[];
  readonly api: ApiResource;
  readonly routes: readonly RouteResource[];
  readonly documents: readonly DocumentResource[];
  readonly queues: readonly QueueResource[];
  readonly nodePolicy: NodePolicyResource;
  /** Where alarms go, for people to subscribe to. The embedded cloud watches no alarms of the stack itself. */
  readonly topic: TopicResource;
  readonly alarms: readonly AlarmResource[];
}

/** Where the stack lives. A stage is one installation of Muster in an account and region. */
export interface Place {
  readonly stage: string;
  readonly region: string;
  /** Twelve digits. */
  readonly account: string;
}

export interface TableResource {
  readonly name: string;
  readonly arn: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** Attribute with epoch seconds after which DynamoDB may delete a row. */
  readonly ttlAttribute: string;
  readonly indexes: readonly { readonly name: string; readonly partitionKey: string; readonly sortKey?: string }[];
  /** A stage whose clusters matter keeps its table, whatever is removed. */
  readonly isProtected: boolean;
}

export interface RoleResource {
  readonly name: string;
  readonly arn: string;
  /** The one service that may assume it. */
  readonly trustedService: string;
  readonly statements: readonly Statement[];
  /** What the trusted service itself does in the role's name, such as writing logs; the embedded cloud keeps none. */
  readonly serviceStatements: readonly Statement[];
}

export interface FunctionResource {
  /** Folder in functions/: `launch-nodes`. */
  readonly name: string;
  readonly functionName: string;
  readonly arn: string;
  /** What API, rules and schedules call: the newest published version. */
  readonly aliasArn: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: RoleResource;
  /** For a function that events call: where one goes that it could not handle in three attempts. */
  readonly deadLetterQueueArn?: string;
  /** Concurrency set aside for it, which is also its ceiling. */
  readonly reservedConcurrency?: number;
  readonly logGroup: LogGroupResource;
}

export interface LogGroupResource {
  readonly name: string;
  readonly arn: string;
  readonly retentionDays: number;
}

/** Listed after every machine that it starts. */
export interface MachineResource {
  /** Folder in statemachines/: `deploy-cluster`. */
  readonly name: string;
  readonly machineName: string;
  readonly arn: string;
  /** What users and functions start: the newest published version. */
  readonly aliasArn: string;
  readonly description: string;
  /** A person or a function starts it; otherwise another machine does. */
  readonly isOperation: boolean;
  /**
   * Placeholders of its definition, such as `function:launch-nodes`, and the ARNs that they stand for, without a version:
   * which version it names is known when that is published, and {@link substitute} takes it.
   */
  readonly substitutions: Readonly<Record<string, string>>;
  readonly role: RoleResource;
  readonly logGroup: LogGroupResource;
}

/** A rule on the account's default event bus that calls a function. */
export interface RuleResource {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  /** Folder name of the function. */
  readonly functionName: string;
  /** Where an event goes that could not be delivered. */
  readonly deadLetterQueueArn: string;
}

/** EventBridge Scheduler calls a function, again and again. */
export interface ScheduleResource {
  readonly name: string;
  readonly description: string;
  /** `rate(15 minutes)`, or an AWS cron expression in UTC. */
  readonly expression: string;
  readonly retry: { readonly attempts: number; readonly maximumAgeSeconds: number };
  /** Folder name of the function. */
  readonly functionName: string;
  /** Where an invocation goes that could not be delivered. */
  readonly deadLetterQueueArn: string;
  readonly role: RoleResource;
}

export interface ApiResource {
  readonly name: string;
  /** Of all callers together. */
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  readonly logGroup: LogGroupResource;
  /** Member of the log line -> variable of API Gateway. */
  readonly accessLog: Readonly<Record<string, string>>;
}

export interface RouteResource {
  /** `GET /v1/clusters/{name}`. */
  readonly route: string;
  /** Folder name of the function. */
  readonly functionName: string;
}

export interface DocumentResource {
  /** Full name in SSM. */
  readonly name: string;
  /** Schema 2.2, as an object. */
  readonly content: Readonly<Record<string, unknown>>;
}

export interface QueueResource {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly retentionSeconds: number;
}

/**
 * What nodes may do. Muster makes a role for each cluster, tagged with its name, and attaches this: what the role may read
 * follows from its tag.
 */
export interface NodePolicyResource {
  readonly name: string;
  readonly arn: string;
  readonly statements: readonly Statement[];
}

export interface TopicResource {
  readonly name: string;
  readonly arn: string;
}

/** Tells the topic when a metric reaches a threshold in one period. No data is good news. */
export interface AlarmResource {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: "Sum" | "Maximum";
  readonly periodSeconds: number;
  readonly threshold: number;
}
