import type { FailureDetails } from "../execution/failure.ts";
import { NOT_TRUNCATED, outputDetails, type EventDetails, type EventType } from "../execution/history.ts";
import type { TaskCall } from "../execution/host.ts";
import type { Payload } from "../json.ts";

/** An event that is ready to be written. */
export interface TaskEvent {
  readonly type: EventType;
  readonly details?: EventDetails;
}

/** What history shows of one attempt of a task; it differs by the kind of its resource. */
export interface TaskEvents {
  readonly scheduled: (input: Payload, call: TaskTerms) => TaskEvent;
  readonly started: (workerName?: string) => TaskEvent;
  readonly submitted: (output: Payload) => TaskEvent;
  readonly succeeded: (output: Payload) => TaskEvent;
  readonly failed: (failure: FailureDetails, before: "submitted" | "end") => TaskEvent;
  readonly timedOut: (failure: FailureDetails) => TaskEvent;
}

type TaskTerms = Pick<TaskCall, "credentialsRoleArn" | "heartbeatSeconds" | "timeoutSeconds">;

export function taskEvents(resource: TaskCall["resource"], region: string): TaskEvents {
  switch (resource.kind) {
    case "activity":
      return activityEvents(resource.arn);
    case "lambda-function":
      return lambdaEvents(resource.arn);
    case "service":
      return serviceEvents({ resourceType: resource.resourceType, resource: resource.resource }, region);
  }
}

function activityEvents(arn: string): TaskEvents {
  return {
    scheduled: (input, terms) => ({
      type: "ActivityScheduled",
      details: {
        activityScheduledEventDetails: { ...inputOf(arn, input), ...timeoutOf(terms), ...heartbeatOf(terms) },
      },
    }),
    started: (workerName) => ({
      type: "ActivityStarted",
      details: { activityStartedEventDetails: workerName === undefined ? {} : { workerName } },
    }),
    submitted: () => {
      throw new Error("an activity is not submitted");
    },
    succeeded: (output) => ({
      type: "ActivitySucceeded",
      details: { activitySucceededEventDetails: outputDetails(output.text) },
    }),
    failed: (failure) => ({ type: "ActivityFailed", details: { activityFailedEventDetails: failure } }),
    timedOut: (failure) => ({ type: "ActivityTimedOut", details: { activityTimedOutEventDetails: failure } }),
  };
}

function lambdaEvents(arn: string): TaskEvents {
  return {
    scheduled: (input, terms) => ({
      type: "LambdaFunctionScheduled",
      details: {
        lambdaFunctionScheduledEventDetails: { ...inputOf(arn, input), ...timeoutOf(terms), ...credentialsOf(terms) },
      },
    }),
    started: () => ({ type: "LambdaFunctionStarted" }),
    submitted: () => {
      throw new Error("a function by its ARN is not submitted");
    },
    succeeded: (output) => ({
      type: "LambdaFunctionSucceeded",
      details: { lambdaFunctionSucceededEventDetails: outputDetails(output.text) },
    }),
    failed: (failure) => ({ type: "LambdaFunctionFailed", details: { lambdaFunctionFailedEventDetails: failure } }),
    timedOut: (failure) => ({
      type: "LambdaFunctionTimedOut",
      details: { lambdaFunctionTimedOutEventDetails: failure },
    }),
  };
}

function serviceEvents(service: { resourceType: string; resource: string }, region: string): TaskEvents {
  return {
    scheduled: (input, terms) => ({
      type: "TaskScheduled",
      details: {
        taskScheduledEventDetails: {
          ...service,
          region,
          parameters: input.text,
          ...timeoutOf(terms),
          ...heartbeatOf(terms),
          ...credentialsOf(terms),
        },
      },
    }),
    started: () => ({ type: "TaskStarted", details: { taskStartedEventDetails: service } }),
    submitted: (output) => ({
      type: "TaskSubmitted",
      details: { taskSubmittedEventDetails: { ...service, ...outputDetails(output.text) } },
    }),
    succeeded: (output) => ({
      type: "TaskSucceeded",
      details: { taskSucceededEventDetails: { ...service, ...outputDetails(output.text) } },
    }),
    failed: (failure, before) =>
      before === "submitted"
        ? { type: "TaskSubmitFailed", details: { taskSubmitFailedEventDetails: { ...service, ...failure } } }
        : { type: "TaskFailed", details: { taskFailedEventDetails: { ...service, ...failure } } },
    timedOut: (failure) => ({
      type: "TaskTimedOut",
      details: { taskTimedOutEventDetails: { ...service, ...failure } },
    }),
  };
}

function inputOf(resource: string, input: Payload) {
  return { resource, input: input.text, inputDetails: NOT_TRUNCATED };
}

function timeoutOf({ timeoutSeconds }: TaskTerms): { timeoutInSeconds?: number } {
  return timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds };
}

function heartbeatOf({ heartbeatSeconds }: TaskTerms): { heartbeatInSeconds?: number } {
  return heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds };
}

function credentialsOf({ credentialsRoleArn }: TaskTerms): { taskCredentials?: { roleArn: string } } {
  return credentialsRoleArn === undefined ? {} : { taskCredentials: { roleArn: credentialsRoleArn } };
}
