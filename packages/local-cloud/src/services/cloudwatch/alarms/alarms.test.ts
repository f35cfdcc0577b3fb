import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { clientSettings, testCloud } from "../../../testing/test-cloud.ts";
import { createLambda } from "../../lambda/create-lambda.ts";
import { createCloudWatch } from "../create-cloudwatch.ts";

const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:scaler";
const topicArn = "arn:aws:sns:eu-central-1:123456789012:pages";

const busy = {
  AlarmName: "busy",
  AlarmDescription: "Clients busy",
  Namespace: "Muster",
  MetricName: "Load",
  Dimensions: [{ Name: "Cluster", Value: "c1" }],
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 2,
  Threshold: 50,
  ComparisonOperator: "GreaterThanThreshold",
} as const satisfies PutMetricAlarmCommandInput;

function withAlarms() {
  const cloud = testCloud();
  const got: unknown[] = [];
  const call = cloud.kernel.call.bind(cloud.kernel);
  const cloudWatch = createCloudWatch(cloud.context, { call });
  cloud.register(cloudWatch);
  const invoke = async (event: unknown) => void got.push(event);
  const host = { name: "scaler", roleArn: "arn:aws:iam::123456789012:role/scaler", timeoutMs: 1_000, invoke };
  cloud.register(createLambda(cloud.context, { hosts: [host], call }));
  const client = cloud.connect(new CloudWatchClient(clientSettings));
  const put = (input: Partial<PutMetricAlarmCommandInput> = {}) =>
    cloud.run(client.send(new PutMetricAlarmCommand({ ...busy, ...input })));
  const state = async () => {
    const { MetricAlarms } = await cloud.run(client.send(new DescribeAlarmsCommand({ AlarmNames: ["busy"] })));
    return MetricAlarms?.[0];
  };
  const toEndOfMinute = () => cloud.clock.advance(59_900 - (cloud.clock.now() % 60_000));
  const toNextMinute = () => cloud.clock.advance(60_000 - (cloud.clock.now() % 60_000));
  /** Puts one value a minute, and answers the state at the end of the minute after each, when it was evaluated. */
  const feed = async (values: (number | undefined)[]) => {
    const states: (string | undefined)[] = [];
    for (const Value of [...values, undefined]) {
      if (Value !== undefined) {
        const MetricData = [{ MetricName: "Load", Dimensions: busy.Dimensions, Value }];
        await cloud.run(client.send(new PutMetricDataCommand({ Namespace: "Muster", MetricData })));
      }
      await toEndOfMinute();
      states.push((await state())?.StateValue);
      await toNextMinute();
    }
    return states.slice(1);
  };
  const changes = () =>
    cloud.emitted
      .filter((event) => event["detail-type"] === "CloudWatch Alarm State Change")
      .map(({ detail }) => detail as { state: { value: string }; previousState: { value: string } });
  return { cloud, cloudWatch, client, got, put, state, feed, changes };
}

