import { MAX_RETRY_ATTEMPTS, MAX_RETRY_DELAY_SECONDS, MAX_SECONDS } from "../limits.ts";
import { integer, shapes, type Shape } from "./shape.ts";

export type QueryLanguage = "JSONata" | "JSONPath";

/** What one field of one kind of object takes. */
export interface FieldRule {
  readonly shape: Shape;
  /** The language that has it; both, when absent. */
  readonly language?: QueryLanguage;
  /** In a JSONata state its value may be an expression. */
  readonly expression?: true;
  /** Its value may hold expressions at any depth. */
  readonly template?: true;
}

export type FieldRules = Readonly<Record<string, FieldRule>>;

export const stateTypes = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Parallel", "Map"] as const;

const text: FieldRule = { shape: shapes.string };
const jsonPathText: FieldRule = { shape: shapes.string, language: "JSONPath" };
const jsonPathAny: FieldRule = { shape: shapes.any, language: "JSONPath" };
const expressionText: FieldRule = { shape: shapes.string, expression: true };
const seconds: FieldRule = { shape: integer(1, MAX_SECONDS), expression: true };
const count: FieldRule = { shape: integer(0), expression: true };

const template: FieldRule = { shape: shapes.any, language: "JSONata", template: true };
const output: FieldRules = { Output: template };
const assign: FieldRules = { Assign: { shape: shapes.object, template: true } };
const ending: FieldRules = { Next: text, End: { shape: shapes.boolean } };
const common: FieldRules = { Type: text, Comment: text, QueryLanguage: text };
const paths: FieldRules = { InputPath: jsonPathAny, OutputPath: jsonPathAny };
const resultPath: FieldRules = { ResultPath: jsonPathAny };
const payload: FieldRules = { Parameters: jsonPathAny };
const errorHandling: FieldRules = {
  Retry: { shape: shapes.array },
  Catch: { shape: shapes.array },
  ResultSelector: jsonPathAny,
};

/**
 * The fields of each state type, as ValidateStateMachineDefinition takes them (the types' own pages of the guide; which
 * type takes which was measured on AWS by others: floci-io/floci#2735, cdk-preflight's rules of 2026-09).
 */
export const stateFields: Readonly<Record<(typeof stateTypes)[number], FieldRules>> = {
  Pass: { ...common, ...paths, ...resultPath, ...payload, Result: jsonPathAny, ...output, ...assign, ...ending },
  Task: {
    ...common,
    ...paths,
    ...resultPath,
    ...payload,
    ...errorHandling,
    Resource: text,
    Arguments: template,
    ...output,
    ...assign,
    Credentials: { shape: shapes.object, template: true },
    TimeoutSeconds: seconds,
    TimeoutSecondsPath: jsonPathText,
    HeartbeatSeconds: seconds,
    HeartbeatSecondsPath: jsonPathText,
    ...ending,
  },
  Choice: {
    ...common,
    ...paths,
    ...output,
    ...assign,
    Choices: { shape: shapes.nonEmptyArray },
    Default: text,
  },
  Wait: {
    ...common,
    ...paths,
    Seconds: { shape: integer(0, MAX_SECONDS), expression: true },
    SecondsPath: jsonPathText,
    Timestamp: expressionText,
    TimestampPath: jsonPathText,
    ...output,
    ...assign,
    ...ending,
  },
  Succeed: { ...common, ...paths, ...output },
  Fail: { ...common, Error: expressionText, ErrorPath: jsonPathText, Cause: expressionText, CausePath: jsonPathText },
  Parallel: {
    ...common,
    ...paths,
    ...resultPath,
    ...payload,
    ...errorHandling,
    Arguments: template,
    Branches: { shape: shapes.nonEmptyArray },
    ...output,
    ...assign,
    ...ending,
  },
  Map: {
    ...common,
    ...paths,
    ...resultPath,
    ...payload,
    ...errorHandling,
    Items: { shape: shapes.any, language: "JSONata", template: true },
    ItemsPath: jsonPathText,
    ItemSelector: { shape: shapes.any, template: true },
    ItemProcessor: { shape: shapes.object },
    Iterator: { shape: shapes.object },
    ItemReader: { shape: shapes.object },
    ItemBatcher: { shape: shapes.object },
    ResultWriter: { shape: shapes.object },
    MaxConcurrency: count,
    MaxConcurrencyPath: jsonPathText,
    ToleratedFailureCount: count,
    ToleratedFailureCountPath: jsonPathText,
    ToleratedFailurePercentage: { shape: { kind: "number", min: 0, max: 100 }, expression: true },
    ToleratedFailurePercentagePath: jsonPathText,
    Label: text,
    ...output,
    ...assign,
    ...ending,
  },
};

export const machineFields: FieldRules = {
  Comment: text,
  QueryLanguage: text,
  StartAt: text,
  States: { shape: shapes.object },
  TimeoutSeconds: { shape: integer(1, MAX_SECONDS) },
  Version: { shape: { kind: "string", values: ["1.0"] } },
};

export const blockFields: FieldRules = { Comment: text, StartAt: text, States: { shape: shapes.object } };

export const processorFields: FieldRules = { ...blockFields, ProcessorConfig: { shape: shapes.object } };

export const processorConfigFields: FieldRules = {
  Mode: { shape: { kind: "string", values: ["INLINE", "DISTRIBUTED"] } },
  ExecutionType: { shape: { kind: "string", values: ["STANDARD", "EXPRESS"] } },
};

export const retrierFields: FieldRules = {
  Comment: text,
  ErrorEquals: { shape: shapes.nonEmptyArray },
  IntervalSeconds: { shape: integer(1, MAX_SECONDS) },
  MaxAttempts: { shape: integer(0, MAX_RETRY_ATTEMPTS) },
  BackoffRate: { shape: { kind: "number", min: 1 } },
  MaxDelaySeconds: { shape: integer(1, MAX_RETRY_DELAY_SECONDS) },
  JitterStrategy: { shape: { kind: "string", values: ["NONE", "FULL"] } },
};

export const catcherFields: FieldRules = {
  Comment: text,
  ErrorEquals: { shape: shapes.nonEmptyArray },
  Next: text,
  ...output,
  ...assign,
  ...resultPath,
};

export const choiceRuleFields: FieldRules = {
  Comment: text,
  Condition: { shape: shapes.boolean, language: "JSONata", expression: true },
  Next: text,
  ...output,
  ...assign,
};

export const credentialsFields: FieldRules = { RoleArn: expressionText, "RoleArn.$": jsonPathText };
