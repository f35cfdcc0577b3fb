import { randomInt, type Cancel } from "@muster/core";
import { AwsError } from "../../../kernel/aws-error.ts";
import type { Kernel } from "../../../kernel/kernel.ts";
import type { ServiceContext } from "../../../kernel/service.ts";
import { servicePrincipal, targetKind } from "../../events/delivery/target-call.ts";
import { targetFailure } from "../../events/delivery/target-failure.ts";
import { randomUuid } from "../../../mechanisms/uuid.ts";
import { ALARMS_MAX } from "../limits.ts";
import type { MetricStore } from "../metrics/metric-store.ts";
import { comparisons, type AlarmConfiguration, type AlarmState } from "./alarm.ts";
import {
  actionPayload,
  configurationEvent,
  stateChangeEvent,
  type AlarmStatus,
  type WatchedAlarm,
} from "./alarm-events.ts";
import { evaluate, EXTRA_PERIODS, type AlarmPoint } from "./evaluate.ts";
import { INITIAL_REASON, reasonDataFor, reasonFor } from "./reason.ts";

/** An action that an alarm took, or wanted to. */
export interface ActionRecord {
  readonly alarmName: string;
  readonly state: AlarmState;
  readonly actionArn: string;
  readonly at: number;
  /** `recorded` is all that becomes of actions other than Lambda functions. */
  readonly result: "invoked" | "recorded" | "failed";
}

export interface Alarm extends WatchedAlarm {
  configuration: AlarmConfiguration;
  configuredAt: number;
  status: AlarmStatus;
  readonly tags: Map<string, string>;
  /** Where in the minute this alarm is evaluated, ms. */
  readonly phaseMs: number;
  /** Ends the next evaluation, or the wait for data. */
  cancel: Cancel | undefined;
}

/** The account's alarms: evaluated on the clock, and telling of every change. */
export class AlarmBook {
  readonly #context: ServiceContext;
  readonly #store: MetricStore;
  readonly #call: Kernel["call"];
  readonly #alarms = new Map<string, Alarm>();
  readonly #actions: ActionRecord[] = [];

  constructor(options: { context: ServiceContext; store: MetricStore; call: Kernel["call"] }) {
    this.#context = options.context;
    this.#store = options.store;
    this.#call = options.call;
  }

  arnOf(name: string): string {
    return `arn:aws:cloudwatch:${this.#context.region}:${this.#context.account}:alarm:${name}`;
  }

  find(name: string | undefined): Alarm | undefined {
    return this.#alarms.get(name ?? "");
  }

  all(): Alarm[] {
    return [...this.#alarms.values()];
  }

  actions(): readonly ActionRecord[] {
    return this.#actions;
  }

  /** Makes an alarm, or gives one that exists another configuration; its state stays. */
  put(configuration: AlarmConfiguration, tags: Map<string, string>): void {
    const { clock, random } = this.#context;
    const now = clock.now();
    const known = this.#alarms.get(configuration.name);
    if (known !== undefined) {
      const previous: WatchedAlarm = { ...known };
      known.configuration = configuration;
      known.configuredAt = now;
      this.#context.emit(configurationEvent("update", known, previous));
      this.#evaluateLater(known);
      return;
    }
    if (this.#alarms.size >= ALARMS_MAX)
      throw new AwsError("LimitExceededFault", `The maximum limit of ${ALARMS_MAX} alarms is exceeded.`);
    const alarm: Alarm = {
      arn: this.arnOf(configuration.name),
      configuration,
      configuredAt: now,
      metricId: randomUuid(random),
      status: { value: "INSUFFICIENT_DATA", reason: INITIAL_REASON, reasonData: undefined, at: now },
      tags,
      phaseMs: randomInt(random, 0, 59_999),
      cancel: undefined,
    };
    this.#alarms.set(configuration.name, alarm);
    this.#context.emit(configurationEvent("create", alarm));
    this.#evaluateLater(alarm);
  }

  /** Changes what an alarm does on transitions, and nothing else. */
  enableActions(alarm: Alarm, actionsEnabled: boolean): void {
    alarm.configuration = { ...alarm.configuration, actionsEnabled };
  }

  delete(name: string): void {
    const alarm = this.#alarms.get(name);
    if (alarm === undefined) return;
    alarm.cancel?.();
    this.#alarms.delete(name);
    this.#context.emit(configurationEvent("delete", alarm));
  }

  /** Puts an alarm into a state by hand; the next evaluation puts it back. */
  setState(alarm: Alarm, next: Omit<AlarmStatus, "at">): void {
    this.#move(alarm, next);
    this.#evaluateLater(alarm);
  }

  #evaluateLater(alarm: Alarm): void {
    const { clock } = this.#context;
    const everyMs = cadenceMs(alarm.configuration);
    const phaseMs = alarm.phaseMs % everyMs;
    const sincePhase = (clock.now() - phaseMs) % everyMs;
    alarm.cancel?.();
    alarm.cancel = clock.after(everyMs - sincePhase, () => this.#evaluate(alarm));
  }

  #evaluate(alarm: Alarm): void {
    const { configuration } = alarm;
    const now = this.#context.clock.now();
    const range = this.#rangeOf(configuration, now);
    const evaluation = evaluate(range, configuration);
    if (evaluation.outcome !== "keep" && evaluation.outcome !== alarm.status.value) {
      const value = evaluation.outcome;
      const reason = reasonFor(configuration, evaluation, value);
      this.#move(alarm, { value, reason, reasonData: reasonDataFor(configuration, evaluation, now) });
    }
    const isSilent = range.every((point) => point === undefined);
    if (isSilent && this.#canWait(configuration, now)) this.#evaluateWhenFed(alarm);
    else this.#evaluateLater(alarm);
  }

  // Nothing is there, nothing is coming, and so nothing can change until somebody puts a point: no need for a timer.
  #canWait(configuration: AlarmConfiguration, now: number): boolean {
    if (this.#store.isMeasured(configuration.metric)) return false;
    const newestAt = this.#store.source(configuration.metric)?.newestAt();
    return newestAt === undefined || newestAt < rangeEnd(configuration, now);
  }

  #evaluateWhenFed(alarm: Alarm): void {
    alarm.cancel = this.#store.onceFed(alarm.configuration.metric, () => this.#evaluateLater(alarm));
  }

  // Newest first.
  #rangeOf(configuration: AlarmConfiguration, now: number): (AlarmPoint | undefined)[] {
    const { metric, periodMs, readStatistic, unit, comparison, threshold } = configuration;
    const source = this.#store.source(metric);
    const end = rangeEnd(configuration, now);
    return Array.from({ length: configuration.evaluationPeriods + EXTRA_PERIODS }, (_, index) => {
      const at = end - (index + 1) * periodMs;
      const bucket = source?.between(at, at + periodMs, unit);
      const value = bucket && readStatistic(bucket);
      if (value === undefined) return undefined;
      return { at, value, isBreaching: comparisons[comparison].test(value, threshold) };
    });
  }

