import type { Dimension } from "@aws-sdk/client-cloudwatch";
import type { ServiceContext } from "../../../kernel/service.ts";
import type { CloudWatchDials } from "../dials.ts";
import { checkSize, missing } from "../errors.ts";
import { DIMENSIONS_MAX } from "../limits.ts";
import { metricKey, MetricSeries, type MetricId, type PointSource } from "./metric-series.ts";
import { usageClasses, usageMetric, usagePoints, type VCpuUsage } from "./usage-metric.ts";

/** All metrics of the account: those that were put, and those that AWS measures itself. */
export class MetricStore {
  readonly #context: ServiceContext;
  readonly #series = new Map<string, MetricSeries>();
  readonly #usage = new Map<string, PointSource>();
  /** Told when points were put. */
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(options: { context: ServiceContext; dials: CloudWatchDials; usage: VCpuUsage | undefined }) {
    const { context, dials, usage } = options;
    this.#context = context;
    if (usage === undefined) return;
    for (const usageClass of usageClasses) {
      const source = usagePoints({ usageClass, usage, clock: context.clock, dials });
      this.#usage.set(metricKey(usageMetric(usageClass)), source);
    }
  }

  /** The series of a metric, made if there is none. */
  seriesFor(id: MetricId): MetricSeries {
    const key = metricKey(id);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const made = new MetricSeries(id, this.#context.clock.now());
    this.#series.set(key, made);
    return made;
  }

  /** What is known of a metric; undefined when nothing ever was. */
  source(id: MetricId): PointSource | undefined {
    const key = metricKey(id);
    return this.#usage.get(key) ?? this.#series.get(key);
  }

  /** The units that a metric was put with. */
  unitsOf(id: MetricId): string[] {
    const key = metricKey(id);
    return this.#usage.has(key) ? ["None"] : [...(this.#series.get(key)?.units ?? [])];
  }

  put(): IterableIterator<MetricSeries> {
    return this.#series.values();
  }

  /** Usage metrics that have something to show at an instant. */
  usageAt(at: number): MetricId[] {
    return usageClasses
      .map(usageMetric)
      .filter((id) => this.#usage.get(metricKey(id))?.between(at - 60_000, at) !== undefined);
  }

  /** Whether points of a metric come without anybody putting them. */
  isMeasured(id: MetricId): boolean {
    return this.#usage.has(metricKey(id));
  }

  /** Calls `heard` once, when points of that metric are next put. */
  onceFed(id: MetricId, heard: () => void): () => void {
    const key = metricKey(id);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners.add(heard));
    return () => listeners.delete(heard);
  }

  fed(id: MetricId): void {
    const key = metricKey(id);
    const listeners = this.#listeners.get(key);
    if (listeners === undefined) return;
    this.#listeners.delete(key);
    for (const heard of listeners) heard();
  }
}

/**
 * Reads dimensions as requests give them.
 * @throws {AwsError} MissingRequiredParameterException, InvalidParameterValueException
 */
export function readDimensions(at: string, dimensions: readonly Dimension[] = []): Map<string, string> {
  checkSize(at, dimensions, DIMENSIONS_MAX);
  return new Map(
    dimensions.map(({ Name: name, Value: value }, index) => {
      if (name === undefined || name === "") throw missing(`${at}.member.${index + 1}.Name`);
      if (value === undefined || value === "") throw missing(`${at}.member.${index + 1}.Value`);
      return [name, value];
    }),
  );
}
