import type { Command, CommandInvocation, CommandPlugin, GetCommandInvocationResult } from "@aws-sdk/client-ssm";
import { toIso } from "@muster/core";
import type { StepReport } from "../agent/run-document.ts";
import { combineOutput, cutStream, STDERR_MAX, STDOUT_MAX } from "./output.ts";
import {
  commandStates,
  invocationStates,
  type CommandRecord,
  type InvocationRecord,
  type InvocationState,
  type InvocationView,
} from "./records.ts";

const noNotifications = { NotificationArn: "", NotificationEvents: [] };
const noCloudWatch = { CloudWatchLogGroupName: "", CloudWatchOutputEnabled: false };

export function renderCommand(command: CommandRecord): Command {
  return {
    CommandId: command.commandId,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    Comment: command.comment,
    ExpiresAfter: new Date(command.expiresAt),
    Parameters: Object.fromEntries(Object.entries(command.parameters).map(([name, values]) => [name, [...values]])),
    InstanceIds: [...command.instanceIds],
    Targets: [...command.targets],
    RequestedDateTime: new Date(command.requestedAt),
    Status: commandStates[command.state].status,
    StatusDetails: command.state,
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
    MaxConcurrency: command.maxConcurrency,
    MaxErrors: command.maxErrors,
    TargetCount: command.targetCount,
    CompletedCount: command.counts.completed,
    ErrorCount: command.counts.errors,
    DeliveryTimedOutCount: command.counts.deliveryTimedOut,
    ServiceRole: "",
    NotificationConfig: noNotifications,
    CloudWatchOutputConfig: noCloudWatch,
    TimeoutSeconds: command.timeoutSeconds,
  };
}

export function renderInvocation(
  invocation: InvocationRecord,
  view: InvocationView,
  options: { details: boolean; name: string },
): CommandInvocation {
  const { command } = invocation;
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    InstanceName: options.name,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    RequestedDateTime: new Date(command.requestedAt),
    Status: invocationStates[view.state].status,
    StatusDetails: view.state,
    TraceOutput: "",
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    CommandPlugins: options.details
      ? command.version.content.steps.map((step) => renderPlugin(invocation, view, step.name))
      : [],
    ServiceRole: "",
    NotificationConfig: noNotifications,
    CloudWatchOutputConfig: noCloudWatch,
  };
}

/** One step in full. What has not ended has no output yet, and the response code -1. */
export function renderResult(
  invocation: InvocationRecord,
  view: InvocationView,
  stepName: string,
): GetCommandInvocationResult {
  const { command } = invocation;
  const report = view.reports.find((one) => one.name === stepName);
  const state = stepState(invocation, view, stepName);
  return {
    CommandId: command.commandId,
    InstanceId: invocation.instanceId,
    Comment: command.comment,
    DocumentName: command.documentName,
    DocumentVersion: command.documentVersion,
    PluginName: stepName,
    ResponseCode: report?.exitCode ?? -1,
    ExecutionStartDateTime: report === undefined ? startOf(view) : toIso(report.startedAt),
    ExecutionElapsedTime: report === undefined ? "" : `PT${(report.endedAt - report.startedAt) / 1_000}S`,
    ExecutionEndDateTime: report === undefined ? "" : toIso(report.endedAt),
    Status: invocationStates[state].status,
    StatusDetails: state,
    StandardOutputContent: cutStream(report?.stdout ?? "", STDOUT_MAX),
    StandardOutputUrl: "",
    StandardErrorContent: cutStream(report?.stderr ?? "", STDERR_MAX),
    StandardErrorUrl: "",
    CloudWatchOutputConfig: noCloudWatch,
  };
}

function startOf(view: InvocationView): string {
  return view.startedAt === undefined ? "" : toIso(view.startedAt);
}

function renderPlugin(invocation: InvocationRecord, view: InvocationView, stepName: string): CommandPlugin {
  const report = view.reports.find((one) => one.name === stepName);
  const state = stepState(invocation, view, stepName);
  const { status } = invocationStates[state];
  return {
    Name: stepName,
    // Steps know neither Delayed nor Cancelling.
    Status: status === "Delayed" ? "Pending" : status === "Cancelling" ? "InProgress" : status,
    StatusDetails: state,
    ResponseCode: report?.exitCode ?? -1,
    ...(report === undefined
      ? {}
      : { ResponseStartDateTime: new Date(report.startedAt), ResponseFinishDateTime: new Date(report.endedAt) }),
    Output: report === undefined ? "" : combineOutput(report.stdout, report.stderr),
    StandardOutputUrl: "",
    StandardErrorUrl: "",
    OutputS3Region: "",
    OutputS3BucketName: "",
    OutputS3KeyPrefix: "",
  };
}

/** A step that has ended has a state of its own; the one that runs has the invocation's, those behind it wait. */
function stepState(invocation: InvocationRecord, view: InvocationView, stepName: string): InvocationState {
  const report = view.reports.find((one) => one.name === stepName);
  if (report !== undefined) return stateOfReport(report);
  const { steps } = invocation.command.version.content;
  const isNext = steps[view.reports.length]?.name === stepName;
  if (view.state === "InProgress" || view.state === "Cancelling") return isNext ? view.state : "Pending";
  // The document ended before it came to this step.
  const hasRun = view.state === "Success" || view.state === "Failed" || view.state === "ExecutionTimedOut";
  return hasRun ? "Cancelled" : view.state;
}

function stateOfReport(report: StepReport): InvocationState {
  return report.status === "TimedOut" ? "ExecutionTimedOut" : report.status;
}
