import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type GetMetricStatisticsCommandInput,
  type MetricDatum,
} from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import type { AccessRequest } from "../../../kernel/service.ts";
import { clientSettings, roleCaller, testCloud } from "../../../testing/test-cloud.ts";
import { createCloudWatch } from "../create-cloudwatch.ts";
import type { VCpuUsage } from "./usage-metric.ts";

const at = (time: string) => new Date(`2026-11-20T${time}Z`);

function withMetrics(vCpuUsage?: VCpuUsage) {
  const cloud = testCloud({ startAt: "2026-11-20T12:00:00Z" });
  const call = cloud.kernel.call.bind(cloud.kernel);
  cloud.register(createCloudWatch(cloud.context, { call, ...(vCpuUsage !== undefined && { vCpuUsage }) }));
  const client = cloud.connect(new CloudWatchClient(clientSettings));
  const put = (...MetricData: Partial<MetricDatum>[]) =>
    cloud.run(
      client.send(
        new PutMetricDataCommand({
          Namespace: "Muster",
          MetricData: MetricData.map((datum) => ({ MetricName: "Load", ...datum })),
        }),
      ),
    );
  const statistics = async (input: Partial<GetMetricStatisticsCommandInput>) => {
    const request = {
      Namespace: "Muster",
      MetricName: "Load",
      StartTime: at("11:00:00"),
      EndTime: at("13:00:00"),
      Period: 60,
      ...input,
    };
    return (await cloud.run(client.send(new GetMetricStatisticsCommand(request)))).Datapoints ?? [];
  };
  const query = (Id: string, more: object = {}) => ({
    Id,
    MetricStat: { Metric: { Namespace: "Muster", MetricName: "Load" }, Period: 60, Stat: "Sum" },
    ...more,
  });
  return { cloud, client, put, statistics, query };
}

describe("points", () => {
  it("become statistics by the period", async () => {
    const { put, statistics } = withMetrics();
    await put(
      { Value: 1, Timestamp: at("11:30:05") },
      { Values: [3, 5], Counts: [2, 1], Timestamp: at("11:30:40") },
      { Value: 100, Timestamp: at("11:31:00") },
    );
    const Statistics = ["SampleCount", "Sum", "Average", "Minimum", "Maximum"] as const;
    expect(await statistics({ Statistics: [...Statistics], ExtendedStatistics: ["p50", "p100"] })).toEqual([
      {
        Timestamp: at("11:30:00"),
        Unit: "None",
        SampleCount: 4,
        Sum: 12,
        Average: 3,
        Minimum: 1,
        Maximum: 5,
        ExtendedStatistics: { p50: 3, p100: 5 },
      },
      expect.objectContaining({ Timestamp: at("11:31:00"), Sum: 100 }),
    ]);
    const whole = await statistics({ Statistics: ["Sum"], Period: 300, StartTime: at("11:30:00") });
    expect(whole).toMatchObject([{ Timestamp: at("11:30:00"), Sum: 112 }]);
  });

  it("may come as a ready-made set, whose percentiles nobody knows", async () => {
    const { put, statistics } = withMetrics();
    await put({
      StatisticValues: { SampleCount: 4, Sum: 20, Minimum: 2, Maximum: 9 },
      Timestamp: at("11:30:00"),
    });
    const [point] = await statistics({ Statistics: ["Average"], ExtendedStatistics: ["p90"] });
    expect(point).toMatchObject({ Average: 5 });
    expect(point?.ExtendedStatistics).toBeUndefined();
  });

  it("of high resolution are kept by the second", async () => {
    const { put, statistics } = withMetrics();
    await put(
      { Value: 1, Timestamp: at("11:30:05"), StorageResolution: 1 },
      { Value: 2, Timestamp: at("11:30:15"), StorageResolution: 1 },
    );
    const points = await statistics({
      Statistics: ["Sum"],
      Period: 10,
      StartTime: at("11:30:00"),
      EndTime: at("11:31:00"),
    });
    expect(points.map(({ Timestamp, Sum }) => [Timestamp, Sum])).toEqual([
      [at("11:30:00"), 1],
      [at("11:30:10"), 2],
    ]);
  });

  it("belong to one set of dimensions, in whatever order, and to one unit", async () => {
    const { put, statistics } = withMetrics();
    const Timestamp = at("11:30:00");
    const Dimensions = [
      { Name: "a", Value: "1" },
      { Name: "b", Value: "2" },
    ];
    await put(
      { Value: 1, Timestamp, Dimensions, Unit: "Seconds" },
      { Value: 2, Timestamp, Dimensions: Dimensions.toReversed(), Unit: "Count" },
      { Value: 4, Timestamp },
    );
    const points = await statistics({ Statistics: ["Sum"], Dimensions });
    expect(points.map(({ Sum, Unit }) => [Sum, Unit])).toEqual([
      [1, "Seconds"],
      [2, "Count"],
    ]);
    expect(await statistics({ Statistics: ["Sum"], Dimensions, Unit: "Count" })).toHaveLength(1);
  });

  it("out of order find their place", async () => {
    const { put, statistics } = withMetrics();
    for (const minute of ["11:33:00", "11:31:00", "11:32:00"]) await put({ Value: 1, Timestamp: at(minute) });
    const points = await statistics({ Statistics: ["Sum"] });
    expect(points.map(({ Timestamp }) => Timestamp)).toEqual([at("11:31:00"), at("11:32:00"), at("11:33:00")]);
  });

  it.each<[string, Partial<MetricDatum>, string, string]>([
    [
      "a time over two weeks ago",
      { Value: 1, Timestamp: new Date("2026-11-06T11:00:00Z") },
      "InvalidParameterValueException",
      "must specify a time within the past two weeks.",
    ],
    [
      "a time over two hours ahead",
      { Value: 1, Timestamp: at("14:30:00") },
      "InvalidParameterValueException",
      "must specify a time no more than two hours in the future.",
    ],
    [
      "two kinds of value",
      { Value: 0, Values: [1] },
      "InvalidParameterCombinationException",
      "The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.",
    ],
    ["no value", {}, "InvalidParameterCombinationException", "At least one of the parameters"],
    [
      "151 values",
      { Values: Array.from({ length: 151 }, () => 1) },
      "InvalidParameterValueException",
      "The collection MetricData.member.1.Values must not have a size greater than 150.",
    ],
    ["unequal counts", { Values: [1, 2], Counts: [1] }, "InvalidParameterValueException", "must be of the same size."],
    [
      "31 dimensions",
      { Value: 1, Dimensions: Array.from({ length: 31 }, (_, index) => ({ Name: `d${index}`, Value: "x" })) },
      "InvalidParameterValueException",
      "must not have a size greater than 30.",
    ],
    [
      "no name",
      { MetricName: "", Value: 1 },
      "MissingRequiredParameterException",
      "The parameter MetricData.member.1.MetricName is required.",
    ],
  ])("are refused with %s, and so is their whole request", async (_, datum, name, message) => {
    const { put, statistics } = withMetrics();
    await expect(put(datum, { Value: 7, Timestamp: at("11:30:00") })).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
    expect(await statistics({ Statistics: ["Sum"] })).toEqual([]);
  });

  it("may not be put into AWS's own namespaces", async () => {
    const { cloud, client } = withMetrics();
    const request = new PutMetricDataCommand({ Namespace: "AWS/EC2", MetricData: [{ MetricName: "x", Value: 1 }] });
    await expect(cloud.run(client.send(request))).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: "The value AWS/ for parameter Namespace is invalid.",
    });
  });
});

