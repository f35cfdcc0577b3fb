import { DYNAMODB_READ_UNIT, HOURS_PER_MONTH, LAMBDA_GB_SECOND, LAMBDA_REQUEST } from "@muster/core";
import type { Manifest, ScheduleResource } from "./manifest.ts";

/** What a stack costs in a month in which nobody uses it and no cluster exists. US dollars, list prices of us-east-1. */
export interface IdleCost {
  readonly items: readonly IdleItem[];
  /** As if nothing were free. */
  readonly dollars: number;
  /** With what AWS gives every account each month for ever, if nothing else in the account uses it. */
  readonly dollarsAfterFree: number;
}

export interface IdleItem {
  readonly name: string;
  /** Per month. */
  readonly units: number;
  readonly freeUnits: number;
  readonly unitPrice: number;
  readonly source: string;
}

export function idleCost(manifest: Manifest): IdleCost {
  const items = [...sweepItems(manifest), ...standingItems(manifest)];
  const sum = (unitsOf: (item: IdleItem) => number) =>
    round(items.reduce((total, item) => total + unitsOf(item) * item.unitPrice, 0));
  return {
    items,
    dollars: sum((item) => item.units),
    dollarsAfterFree: sum((item) => Math.max(0, item.units - item.freeUnits)),
  };
}

/** What runs though nobody asked for anything: the schedules and what they call. */
function sweepItems({ schedules, functions }: Manifest): IdleItem[] {
  return schedules.flatMap((schedule) => {
    const runs = runsPerMonth(schedule);
    const memoryMb = functions.find((f) => f.name === schedule.functionName)?.memoryMb ?? 0;
    return [
      item("Scheduler invocations", runs, PRICES.schedulerInvocation),
      item("Lambda requests", runs, PRICES.lambdaRequest),
      item("Lambda GB-seconds", runs * IDLE_SWEEP.billedSeconds * (memoryMb / 1024), PRICES.lambdaGbSecond),
      item("Traces", runs, PRICES.trace),
      item("Log GB taken in", (runs * IDLE_SWEEP.logBytes) / GB, PRICES.logGb),
      item("Table read units", runs * IDLE_SWEEP.readUnits, PRICES.readUnit),
    ];
  });
}

/** What is billed for being there. Functions, machines, rules, routes, queues, topics and roles are not. */
function standingItems({ alarms }: Manifest): IdleItem[] {
  return [
    item("Alarm metrics", alarms.length, PRICES.alarmMetric),
    item("Table GB", IDLE_TABLE_GB, PRICES.tableGb),
    item("Table GB that can be restored", IDLE_TABLE_GB, PRICES.restorableGb),
    item("Bundles and state in S3, GB", DEPLOYED_GB, PRICES.bucketGb),
  ];
}

/** One sweep that finds nothing, rounded up; tests/infra/idle-sweep.test.ts holds it to the embedded cloud. */
const IDLE_SWEEP = {
  /** A cold start of a few hundred ms, as every quarter of an hour may be one, and four calls of AWS. */
  billedSeconds: 1,
  /** Lambda's own START, END and REPORT lines, and the function's. */
  logBytes: 1_000,
  /** Of the lists of open operations and of clusters, which are empty. */
  readUnits: 2,
} as const;

/** Timelines and operations of clusters that are gone. */
const IDLE_TABLE_GB = 0.01;
/** What the last deployments put into SST's bucket. */
const DEPLOYED_GB = 0.05;
const GB = 1e9;

interface Price {
  readonly perUnit: number;
  /** A month, in every account, without end. */
  readonly free: number;
  readonly source: string;
}

const PRICES = {
  schedulerInvocation: price(1e-6, 14e6, "https://aws.amazon.com/eventbridge/pricing/"),
  lambdaRequest: price(LAMBDA_REQUEST, 1e6, "https://aws.amazon.com/lambda/pricing/"),
  lambdaGbSecond: price(LAMBDA_GB_SECOND, 400_000, "https://aws.amazon.com/lambda/pricing/"),
  trace: price(5e-6, 100_000, "https://aws.amazon.com/xray/pricing/"),
  logGb: price(0.5, 5, "https://aws.amazon.com/cloudwatch/pricing/"),
  alarmMetric: price(0.1, 10, "https://aws.amazon.com/cloudwatch/pricing/"),
  readUnit: price(DYNAMODB_READ_UNIT, 0, "https://aws.amazon.com/dynamodb/pricing/on-demand/"),
  tableGb: price(0.25, 25, "https://aws.amazon.com/dynamodb/pricing/on-demand/"),
  restorableGb: price(0.2, 0, "https://aws.amazon.com/dynamodb/pricing/on-demand/"),
  bucketGb: price(0.023, 0, "https://aws.amazon.com/s3/pricing/"),
} as const satisfies Record<string, Price>;

function price(perUnit: number, free: number, source: string): Price {
  return { perUnit, free, source };
}

function item(name: string, units: number, { perUnit, free, source }: Price): IdleItem {
  return { name, units, freeUnits: free, unitPrice: perUnit, source };
}

/** @throws {Error} for an expression that is not a rate */
function runsPerMonth({ expression }: ScheduleResource): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined || unit === undefined) throw new Error(`what does ${expression} cost?`);
  const hours = { minute: 1 / 60, hour: 1, day: 24 }[unit] ?? 0;
  return HOURS_PER_MONTH / (Number(count) * hours);
}

function round(dollars: number): number {
  return Math.round(dollars * 10_000) / 10_000;
}
