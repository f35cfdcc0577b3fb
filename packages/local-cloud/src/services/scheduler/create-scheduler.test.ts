import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from "@aws-sdk/client-scheduler";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../kernel/aws-error.ts";
import type { AccessRequest, Caller, ServicePlugin } from "../../kernel/service.ts";
import { clientSettings, roleCaller, testCloud } from "../../testing/test-cloud.ts";
import { createLambda } from "../lambda/create-lambda.ts";
import { createSqs } from "../sqs/create-sqs.ts";
import { createScheduler } from "./create-scheduler.ts";

const roleArn = "arn:aws:iam::123456789012:role/schedules";
const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:worker";
const machineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:reconcile";
const scheduleArn = "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/tick";

const tick: CreateScheduleCommandInput = {
  Name: "tick",
  ScheduleExpression: "rate(5 minutes)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: { Arn: functionArn, RoleArn: roleArn },
};

const throttled = () => new AwsError("ThrottlingException", "Rate exceeded");

/** A Step Functions that throttles the first few starts. */
function states(started: { input: string; caller: Caller }[], refusals: number): ServicePlugin {
  let left = refusals;
  return {
    service: "states",
    operations: {
      StartExecution: ({ input }: { input: string }, { caller }) => {
        if (left-- > 0) throw throttled();
        started.push({ input, caller });
        return { executionArn: "arn", startDate: new Date(0) };
      },
    },
    throttled,
    denied: (request) => new AwsError("AccessDeniedException", request.action),
  };
}

function withScheduler(options: { refusals?: number; canAssume?: () => boolean; caller?: Caller } = {}) {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return undefined;
    },
  });
  const call = cloud.kernel.call.bind(cloud.kernel);
  const { canAssume } = options;
  const dials = { lateMs: { min: 0, max: 0 } };
  const scheduler = createScheduler(cloud.context, { call, dials, ...(canAssume !== undefined && { canAssume }) });
  const got: { at: string; event: unknown }[] = [];
  const started: { input: string; caller: Caller }[] = [];
  const minute = () => new Date(cloud.clock.now()).toISOString().slice(11, 16);
  const invoke = async (event: unknown) => void got.push({ at: minute(), event });
  cloud.register(scheduler);
  cloud.register(createLambda(cloud.context, { hosts: [{ name: "worker", roleArn, timeoutMs: 1_000, invoke }], call }));
  cloud.register(createSqs(cloud.context));
  cloud.register(states(started, options.refusals ?? 0));
  const client = cloud.connect(new SchedulerClient(clientSettings), options.caller);
  const create = (input: Partial<CreateScheduleCommandInput> = {}) =>
    cloud.run(client.send(new CreateScheduleCommand({ ...tick, ...input })));
  return { cloud, scheduler, client, create, got, started, asked, times: () => got.map(({ at }) => at) };
}