describe("an alarm", () => {
  it("starts without data, goes off, and calms down, telling of each change once", async () => {
    const { put, feed, state, changes } = withAlarms();
    await put();
    expect(await state()).toMatchObject({
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Unchecked: Initial alarm creation",
      AlarmArn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:busy",
      ActionsEnabled: true,
      Dimensions: [{ Name: "Cluster", Value: "c1" }],
    });
    expect(await feed([10, 10, 90, 90, 90, 10, 10])).toEqual(["OK", "OK", "OK", "ALARM", "ALARM", "OK", "OK"]);
    expect(changes().map(({ previousState, state }) => `${previousState.value} -> ${state.value}`)).toEqual([
      "INSUFFICIENT_DATA -> OK",
      "OK -> ALARM",
      "ALARM -> OK",
    ]);
  });

  it("tells of a change in the shape of AWS's events", async () => {
    const { cloud, put, feed } = withAlarms();
    await put({ EvaluationPeriods: 1 });
    await feed([90]);
    const event = cloud.emitted.find(({ "detail-type": type }) => type === "CloudWatch Alarm State Change");
    expect(event).toEqual({
      source: "aws.cloudwatch",
      "detail-type": "CloudWatch Alarm State Change",
      resources: ["arn:aws:cloudwatch:eu-central-1:123456789012:alarm:busy"],
      detail: {
        alarmName: "busy",
        configuration: {
          description: "Clients busy",
          metrics: [
            {
              id: expect.any(String),
              metricStat: {
                metric: { dimensions: { Cluster: "c1" }, name: "Load", namespace: "Muster" },
                period: 60,
                stat: "Average",
              },
              returnData: true,
            },
          ],
        },
        previousState: {
          reason: "Unchecked: Initial alarm creation",
          timestamp: expect.stringMatching(/^2026-11-20T12:00:\d\d\.\d{3}\+0000$/),
          value: "INSUFFICIENT_DATA",
        },
        state: {
          reason:
            "Threshold Crossed: 1 out of the last 1 datapoints [90.0 (20/11/26 12:00:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).",
          reasonData: expect.stringContaining('"recentDatapoints":[90.0],"threshold":50.0}'),
          timestamp: expect.any(String),
          value: "ALARM",
        },
      },
    });
  });

  it.each([
    ["missing", "INSUFFICIENT_DATA"],
    ["ignore", "ALARM"],
    ["breaching", "ALARM"],
    ["notBreaching", "OK"],
  ])("whose metric stops, with missing data as %s, ends as %s", async (TreatMissingData, expected) => {
    const { put, feed } = withAlarms();
    await put({ TreatMissingData });
    const states = await feed([90, 90, 90, undefined, undefined, undefined, undefined, undefined]);
    expect(states.at(-1)).toBe(expected);
  });

  it("wakes up again when its metric comes back after a long silence", async () => {
    const { cloud, put, feed, state } = withAlarms();
    await put();
    await cloud.clock.advance(10 * 86_400_000);
    expect((await state())?.StateValue).toBe("INSUFFICIENT_DATA");
    expect(await feed([90, 90])).toEqual(["INSUFFICIENT_DATA", "ALARM"]);
  });

  it("sets no timer while there is nothing to evaluate", async () => {
    const { cloud, put } = withAlarms();
    await put();
    await cloud.clock.advance(300_000);
    await expect(cloud.clock.runUntil(() => false)).rejects.toThrow("no timer is left");
  });

  it("slides over longer periods minute by minute", async () => {
    const { put, feed } = withAlarms();
    await put({ Period: 300, EvaluationPeriods: 1, Statistic: "Maximum" });
    // The peak is seen as soon as its minute is over, and until five minutes after it.
    expect(await feed([10, 90, 10, 10, 10, 10, 10])).toEqual(["OK", "ALARM", "ALARM", "ALARM", "ALARM", "ALARM", "OK"]);
  });

  it("with a short period is evaluated every ten seconds", async () => {
    const { cloud, client, put, state } = withAlarms();
    await put({ Period: 10, EvaluationPeriods: 1 });
    const MetricData = [{ MetricName: "Load", Dimensions: [...busy.Dimensions], Value: 90, StorageResolution: 1 }];
    await cloud.run(client.send(new PutMetricDataCommand({ Namespace: "Muster", MetricData })));
    await cloud.clock.advance(21_000);
    expect((await state())?.StateValue).toBe("ALARM");
  });

  it("over more than a day is evaluated once an hour", async () => {
    const { cloud, client, put, changes } = withAlarms();
    await put({ Period: 3_600, EvaluationPeriods: 48, DatapointsToAlarm: 1 });
    const MetricData = [{ MetricName: "Load", Dimensions: [...busy.Dimensions], Value: 90 }];
    await cloud.run(client.send(new PutMetricDataCommand({ Namespace: "Muster", MetricData })));
    await cloud.clock.advance(59 * 60_000);
    expect(changes()).toHaveLength(0);
    await cloud.clock.advance(3 * 60_000);
    expect(changes()).toHaveLength(1);
  });
});

