import type { MetricDatum, PutMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import type { ServiceContext } from "../../../kernel/service.ts";
import { refuseMembers } from "../../../mechanisms/not-implemented.ts";
import { checkSize, invalidCombination, invalidValue, missing } from "../errors.ts";
import { METRIC_DATA_MAX, POINT_AGE_MS_MAX, POINT_AHEAD_MS_MAX, VALUES_MAX } from "../limits.ts";
import { readDimensions, type MetricStore } from "./metric-store.ts";
import type { MetricId } from "./metric-series.ts";
import { emptyBucket, mergeBucket, type StatisticBucket } from "./statistics.ts";

/**
 * Takes points in: all of a request, or none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
export function putMetricData(context: ServiceContext, store: MetricStore, input: PutMetricDataCommandInput): void {
  const { Namespace: namespace, MetricData: data = [] } = input;
  refuseMembers("PutMetricData", {
    EntityMetricData: input.EntityMetricData,
    StrictEntityValidation: input.StrictEntityValidation,
  });
  if (namespace === undefined || namespace === "") throw missing("Namespace");
  if (namespace.startsWith("AWS/")) throw invalidValue("The value AWS/ for parameter Namespace is invalid.");
  if (namespace.startsWith(":") || namespace.length > 255)
    throw invalidValue(`The value ${namespace} for parameter Namespace is invalid.`);
  checkSize("MetricData", data, METRIC_DATA_MAX);
  const points = data.map((datum, index) => readDatum(context, namespace, datum, `MetricData.member.${index + 1}`));
  for (const point of points) {
    const series = store.seriesFor(point.id);
    series.add(point);
    series.lastSeenAt = context.clock.now();
  }
  for (const { id } of points) store.fed(id);
}

interface Point {
  readonly id: MetricId;
  readonly at: number;
  readonly resolutionMs: number;
  readonly unit: string;
  readonly bucket: StatisticBucket;
}

function readDatum(context: ServiceContext, namespace: string, datum: MetricDatum, at: string): Point {
  const { MetricName: name, StorageResolution: resolution = 60, Unit: unit = "None" } = datum;
  if (name === undefined || name === "") throw missing(`${at}.MetricName`);
  if (resolution !== 1 && resolution !== 60)
    throw invalidValue(`The value ${resolution} for parameter ${at}.StorageResolution is invalid.`);
  const now = context.clock.now();
  const pointAt = datum.Timestamp?.getTime() ?? now;
  if (pointAt > now + POINT_AHEAD_MS_MAX)
    throw invalidValue(`The parameter ${at}.Timestamp must specify a time no more than two hours in the future.`);
  if (pointAt < now - POINT_AGE_MS_MAX)
    throw invalidValue(`The parameter ${at}.Timestamp must specify a time within the past two weeks.`);
  const dimensions = readDimensions(`${at}.Dimensions`, datum.Dimensions);
  const bucket = emptyBucket(pointAt);
  for (const one of readValues(datum, at)) mergeBucket(bucket, one);
  return { id: { namespace, name, dimensions }, at: pointAt, resolutionMs: resolution * 1_000, unit, bucket };
}

// A datum is one value, a list of values, or a statistic set.
function readValues(datum: MetricDatum, at: string): Omit<StatisticBucket, "startAt">[] {
  const { Value: value, Values: values, Counts: counts, StatisticValues: set } = datum;
  const [first, second] = [
    ...(value === undefined ? [] : ["Value"]),
    ...(values === undefined || values.length === 0 ? [] : ["Values"]),
    ...(set === undefined ? [] : ["StatisticValues"]),
  ];
  if (first !== undefined && second !== undefined) {
    throw invalidCombination(
      `The parameters ${at}.${first} and ${at}.${second} are mutually exclusive and you have specified both.`,
    );
  }
  if (value !== undefined) return [single(value, 1)];
  if (set !== undefined) return [readSet(set, at)];
  if (values === undefined || values.length === 0)
    throw invalidCombination(
      `At least one of the parameters ${at}.Value, ${at}.Values and ${at}.StatisticValues must be specified.`,
    );
  checkSize(`${at}.Values`, values, VALUES_MAX);
  if (counts !== undefined && counts.length !== values.length)
    throw invalidValue(`The parameters ${at}.Values and ${at}.Counts must be of the same size.`);
  return values.map((one, index) => single(one, counts?.[index] ?? 1));
}

function single(value: number, count: number): Omit<StatisticBucket, "startAt"> {
  return { count, sum: value * count, min: value, max: value, values: new Map([[value, count]]) };
}

function readSet(set: NonNullable<MetricDatum["StatisticValues"]>, at: string): Omit<StatisticBucket, "startAt"> {
  const { SampleCount: count, Sum: sum, Minimum: min, Maximum: max } = set;
  if (count === undefined || sum === undefined || min === undefined || max === undefined)
    throw missing(`${at}.StatisticValues`);
  if (count <= 0 || min > max)
    throw invalidValue(`The value ${count} for parameter ${at}.StatisticValues.SampleCount is invalid.`);
  // The values of a set are known only when they are all the same.
  return { count, sum, min, max, values: min === max ? new Map([[min, count]]) : undefined };
}
