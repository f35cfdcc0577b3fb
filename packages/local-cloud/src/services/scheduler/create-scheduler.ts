import type {
  CreateScheduleCommandInput,
  DeleteScheduleCommandInput,
  GetScheduleCommandInput,
  GetScheduleOutput,
  ListSchedulesCommandInput,
  UpdateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { AccessRequest, ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { checkConstraints } from "../../mechanisms/constraints.ts";
import { pageOf } from "../../mechanisms/page.ts";
import { denialMessage } from "../iam/denial.ts";
import { calmScheduler, type SchedulerDials } from "./dials.ts";
import { checkGroup, invalid, readSchedule, type RequestedSchedule } from "./read-schedule.ts";
import { ScheduleRunner, type ScheduleCounts } from "./schedule-runner.ts";
import type { Schedule } from "./schedule.ts";

export interface SchedulerOptions {
  /** How targets and dead-letter queues are called, as the schedule's role. */
  readonly call: Kernel["call"];
  readonly dials?: SchedulerDials;
  /** Whether a role trusts a service; without it every role does. */
  readonly canAssume?: (roleArn: string, service: string) => boolean;
}

/** The embedded EventBridge Scheduler: the default group, in UTC, for functions and state machines. */
export interface Scheduler extends ServicePlugin {
  readonly counts: () => ScheduleCounts;
}

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/ */
export function createScheduler(context: ServiceContext, options: SchedulerOptions): Scheduler {
  const { call, dials = calmScheduler, canAssume = () => true } = options;
  const schedules = new Map<string, Schedule>();
  const remove = (name: string) => {
    schedules.delete(name);
    runner.changed(name);
  };
  const runner = new ScheduleRunner({
    context,
    dials,
    call,
    find: (name) => schedules.get(name),
    completed: (schedule) => {
      if (schedules.get(schedule.name) === schedule) remove(schedule.name);
    },
  });
  const get = (input: { Name: string | undefined; GroupName?: string | undefined }): Schedule => {
    checkGroup(input.GroupName);
    const schedule = schedules.get(input.Name ?? "");
    if (schedule === undefined) throw notFound(input.Name);
    return schedule;
  };
  const put = (requested: RequestedSchedule, known: Schedule | undefined) => {
    if (!canAssume(requested.target.RoleArn ?? "", "scheduler.amazonaws.com"))
      throw invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
    const now = context.clock.now();
    const arn = arnOf(context, requested.name);
    schedules.set(requested.name, { ...requested, arn, createdAt: known?.createdAt ?? now, modifiedAt: now });
    runner.changed(requested.name);
    return { ScheduleArn: arn };
  };
  return {
    service: "scheduler",
    operations: {
      CreateSchedule: (input: CreateScheduleCommandInput) => {
        const requested = readSchedule(input, "CreateSchedule");
        const known = schedules.get(requested.name);
        if (known === undefined) return put(requested, undefined);
        if (isRepeated(known, requested)) return { ScheduleArn: known.arn };
        throw new AwsError("ConflictException", `Schedule ${known.name} already exists.`, { status: 409 });
      },
      UpdateSchedule: (input: UpdateScheduleCommandInput) => {
        const requested = readSchedule(input, "UpdateSchedule");
        return put(requested, get(input));
      },
      GetSchedule: (input: GetScheduleCommandInput) => shown(get(input)),
      DeleteSchedule: (input: DeleteScheduleCommandInput) => {
        remove(get(input).name);
        return {};
      },
      ListSchedules: (input: ListSchedulesCommandInput) => listSchedules(schedules, input),
    },
    access: (operation, input) => access(context, operation, input),
    throttled: () => new AwsError("ThrottlingException", "Rate exceeded", { status: 429 }),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call), { status: 403 }),
    counts: () => runner.counts(),
  };
}

// The same token with the same schedule is the same request again.
function isRepeated(known: Schedule, requested: RequestedSchedule): boolean {
  if (requested.clientToken === undefined || requested.clientToken !== known.clientToken) return false;
  const { arn: _arn, createdAt: _createdAt, modifiedAt: _modifiedAt, ...before } = known;
  return JSON.stringify(before) === JSON.stringify(requested);
}

function listSchedules(schedules: ReadonlyMap<string, Schedule>, input: ListSchedulesCommandInput) {
  checkGroup(input.GroupName);
  checkConstraints([
    { at: "maxResults", value: input.MaxResults, min: 1, max: LIST_MAX },
    { at: "state", value: input.State, oneOf: ["ENABLED", "DISABLED"] },
  ]);
  const found = [...schedules.values()].filter(
    ({ name, state }) => name.startsWith(input.NamePrefix ?? "") && (input.State ?? state) === state,
  );
  const page = pageOf(found, ({ name }) => name, { size: input.MaxResults ?? LIST_MAX, token: input.NextToken });
  return {
    Schedules: page.items.map((schedule) => ({
      Arn: schedule.arn,
      Name: schedule.name,
      GroupName: "default",
      State: schedule.state,
      CreationDate: new Date(schedule.createdAt),
      LastModificationDate: new Date(schedule.modifiedAt),
      Target: { Arn: schedule.target.Arn },
    })),
    ...(page.token !== undefined && { NextToken: page.token }),
  };
}

/** Schedules on one page. */
const LIST_MAX = 100;

function shown(schedule: Schedule): GetScheduleOutput {
  return {
    Arn: schedule.arn,
    GroupName: "default",
    Name: schedule.name,
    ScheduleExpression: schedule.expressionText,
    ScheduleExpressionTimezone: schedule.timezone ?? "UTC",
    State: schedule.state,
    CreationDate: new Date(schedule.createdAt),
    LastModificationDate: new Date(schedule.modifiedAt),
    Target: {
      ...schedule.target,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185, ...schedule.target.RetryPolicy },
    },
    FlexibleTimeWindow: schedule.window,
    ActionAfterCompletion: schedule.deletesItself ? "DELETE" : "NONE",
    ...(schedule.startAt !== undefined && { StartDate: new Date(schedule.startAt) }),
    ...(schedule.endAt !== undefined && { EndDate: new Date(schedule.endAt) }),
    ...(schedule.description !== undefined && { Description: schedule.description }),
  };
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
function access(context: ServiceContext, operation: string, input: unknown): AccessRequest[] {
  const { Name = "*", GroupName = "default", Target: target } = input as Partial<CreateScheduleCommandInput>;
  const resource = `arn:aws:scheduler:${context.region}:${context.account}:schedule/${GroupName}/${Name}`;
  const request = { action: `scheduler:${operation}`, resource: operation === "ListSchedules" ? "*" : resource };
  if (target?.RoleArn === undefined) return [request];
  const passed = { "iam:PassedToService": "scheduler.amazonaws.com" };
  return [request, { action: "iam:PassRole", resource: target.RoleArn, context: passed }];
}

function arnOf(context: ServiceContext, name: string): string {
  return `arn:aws:scheduler:${context.region}:${context.account}:schedule/default/${name}`;
}

function notFound(name: string | undefined): AwsError {
  return new AwsError("ResourceNotFoundException", `Schedule ${name ?? ""} does not exist.`, { status: 404 });
}
