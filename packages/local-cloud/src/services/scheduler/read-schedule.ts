import type { CreateScheduleCommandInput, FlexibleTimeWindow, Target } from "@aws-sdk/client-scheduler";
import { AwsError } from "../../kernel/aws-error.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { parseArn, targetKind } from "../events/delivery/target-call.ts";
import { notImplemented, refuseMembers } from "../../mechanisms/not-implemented.ts";
import { parseScheduleExpression } from "./schedule-expression.ts";
import type { Schedule } from "./schedule.ts";

/** What a request says of a schedule; the rest is known only where it is kept. */
export type RequestedSchedule = Omit<Schedule, "arn" | "createdAt" | "modifiedAt">;

/**
 * Reads CreateSchedule's or UpdateSchedule's input; both give the whole schedule.
 * @throws {AwsError} ValidationException, ResourceNotFoundException for other groups, NotImplemented
 */
export function readSchedule(input: CreateScheduleCommandInput, operation: string): RequestedSchedule {
  checkModel(input);
  checkGroup(input.GroupName);
  refuseMembers(operation, { KmsKeyArn: input.KmsKeyArn });
  const timezone = input.ScheduleExpressionTimezone;
  if (timezone !== undefined && timezone !== "UTC") throw notImplemented(`schedules in the time zone ${timezone}`);
  const expressionText = input.ScheduleExpression ?? "";
  const expression = parseScheduleExpression(expressionText, "schedule");
  if (expression === undefined) throw invalid(`Invalid Schedule Expression ${expressionText}.`);
  const [startAt, endAt] = [input.StartDate?.getTime(), input.EndDate?.getTime()];
  if (startAt !== undefined && endAt !== undefined && endAt <= startAt)
    throw invalid("The EndDate you specify for your schedule must come after the StartDate.");
  return {
    name: input.Name ?? "",
    expressionText,
    expression,
    timezone,
    startAt,
    endAt,
    description: input.Description,
    state: input.State ?? "ENABLED",
    window: readWindow(input.FlexibleTimeWindow),
    target: readTarget(input.Target, operation),
    deletesItself: input.ActionAfterCompletion === "DELETE",
    clientToken: input.ClientToken,
  };
}

/** @throws {AwsError} ResourceNotFoundException: there is only the default group */
export function checkGroup(name: string | undefined): void {
  if (name === undefined || name === "default") return;
  throw new AwsError("ResourceNotFoundException", `Schedule group ${name} does not exist.`, { status: 404 });
}

export function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function checkModel(input: CreateScheduleCommandInput): void {
  const { FlexibleTimeWindow: window, Target: target } = input;
  checkConstraints([
    { at: "name", value: input.Name, required: true, min: 1, max: 64, pattern: "[0-9a-zA-Z-_.]+" },
    { at: "scheduleExpression", value: input.ScheduleExpression, required: true, min: 1, max: 256 },
    { at: "description", value: input.Description, max: 512 },
    { at: "state", value: input.State, oneOf: ["ENABLED", "DISABLED"] },
    { at: "clientToken", value: input.ClientToken, min: 1, max: 64, pattern: "[a-zA-Z0-9-_]+" },
    { at: "actionAfterCompletion", value: input.ActionAfterCompletion, oneOf: ["NONE", "DELETE"] },
    { at: "flexibleTimeWindow.mode", value: window?.Mode, required: true, oneOf: ["OFF", "FLEXIBLE"] },
    { at: "flexibleTimeWindow.maximumWindowInMinutes", value: window?.MaximumWindowInMinutes, min: 1, max: 1_440 },
    { at: "target.arn", value: target?.Arn, required: true, min: 1, max: 1_600 },
    { at: "target.roleArn", value: target?.RoleArn, required: true, min: 1, max: 1_600 },
    {
      at: "target.retryPolicy.maximumRetryAttempts",
      value: target?.RetryPolicy?.MaximumRetryAttempts,
      min: 0,
      max: 185,
    },
    {
      at: "target.retryPolicy.maximumEventAgeInSeconds",
      value: target?.RetryPolicy?.MaximumEventAgeInSeconds,
      min: 60,
      max: 86_400,
    },
  ]);
}

function readWindow(window: FlexibleTimeWindow = { Mode: "OFF" }): FlexibleTimeWindow {
  const isFlexible = window.Mode === "FLEXIBLE";
  if (isFlexible !== (window.MaximumWindowInMinutes !== undefined)) {
    throw invalid(
      isFlexible
        ? "MaximumWindowInMinutes must be provided for the flexible time window mode FLEXIBLE."
        : "MaximumWindowInMinutes must not be provided for the flexible time window mode OFF.",
    );
  }
  return window;
}

function readTarget(target: Target | undefined, operation: string): Target {
  const { Arn: arn = "", DeadLetterConfig: deadLetters } = target ?? {};
  refuseMembers(operation, {
    EcsParameters: target?.EcsParameters,
    EventBridgeParameters: target?.EventBridgeParameters,
    EventBridgePutEventsV2Parameters: target?.EventBridgePutEventsV2Parameters,
    EventBridgePutRawEventsParameters: target?.EventBridgePutRawEventsParameters,
    KinesisParameters: target?.KinesisParameters,
    SageMakerPipelineParameters: target?.SageMakerPipelineParameters,
    SqsParameters: target?.SqsParameters,
  });
  if (parseArn(arn) === undefined && !arn.startsWith("arn:")) throw invalid("Provided Arn is not in correct format.");
  const kind = targetKind(arn);
  if (kind !== "lambda" && kind !== "states") throw notImplemented(`schedule targets like ${arn}`);
  if (deadLetters?.Arn !== undefined && parseArn(deadLetters.Arn)?.service !== "sqs")
    throw invalid("Provided Arn is not in correct format.");
  return { ...target, Arn: arn, RoleArn: target?.RoleArn };
}