describe("GetMetricStatistics", () => {
  it.each<[string, Partial<GetMetricStatisticsCommandInput>, string]>([
    [
      "more than 1,440 points",
      { Statistics: ["Sum"], StartTime: new Date("2026-11-19T10:00:00Z") },
      "You have requested up to 1620 datapoints, which exceeds the limit of 1440.",
    ],
    ["no statistic", {}, "At least one of the parameters"],
    [
      "a span backwards",
      { Statistics: ["Sum"], StartTime: at("13:00:00"), EndTime: at("12:00:00") },
      "The parameter StartTime must be less than the parameter EndTime.",
    ],
    ["a period of 45 s", { Statistics: ["Sum"], Period: 45 }, "multiple of 60"],
    ["a trimmed mean", { ExtendedStatistics: ["TM(10%:90%)"] }, "the statistic TM(10%:90%)"],
    [
      "an unknown statistic",
      { ExtendedStatistics: ["median"] },
      "The value median for parameter Stat is not supported.",
    ],
  ])("refuses %s", async (_, input, message) => {
    const { statistics } = withMetrics();
    await expect(statistics(input)).rejects.toThrow(message);
  });
});

describe("GetMetricData", () => {
  const span = { StartTime: at("11:00:00"), EndTime: at("13:00:00") };

  it("answers newest first, unless asked otherwise, and leaves out what should not return", async () => {
    const { cloud, client, put, query } = withMetrics();
    await put({ Value: 1, Timestamp: at("11:30:00") }, { Value: 2, Timestamp: at("11:31:00") });
    const MetricDataQueries = [query("a", { Label: "load" }), query("b", { ReturnData: false })];
    const get = async (more: object) =>
      (await cloud.run(client.send(new GetMetricDataCommand({ ...span, MetricDataQueries, ...more }))))
        .MetricDataResults;
    expect(await get({})).toEqual([
      {
        Id: "a",
        Label: "load",
        Timestamps: [at("11:31:00"), at("11:30:00")],
        Values: [2, 1],
        StatusCode: "Complete",
      },
    ]);
    expect((await get({ ScanBy: "TimestampAscending" }))?.[0]?.Values).toEqual([1, 2]);
  });

  it("pages over points", async () => {
    const { cloud, client, put, query } = withMetrics();
    for (let minute = 10; minute < 15; minute++) await put({ Value: minute, Timestamp: at(`11:${minute}:00`) });
    const values: number[] = [];
    let NextToken: string | undefined;
    do {
      const request = { ...span, MaxDatapoints: 4, MetricDataQueries: [query("a"), query("b")], NextToken };
      const page = await cloud.run(client.send(new GetMetricDataCommand(request)));
      values.push(...(page.MetricDataResults ?? []).flatMap(({ Values = [] }) => Values));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(values).toEqual([14, 13, 12, 11, 10, 14, 13, 12, 11, 10]);
  });

  it.each([
    ["metric math", { Id: "e", Expression: "SERVICE_QUOTA(m1)" }, "metric math: the expression SERVICE_QUOTA(m1)"],
    ["a bad id", { Id: "Bad" }, "expected pattern"],
  ])("refuses %s", async (_, bad, message) => {
    const { cloud, client } = withMetrics();
    const request = new GetMetricDataCommand({ ...span, MetricDataQueries: [bad] });
    await expect(cloud.run(client.send(request))).rejects.toThrow(message);
  });
});

describe("ListMetrics", () => {
  it("shows a new metric after a while, by namespace, name and dimension", async () => {
    const { cloud, client, put } = withMetrics();
    await put({ Value: 1, Dimensions: [{ Name: "Cluster", Value: "c1" }] }, { MetricName: "Other", Value: 1 });
    const list = async (input: object) =>
      (await cloud.run(client.send(new ListMetricsCommand(input)))).Metrics?.map(({ MetricName }) => MetricName);
    expect(await list({})).toEqual([]);
    await cloud.clock.advance(180_000);
    expect(await list({ Namespace: "Muster" })).toEqual(["Load", "Other"]);
    expect(await list({ Dimensions: [{ Name: "Cluster" }] })).toEqual(["Load"]);
    expect(await list({ Dimensions: [{ Name: "Cluster", Value: "c2" }] })).toEqual([]);
    expect(await list({ MetricName: "Other" })).toEqual(["Other"]);
    await cloud.clock.advance(4 * 3_600_000);
    expect(await list({ RecentlyActive: "PT3H" })).toEqual([]);
  });
});

describe("usage of quotas", () => {
  const usage = {
    Namespace: "AWS/Usage",
    MetricName: "ResourceCount",
    Dimensions: Object.entries({ Service: "EC2", Type: "Resource", Resource: "vCPU", Class: "Standard/OnDemand" }).map(
      ([Name, Value]) => ({ Name, Value }),
    ),
    Statistics: ["Maximum" as const],
  };

  it("is a point a minute, five minutes late, and nothing while it is zero", async () => {
    const { cloud, client, statistics } = withMetrics((usageClass, instant) =>
      usageClass === "Standard/OnDemand" && instant >= at("12:01:00").getTime() ? 96 : 0,
    );
    await cloud.clock.advance(5 * 60_000);
    expect(await statistics(usage)).toEqual([]);
    await cloud.clock.advance(3 * 60_000);
    expect((await statistics(usage)).map(({ Timestamp, Maximum }) => [Timestamp, Maximum])).toEqual([
      [at("12:01:00"), 96],
      [at("12:02:00"), 96],
      [at("12:03:00"), 96],
    ]);
    const listed = await cloud.run(client.send(new ListMetricsCommand({ Namespace: "AWS/Usage" })));
    expect(listed.Metrics).toHaveLength(1);
  });
});

it("asks IAM with the namespace, and says no as CloudWatch does", async () => {
  const asked: AccessRequest[] = [];
  const cloud = testCloud({
    authorize: (_, requests) => {
      asked.push(...requests);
      return requests[0];
    },
  });
  cloud.register(createCloudWatch(cloud.context, { call: cloud.kernel.call.bind(cloud.kernel) }));
  const client = cloud.connect(new CloudWatchClient(clientSettings), roleCaller("node"));
  const request = new PutMetricDataCommand({ Namespace: "Muster", MetricData: [] });
  await expect(cloud.run(client.send(request))).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("is not authorized to perform: cloudwatch:PutMetricData"),
  });
  expect(asked).toEqual([
    { action: "cloudwatch:PutMetricData", resource: "*", context: { "cloudwatch:namespace": "Muster" } },
  ]);
});