describe("an alarm's configuration", () => {
  it("may be put again: all of it is replaced, the state stays, and both are told", async () => {
    const { cloud, put, feed, state } = withAlarms();
    await put();
    await feed([90, 90]);
    await put({ Threshold: 95, AlarmDescription: undefined });
    expect(await state()).toMatchObject({ StateValue: "ALARM", Threshold: 95 });
    const told = cloud.emitted
      .filter((event) => event["detail-type"] === "CloudWatch Alarm Configuration Change")
      .map(({ detail }) => detail);
    expect(told).toMatchObject([
      { operation: "create", configuration: { threshold: 50, description: "Clients busy" } },
      { operation: "update", configuration: { threshold: 95 }, previousConfiguration: { threshold: 50 } },
    ]);
  });

  it.each<[string, Partial<PutMetricAlarmCommandInput>, string, string]>([
    [
      "more than a day",
      { Period: 300, EvaluationPeriods: 289 },
      "ValidationException",
      "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).",
    ],
    ["a week and an hour", { Period: 3_600, EvaluationPeriods: 169 }, "ValidationException", "more than seven days"],
    ["a period of 45 seconds", { Period: 45 }, "ValidationException", "Period must be 10, 20, 30 or a multiple of 60"],
    [
      "an unknown treatment",
      { TreatMissingData: "panic" },
      "ValidationException",
      "The value panic is not supported for TreatMissingData parameter. Supported values are [breaching, ignore, missing, notBreaching].",
    ],
    ["more datapoints than periods", { DatapointsToAlarm: 3 }, "ValidationException", "DatapointsToAlarm"],
    [
      "six actions",
      { AlarmActions: Array.from({ length: 6 }, () => topicArn) },
      "InvalidParameterValueException",
      "The collection AlarmActions must not have a size greater than 5.",
    ],
    [
      "no threshold",
      { Threshold: undefined },
      "MissingRequiredParameterException",
      "The parameter Threshold is required.",
    ],
    [
      "an anomaly band",
      { ComparisonOperator: "GreaterThanUpperThreshold" },
      "NotImplemented",
      "alarms with the comparison GreaterThanUpperThreshold",
    ],
    [
      "metric math",
      { Metrics: [{ Id: "e1", Expression: "m1*2" }] },
      "NotImplemented",
      "metric math: alarms on the expression m1*2",
    ],
  ])("is refused with %s", async (_, input, name, message) => {
    const { put } = withAlarms();
    await expect(put(input)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it("may name its metric as a list of one query", async () => {
    const { put, feed, state } = withAlarms();
    const { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator } = busy;
    const Metrics = [
      {
        Id: "m1",
        MetricStat: {
          Metric: { Namespace: "Muster", MetricName: "Load", Dimensions: [...busy.Dimensions] },
          Period: 60,
          Stat: "p90",
        },
      },
    ];
    await put({ ...unset, AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, Metrics });
    expect(await feed([90, 90])).toEqual(["INSUFFICIENT_DATA", "ALARM"]);
    expect((await state())?.Metrics).toEqual(Metrics);
  });
});

const unset = {
  Namespace: undefined,
  MetricName: undefined,
  Statistic: undefined,
  Period: undefined,
  Dimensions: undefined,
};

describe("SetAlarmState", () => {
  it("forces a transition, with its event, and the next evaluation undoes it", async () => {
    const { cloud, client, put, state, changes } = withAlarms();
    await put();
    const force = new SetAlarmStateCommand({ AlarmName: "busy", StateValue: "ALARM", StateReason: "a test" });
    await cloud.run(client.send(force));
    expect(await state()).toMatchObject({ StateValue: "ALARM", StateReason: "a test" });
    await cloud.clock.advance(60_000);
    expect(await state()).toMatchObject({
      StateValue: "INSUFFICIENT_DATA",
      StateReason: "Insufficient Data: 2 datapoints were unknown.",
    });
    expect(changes().map(({ state }) => state.value)).toEqual(["ALARM", "INSUFFICIENT_DATA"]);
  });

  it("into the state that it is in changes nothing and tells nobody", async () => {
    const { cloud, client, put, state, changes } = withAlarms();
    await put();
    const force = { AlarmName: "busy", StateValue: "INSUFFICIENT_DATA", StateReason: "again" } as const;
    await cloud.run(client.send(new SetAlarmStateCommand(force)));
    expect(changes()).toEqual([]);
    expect((await state())?.StateReason).toBe("Unchecked: Initial alarm creation");
  });

  it("refuses alarms that are not there, and data that is no JSON", async () => {
    const { cloud, client, put } = withAlarms();
    await put();
    const force = (input: { AlarmName: string; StateReasonData?: string }) =>
      cloud.run(client.send(new SetAlarmStateCommand({ StateValue: "OK", StateReason: "r", ...input })));
    await expect(force({ AlarmName: "nobody" })).rejects.toBeInstanceOf(ResourceNotFound);
    await expect(force({ AlarmName: "busy", StateReasonData: "{" })).rejects.toMatchObject({
      name: "InvalidFormatFault",
    });
  });
});

describe("actions", () => {
  it("call a function with the alarm's own payload; all others are written down", async () => {
    const { cloud, cloudWatch, got, put, feed } = withAlarms();
    await put({ AlarmActions: [functionArn, topicArn], OKActions: [topicArn] });
    await feed([90, 90]);
    expect(got).toEqual([
      {
        source: "aws.cloudwatch",
        alarmArn: "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:busy",
        accountId: "123456789012",
        time: expect.stringMatching(/\+0000$/),
        region: "eu-central-1",
        alarmData: {
          alarmName: "busy",
          state: expect.objectContaining({ value: "ALARM" }),
          previousState: expect.objectContaining({ value: "INSUFFICIENT_DATA" }),
          configuration: expect.objectContaining({ description: "Clients busy" }),
        },
      },
    ]);
    expect(cloudWatch.alarmActions().map(({ actionArn, state, result }) => [actionArn, state, result])).toEqual([
      [topicArn, "ALARM", "recorded"],
      [functionArn, "ALARM", "invoked"],
    ]);
    expect(cloud.emitted).not.toHaveLength(0);
  });

  it("rest while they are disabled, though events go out", async () => {
    const { cloud, client, cloudWatch, put, feed, changes } = withAlarms();
    await put({ AlarmActions: [topicArn] });
    await cloud.run(client.send(new DisableAlarmActionsCommand({ AlarmNames: ["busy"] })));
    await feed([90, 90]);
    expect(cloudWatch.alarmActions()).toEqual([]);
    expect(changes()).toHaveLength(1);
    await cloud.run(client.send(new EnableAlarmActionsCommand({ AlarmNames: ["busy"] })));
    await feed([10, 10, 90, 90]);
    expect(cloudWatch.alarmActions()).toHaveLength(1);
  });

  it("that cannot be called are written down as failed", async () => {
    const { cloudWatch, put, feed } = withAlarms();
    await put({ AlarmActions: [`${functionArn}-gone`] });
    await feed([90, 90, 90]);
    expect(cloudWatch.alarmActions()).toMatchObject([{ result: "failed" }]);
  });
});

describe("alarms", () => {
  it("are found by name, prefix, state and action, page by page", async () => {
    const { cloud, client, put } = withAlarms();
    for (const AlarmName of ["a-1", "a-2", "b-1"]) await put({ AlarmName, AlarmActions: [topicArn] });
    const names = async (input: object) => {
      const { MetricAlarms, NextToken } = await cloud.run(client.send(new DescribeAlarmsCommand(input)));
      return { names: MetricAlarms?.map(({ AlarmName }) => AlarmName), NextToken };
    };
    expect((await names({ AlarmNamePrefix: "a-" })).names).toEqual(["a-1", "a-2"]);
    expect((await names({ AlarmNames: ["b-1", "nobody"] })).names).toEqual(["b-1"]);
    expect((await names({ StateValue: "ALARM" })).names).toEqual([]);
    expect((await names({ ActionPrefix: "arn:aws:lambda" })).names).toEqual([]);
    expect((await names({ AlarmTypes: ["CompositeAlarm"] })).names).toEqual([]);
    const first = await names({ MaxRecords: 2 });
    expect((await names({ MaxRecords: 2, NextToken: first.NextToken })).names).toEqual(["b-1"]);
  });

  it("are deleted with their timers; names that nobody has are passed over", async () => {
    const { cloud, client, put, feed, state, changes } = withAlarms();
    await put();
    await feed([90]);
    await cloud.run(client.send(new DeleteAlarmsCommand({ AlarmNames: ["nobody", "busy"] })));
    expect(await state()).toBeUndefined();
    const before = changes().length;
    await feed([90, 90]);
    expect(changes()).toHaveLength(before);
  });
});