describe("a schedule", () => {
  it("is made, read, listed, changed and deleted", async () => {
    const { cloud, client, create } = withScheduler();
    expect((await create({ Description: "ticks" })).ScheduleArn).toBe(scheduleArn);
    const get = () => cloud.run(client.send(new GetScheduleCommand({ Name: "tick" })));
    expect(await get()).toMatchObject({
      Arn: scheduleArn,
      GroupName: "default",
      State: "ENABLED",
      Description: "ticks",
      ScheduleExpressionTimezone: "UTC",
      CreationDate: expect.any(Date),
      Target: { RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
    await create({ Name: "tock", State: "DISABLED" });
    const list = (input: object) => cloud.run(client.send(new ListSchedulesCommand(input)));
    expect((await list({ State: "DISABLED" })).Schedules?.map(({ Name }) => Name)).toEqual(["tock"]);
    const first = await list({ MaxResults: 1 });
    expect((await list({ MaxResults: 1, NextToken: first.NextToken })).Schedules?.[0]?.Name).toBe("tock");
    await cloud.run(client.send(new UpdateScheduleCommand({ ...tick, ScheduleExpression: "rate(1 hour)" })));
    const changed = await get();
    expect(changed.ScheduleExpression).toBe("rate(1 hour)");
    expect(changed.Description, "what an update leaves out is gone").toBeUndefined();
    await cloud.run(client.send(new DeleteScheduleCommand({ Name: "tick" })));
    await expect(get()).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "Schedule tick does not exist.",
    });
  });

  it("exists once, but the same request with the same token is answered again", async () => {
    const { create } = withScheduler();
    await create({ ClientToken: "t1" });
    await expect(create({ ClientToken: "t1" })).resolves.toMatchObject({ ScheduleArn: scheduleArn });
    await expect(create({ ClientToken: "t2" })).rejects.toBeInstanceOf(ConflictException);
    await expect(create({ ClientToken: "t1", Description: "other" })).rejects.toThrow("Schedule tick already exists.");
  });

  it.each<[string, Partial<CreateScheduleCommandInput>, string, string]>([
    [
      "a bad expression",
      { ScheduleExpression: "rate(5 seconds)" },
      "ValidationException",
      "Invalid Schedule Expression rate(5 seconds).",
    ],
    ["another group", { GroupName: "mine" }, "ResourceNotFoundException", "Schedule group mine does not exist."],
    [
      "another time zone",
      { ScheduleExpressionTimezone: "Europe/Berlin" },
      "NotImplemented",
      "schedules in the time zone Europe/Berlin",
    ],
    [
      "a universal target",
      { Target: { Arn: "arn:aws:scheduler:::aws-sdk:ec2:stopInstances", RoleArn: roleArn } },
      "NotImplemented",
      "schedule targets like arn:aws:scheduler",
    ],
    [
      "a window without a length",
      { FlexibleTimeWindow: { Mode: "FLEXIBLE" } },
      "ValidationException",
      "MaximumWindowInMinutes must be provided",
    ],
    [
      "a window over a day",
      { FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1_441 } },
      "ValidationException",
      "Member must have value less than or equal to 1440",
    ],
    [
      "a bad name",
      { Name: "a b" },
      "ValidationException",
      "Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+",
    ],
    ["a key", { KmsKeyArn: "arn:aws:kms:x" }, "NotImplemented", "CreateSchedule with KmsKeyArn"],
  ])("is refused with %s", async (_, input, name, message) => {
    const { create } = withScheduler();
    await expect(create(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("is refused when its role does not trust Scheduler", async () => {
    const { create } = withScheduler({ canAssume: () => false });
    await expect(create()).rejects.toMatchObject({
      name: "ValidationException",
      message: "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    });
  });
});

describe("time", () => {
  it.each<[string, Partial<CreateScheduleCommandInput>, string[]]>([
    ["a rate, at once and then every so often", {}, ["12:00", "12:05", "12:10", "12:15", "12:20"]],
    ["a rate from its start date", { StartDate: new Date("2026-11-20T12:08:00Z") }, ["12:08", "12:13", "12:18"]],
    ["a rate until its end date", { EndDate: new Date("2026-11-20T12:11:00Z") }, ["12:00", "12:05", "12:10"]],
    ["a cron", { ScheduleExpression: "cron(7,13 12 * * ? *)" }, ["12:07", "12:13"]],
    ["an instant", { ScheduleExpression: "at(2026-11-20T12:09:00)" }, ["12:09"]],
    ["an instant that is past, never", { ScheduleExpression: "at(2026-11-20T11:00:00)" }, []],
    ["nothing while disabled", { State: "DISABLED" }, []],
  ])("runs %s", async (_, input, expected) => {
    const { cloud, create, times } = withScheduler();
    await create(input);
    await cloud.clock.advance(22 * 60_000);
    expect(times()).toEqual(expected);
  });

  it("is spread over a flexible window", async () => {
    const { cloud, create, times } = withScheduler();
    await create({
      ScheduleExpression: "rate(1 hour)",
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
    });
    await cloud.clock.advance(10 * 3_600_000);
    const minutes = times().map((at) => Number(at.slice(3)));
    expect(minutes.every((minute) => minute < 16)).toBe(true);
    expect(new Set(minutes).size).toBeGreaterThan(3);
  });

  it("starts anew when a schedule is changed, and ends when it is deleted", async () => {
    const { cloud, client, create, times } = withScheduler();
    await create({ StartDate: new Date("2026-11-20T12:05:00Z") });
    await cloud.clock.advance(60_000);
    await cloud.run(client.send(new UpdateScheduleCommand({ ...tick, ScheduleExpression: "rate(2 minutes)" })));
    await cloud.clock.advance(3 * 60_000);
    await cloud.run(client.send(new DeleteScheduleCommand({ Name: "tick" })));
    await cloud.clock.advance(60 * 60_000);
    expect(times()).toEqual(["12:01", "12:03"]);
  });

  it("takes a schedule away after its last run, if it was asked to", async () => {
    const { cloud, client, create } = withScheduler();
    await create({ ScheduleExpression: "at(2026-11-20T12:09:00)", ActionAfterCompletion: "DELETE" });
    await create({ Name: "stays", ScheduleExpression: "at(2026-11-20T12:09:00)" });
    await cloud.clock.advance(15 * 60_000);
    const { Schedules } = await cloud.run(client.send(new ListSchedulesCommand({})));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(["stays"]);
  });
});

describe("a target", () => {
  it("without an input gets Scheduler's own event, whose detail is a text", async () => {
    const { cloud, create, got } = withScheduler();
    await create({ ScheduleExpression: "at(2026-11-20T12:01:00)" });
    await cloud.clock.advance(120_000);
    expect(got[0]?.event).toEqual({
      version: "0",
      id: expect.any(String),
      "detail-type": "Scheduled Event",
      source: "aws.scheduler",
      account: "123456789012",
      time: "2026-11-20T12:01:00Z",
      region: "eu-central-1",
      resources: [scheduleArn],
      detail: "{}",
    });
  });

  it("gets its input, with the context attributes filled in on each attempt", async () => {
    const { cloud, create, started } = withScheduler({ refusals: 2 });
    const Input =
      '{"schedule":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","id":"<aws.scheduler.execution-id>","attempt":"<aws.scheduler.attempt-number>","other":"<aws.scheduler.unknown>"}';
    await create({
      ScheduleExpression: "at(2026-11-20T12:01:00)",
      Target: { Arn: machineArn, RoleArn: roleArn, Input },
    });
    await cloud.clock.advance(300_000);
    expect(started.map(({ input }) => JSON.parse(input) as unknown)).toEqual([
      {
        schedule: scheduleArn,
        at: "2026-11-20T12:01:00Z",
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        attempt: "3",
        other: "<aws.scheduler.unknown>",
      },
    ]);
    expect(started[0]?.caller).toEqual({ arn: roleArn, isAccountUser: false });
  });

  it("that fails too often leaves a dead letter with AWS's attributes", async () => {
    const { cloud, scheduler, create } = withScheduler({ refusals: 99 });
    const sqs = cloud.connect(new SQSClient(clientSettings));
    const { QueueUrl } = await cloud.run(sqs.send(new CreateQueueCommand({ QueueName: "dead" })));
    await create({
      ScheduleExpression: "at(2026-11-20T12:01:00)",
      Target: {
        Arn: machineArn,
        RoleArn: roleArn,
        Input: '{"a":1}',
        RetryPolicy: { MaximumRetryAttempts: 1 },
        DeadLetterConfig: { Arn: "arn:aws:sqs:eu-central-1:123456789012:dead" },
      },
    });
    await cloud.clock.advance(300_000);
    const { Messages } = await cloud.run(
      sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] })),
    );
    const attributes = Object.entries(Messages?.[0]?.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
      name,
      StringValue,
    ]);
    expect(Object.fromEntries(attributes)).toEqual({
      ERROR_CODE: "ThrottlingException",
      ERROR_MESSAGE: "Rate exceeded",
      EXECUTION_ID: expect.any(String),
      EXHAUSTED_RETRY_CONDITION: "MaximumRetryAttempts",
      IS_PAYLOAD_TRUNCATED: "false",
      RETRY_ATTEMPTS: "1",
      SCHEDULED_TIME: "2026-11-20T12:01:00Z",
      SCHEDULE_ARN: scheduleArn,
      TARGET_ARN: machineArn,
    });
    expect(Messages?.[0]?.Body).toBe('{"a":1}');
    expect(scheduler.counts()).toEqual({ due: 1, delivered: 0, deadLettered: 1, dropped: 0 });
  });
});

it("asks IAM for the schedule and for the role that is handed over", async () => {
  const { create, asked } = withScheduler({ caller: roleCaller("setup") });
  await create();
  expect(asked.slice(0, 2)).toEqual([
    { action: "scheduler:CreateSchedule", resource: scheduleArn },
    {
      action: "iam:PassRole",
      resource: roleArn,
      context: { "iam:PassedToService": "scheduler.amazonaws.com" },
    },
  ]);
});
