import type {
  Datapoint,
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  GetMetricStatisticsCommandInput,
  ListMetricsCommandInput,
  MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { ServiceContext } from "../../../kernel/service.ts";
import { notImplemented, refuseMembers } from "../../../mechanisms/not-implemented.ts";
import type { CloudWatchDials } from "../dials.ts";
import { checkSize, invalid, invalidCombination, invalidValue, missing } from "../errors.ts";
import { DATA_POINTS_MAX, LIST_METRICS_MAX, QUERIES_MAX, STATISTICS_POINTS_MAX } from "../limits.ts";
import { metricKey, type MetricId } from "./metric-series.ts";
import { readDimensions, type MetricStore } from "./metric-store.ts";
import { statisticOf, type ReadStatistic, type StatisticBucket } from "./statistics.ts";

type GetMetricDataAnswer = Omit<GetMetricDataCommandOutput, "$metadata">;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html, without expressions. */
export function getMetricData(store: MetricStore, input: GetMetricDataCommandInput): GetMetricDataAnswer {
  refuseMembers("GetMetricData", { LabelOptions: input.LabelOptions });
  const queries = input.MetricDataQueries ?? [];
  checkSize("MetricDataQueries", queries, QUERIES_MAX);
  const span = readSpan(input);
  const ids = queries.map(({ Id: id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined)
    throw invalid(`The values for parameter id in MetricDataQueries are not unique: ${repeated}.`);
  const isAscending = input.ScanBy === "TimestampAscending";
  const results = queries.flatMap((query, index) => {
    const result = readQuery(store, query, span, `MetricDataQueries.member.${index + 1}`);
    if (query.ReturnData === false) return [];
    return [{ ...result, points: isAscending ? result.points : result.points.toReversed() }];
  });
  return pageOfResults(results, input);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export function getMetricStatistics(store: MetricStore, input: GetMetricStatisticsCommandInput) {
  const id = readMetric(input);
  const span = readSpan(input);
  const periodMs = checkPeriod(input.Period, "Period") * 1_000;
  const plain = input.Statistics ?? [];
  const extended = input.ExtendedStatistics ?? [];
  if (plain.length === 0 && extended.length === 0)
    throw invalidCombination("At least one of the parameters Statistics and ExtendedStatistics must be specified.");
  const count = Math.ceil((span.to - span.from) / periodMs);
  if (count > STATISTICS_POINTS_MAX) {
    throw invalidCombination(
      `You have requested up to ${count} datapoints, which exceeds the limit of ${STATISTICS_POINTS_MAX}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
  const readers = [...plain, ...extended].map((name) => [name, checkStatistic(name)] as const);
  const units = input.Unit === undefined ? store.unitsOf(id) : [input.Unit];
  const Datapoints = units.flatMap((unit) =>
    bucketsOf(store, id, { ...span, periodMs, unit }).map((bucket) => datapoint(bucket, unit, readers, extended)),
  );
  return { Label: id.name, Datapoints };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export function listMetrics(
  context: ServiceContext,
  dials: CloudWatchDials,
  store: MetricStore,
  input: ListMetricsCommandInput,
) {
  refuseMembers("ListMetrics", {
    IncludeLinkedAccounts: input.IncludeLinkedAccounts,
    OwningAccount: input.OwningAccount,
  });
  const now = context.clock.now();
  const activeSince = input.RecentlyActive === "PT3H" ? now - 3 * 3_600_000 : Number.NEGATIVE_INFINITY;
  const shown = [...store.put()]
    .filter(({ firstSeenAt, lastSeenAt }) => firstSeenAt + dials.listLagMs <= now && lastSeenAt >= activeSince)
    .map(({ id }) => id);
  const found = [...shown, ...store.usageAt(now - dials.usageLagMs)].filter((id) => isAsked(id, input));
  const sorted = found.toSorted((a, b) => (metricKey(a) < metricKey(b) ? -1 : 1));
  const from = Number(input.NextToken ?? "0");
  if (!Number.isInteger(from)) throw new AwsError("InvalidNextToken", "Invalid nextToken");
  const end = from + LIST_METRICS_MAX;
  return {
    Metrics: sorted.slice(from, end).map(({ namespace, name, dimensions }) => ({
      Namespace: namespace,
      MetricName: name,
      Dimensions: [...dimensions].map(([Name, Value]) => ({ Name, Value })),
    })),
    ...(end < sorted.length && { NextToken: `${end}` }),
  };
}

interface Span {
  readonly from: number;
  readonly to: number;
}

interface QueryResult {
  readonly id: string;
  readonly label: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
}

function readQuery(store: MetricStore, query: MetricDataQuery, span: Span, at: string): QueryResult {
  const { Id: id = "", MetricStat: stat } = query;
  if (!/^[a-z]\w*$/.test(id))
    throw invalid(`The value ${id} for parameter ${at}.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`);
  refuseMembers("GetMetricData", { AccountId: query.AccountId });
  if (query.Expression !== undefined) throw notImplemented(`metric math: the expression ${query.Expression}`);
  if (stat === undefined) throw missing(`${at}.MetricStat`);
  const metric = readMetric(stat.Metric ?? {});
  const periodMs = checkPeriod(stat.Period, `${at}.MetricStat.Period`) * 1_000;
  const read = checkStatistic(stat.Stat ?? "");
  const buckets = bucketsOf(store, metric, { ...span, periodMs, unit: stat.Unit });
  const points = buckets.flatMap((bucket) => {
    const value = read(bucket);
    return value === undefined ? [] : [{ at: bucket.startAt, value }];
  });
  return { id, label: query.Label ?? metric.name, points };
}

/** The stretches that hold anything, oldest first. */
function bucketsOf(
  store: MetricStore,
  id: MetricId,
  query: Span & { periodMs: number; unit: string | undefined },
): StatisticBucket[] {
  const source = store.source(id);
  if (source === undefined) return [];
  const start = roundDown(query.from, query.periodMs);
  const buckets: StatisticBucket[] = [];
  for (let from = start; from < query.to; from += query.periodMs) {
    const bucket = source.between(from, from + query.periodMs, query.unit);
    if (bucket !== undefined) buckets.push(bucket);
  }
  return buckets;
}

// The start is rounded down to the minute, or to the period when that is shorter.
function roundDown(from: number, periodMs: number): number {
  const step = Math.min(periodMs, 60_000);
  return Math.floor(from / step) * step;
}

function pageOfResults(results: readonly QueryResult[], input: GetMetricDataCommandInput): GetMetricDataAnswer {
  const max = Math.min(input.MaxDatapoints ?? DATA_POINTS_MAX, DATA_POINTS_MAX);
  const [fromResult = 0, fromPoint = 0] = (input.NextToken ?? "0.0").split(".").map(Number);
  const MetricDataResults: GetMetricDataAnswer["MetricDataResults"] = [];
  let left = max;
  for (const [index, { id, label, points }] of results.entries()) {
    if (index < fromResult) continue;
    const offset = index === fromResult ? fromPoint : 0;
    const page = points.slice(offset, offset + left);
    left -= page.length;
    const isWhole = offset + page.length === points.length;
    MetricDataResults.push({
      Id: id,
      Label: label,
      Timestamps: page.map(({ at }) => new Date(at)),
      Values: page.map(({ value }) => value),
      StatusCode: isWhole ? "Complete" : "PartialData",
    });
    if (!isWhole) return { MetricDataResults, NextToken: `${index}.${offset + page.length}` };
  }
  return { MetricDataResults };
}

function datapoint(
  bucket: StatisticBucket,
  unit: string,
  readers: readonly (readonly [string, ReadStatistic])[],
  extended: readonly string[],
): Datapoint {
  const values = Object.fromEntries(readers.map(([name, read]) => [name, read(bucket)]));
  const plain = Object.entries(values).filter(([name]) => !extended.includes(name));
  const rest = Object.entries(values).flatMap(([name, value]) =>
    extended.includes(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return {
    Timestamp: new Date(bucket.startAt),
    Unit: unit as Datapoint["Unit"],
    ...Object.fromEntries(plain),
    ...(rest.length > 0 && { ExtendedStatistics: Object.fromEntries(rest) }),
  };
}

/** @throws {AwsError} MissingRequiredParameterException */
export function readMetric(input: {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: Parameters<typeof readDimensions>[1];
}): MetricId {
  const { Namespace: namespace, MetricName: name } = input;
  if (namespace === undefined || namespace === "") throw missing("Namespace");
  if (name === undefined || name === "") throw missing("MetricName");
  return { namespace, name, dimensions: readDimensions("Dimensions", input.Dimensions) };
}

/** A statistic by its name. @throws {AwsError} InvalidParameterValueException */
export function checkStatistic(name: string): ReadStatistic {
  const read = statisticOf(name);
  if (read === undefined) throw invalidValue(`The value ${name} for parameter Stat is not supported.`);
  return read;
}

// 1, 5, 10, 20, 30 or a multiple of 60, in seconds.
function checkPeriod(period: number | undefined, at: string): number {
  if (period === undefined) throw missing(at);
  if (![1, 5, 10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
    throw invalidValue(`The parameter ${at} must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  return period;
}

function readSpan(input: { StartTime: Date | undefined; EndTime: Date | undefined }): Span {
  if (input.StartTime === undefined) throw missing("StartTime");
  if (input.EndTime === undefined) throw missing("EndTime");
  const span = { from: input.StartTime.getTime(), to: input.EndTime.getTime() };
  if (span.from >= span.to) throw invalidValue("The parameter StartTime must be less than the parameter EndTime.");
  return span;
}

function isAsked(id: MetricId, input: ListMetricsCommandInput): boolean {
  if ((input.Namespace ?? id.namespace) !== id.namespace || (input.MetricName ?? id.name) !== id.name) return false;
  return (input.Dimensions ?? []).every(({ Name: name = "", Value: value }) => {
    const own = id.dimensions.get(name);
    return own !== undefined && (value ?? own) === own;
  });
}