  #move(alarm: Alarm, next: Omit<AlarmStatus, "at">): void {
    const previous = alarm.status;
    if (previous.value === next.value) return;
    alarm.status = { ...next, at: this.#context.clock.now() };
    this.#context.emit(stateChangeEvent(alarm, previous));
    if (!alarm.configuration.actionsEnabled) return;
    for (const actionArn of alarm.configuration.actions[next.value]) this.#act(alarm, previous, actionArn);
  }

  #act(alarm: Alarm, previous: AlarmStatus, actionArn: string): void {
    const { account, region } = this.#context;
    const record = (result: ActionRecord["result"]) =>
      this.#actions.push({
        alarmName: alarm.configuration.name,
        state: alarm.status.value,
        actionArn,
        at: alarm.status.at,
        result,
      });
    if (targetKind(actionArn) !== "lambda") {
      record("recorded");
      return;
    }
    const payload = JSON.stringify(actionPayload(alarm, previous, { account, region }));
    // A promise nobody waits for: what rejects here is a bug of the embedded cloud and must be loud.
    void this.#invoke(actionArn, payload).then(record);
  }

  async #invoke(functionArn: string, payload: string): Promise<"invoked" | "failed"> {
    const input = { FunctionName: functionArn, InvocationType: "Event", Payload: new TextEncoder().encode(payload) };
    try {
      await this.#call("lambda", "Invoke", input, servicePrincipal("lambda.alarms.cloudwatch.amazonaws.com"));
      return "invoked";
    } catch (error) {
      targetFailure(error);
      return "failed";
    }
  }
}

const MINUTE_MS = 60_000;
const SHORT_CADENCE_MS = 10_000;
const LONG_CADENCE_MS = 3_600_000;
const DAY_MS = 86_400_000;

// The periods that are looked at end at the last whole minute, or the last whole ten seconds for short ones.
function rangeEnd({ periodMs }: AlarmConfiguration, now: number): number {
  const step = periodMs < MINUTE_MS ? SHORT_CADENCE_MS : MINUTE_MS;
  return Math.floor(now / step) * step;
}

/**
 * How often an alarm is evaluated: every ten seconds for periods under a minute, once an hour when it looks back more
 * than a day, every minute otherwise. CloudWatch user guide, "Evaluating an alarm".
 */
function cadenceMs({ periodMs, evaluationPeriods }: AlarmConfiguration): number {
  if (periodMs < MINUTE_MS) return SHORT_CADENCE_MS;
  return periodMs * evaluationPeriods > DAY_MS ? LONG_CADENCE_MS : MINUTE_MS;
}
