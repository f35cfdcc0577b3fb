import { randomBetween, randomHex, type Cancel } from "@muster/core";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Caller, ServiceContext } from "../../kernel/service.ts";
import { sendDeadLetter } from "../events/delivery/dead-letter.ts";
import { defaultRetryPolicy, deliver, type DeliveryEnd } from "../events/delivery/deliver.ts";
import { callTarget } from "../events/delivery/target-call.ts";
import { isoSeconds } from "../events/event-operations.ts";
import { randomUuid, uuidOf } from "../../mechanisms/uuid.ts";
import type { SchedulerDials } from "./dials.ts";
import { nextOccurrence, type Schedule } from "./schedule.ts";
import { defaultInput, fillContextAttributes } from "./scheduled-input.ts";

/** What has become of invocations since the start. */
export interface ScheduleCounts {
  readonly due: number;
  readonly delivered: number;
  readonly deadLettered: number;
  readonly dropped: number;
}

export interface RunnerOptions {
  readonly context: ServiceContext;
  readonly dials: SchedulerDials;
  readonly call: Kernel["call"];
  readonly find: (name: string) => Schedule | undefined;
  /** The last run of a schedule that deletes itself is over. */
  readonly completed: (schedule: Schedule) => void;
}

/** Runs schedules: one timer for the next occurrence of each, and delivery to its target. */
export class ScheduleRunner {
  readonly #options: RunnerOptions;
  readonly #timers = new Map<string, Cancel>();
  readonly #counts = { due: 0, delivered: 0, deadLettered: 0, dropped: 0 };

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  counts(): ScheduleCounts {
    return { ...this.#counts };
  }

  /** To be told of every schedule that was made, changed or deleted. */
  changed(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    const schedule = this.#options.find(name);
    // An occurrence at this very instant is still ahead.
    if (schedule?.state === "ENABLED") this.#plan(schedule, this.#options.context.clock.now() - 1);
  }

  #plan(schedule: Schedule, after: number): void {
    const { clock } = this.#options.context;
    const dueAt = nextOccurrence(schedule, after);
    if (dueAt === undefined) return;
    const cancel = clock.after(dueAt - clock.now(), () => {
      this.#due(schedule, dueAt);
      this.#plan(schedule, dueAt);
    });
    this.#timers.set(schedule.name, cancel);
  }

  // A flexible window spreads invocations evenly over it.
  #due(schedule: Schedule, dueAt: number): void {
    const { context, dials } = this.#options;
    this.#counts.due += 1;
    const windowMs = (schedule.window.MaximumWindowInMinutes ?? 0) * 60_000;
    const delayMs =
      randomBetween(context.random, { min: 0, max: windowMs }) + randomBetween(context.random, dials.lateMs);
    // A promise nobody waits for: what rejects here is a bug of the embedded cloud and must be loud.
    context.clock.after(delayMs, () => void this.#invoke(schedule, dueAt));
  }

  async #invoke(schedule: Schedule, scheduledAt: number): Promise<void> {
    const { context, call, completed } = this.#options;
    const { target, arn } = schedule;
    const executionId = randomHex(context.random, 16);
    const id = randomUuid(context.random);
    const caller: Caller = { arn: target.RoleArn ?? "", isAccountUser: false };
    const inputOf = (attempt: number) => {
      const occurrence = { scheduleArn: arn, scheduledAt, executionId, attempt };
      return target.Input === undefined
        ? defaultInput({ id, account: context.account, region: context.region, occurrence })
        : fillContextAttributes(target.Input, occurrence);
    };
    const executionName = uuidOf(`${arn} ${scheduledAt}`);
    const end = await deliver({
      call: (attempt) => callTarget(call, { arn: target.Arn ?? "", input: inputOf(attempt), executionName, caller }),
      policy: {
        maximumRetryAttempts: target.RetryPolicy?.MaximumRetryAttempts ?? defaultRetryPolicy.maximumRetryAttempts,
        maximumEventAgeMs:
          1000 * (target.RetryPolicy?.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumEventAgeMs / 1000),
      },
      clock: context.clock,
      random: context.random,
    });
    if (end.kind === "delivered") this.#counts.delivered += 1;
    else await this.#giveUp(end, { schedule, scheduledAt, executionId, body: inputOf(end.retries + 1), caller });
    if (schedule.deletesItself && nextOccurrence(schedule, scheduledAt) === undefined) completed(schedule);
  }

  async #giveUp(
    end: Extract<DeliveryEnd, { kind: "failed" }>,
    run: { schedule: Schedule; scheduledAt: number; executionId: string; body: string; caller: Caller },
  ): Promise<void> {
    const { context, call } = this.#options;
    const { target, arn } = run.schedule;
    const queueArn = target.DeadLetterConfig?.Arn;
    const hasArrived =
      queueArn !== undefined &&
      (await sendDeadLetter(call, context.clock, {
        queueArn,
        body: run.body,
        // https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
        attributes: {
          ERROR_CODE: end.failure.code,
          ERROR_MESSAGE: end.failure.message,
          EXECUTION_ID: run.executionId,
          EXHAUSTED_RETRY_CONDITION: end.exhausted,
          IS_PAYLOAD_TRUNCATED: "false",
          RETRY_ATTEMPTS: `${end.retries}`,
          SCHEDULED_TIME: isoSeconds(run.scheduledAt),
          SCHEDULE_ARN: arn,
          TARGET_ARN: target.Arn,
        },
        caller: run.caller,
      }));
    if (hasArrived) this.#counts.deadLettered += 1;
    else this.#counts.dropped += 1;
  }
}
