import { randomBetween, type Cancel } from "@muster/core";
import type { ServiceContext } from "../../../kernel/service.ts";
import type { ScheduleExpression } from "../../scheduler/schedule-expression.ts";
import type { EventBus } from "../bus.ts";
import type { EventDials } from "../dials.ts";
import { isoSeconds } from "../event-operations.ts";
import { randomUuid } from "../../../mechanisms/uuid.ts";
import type { RuleStore } from "./rule-store.ts";

/** Runs rules that have a schedule. A timer is set for enabled rules only, and only for their next run. */
export class RuleSchedules {
  readonly #options: { context: ServiceContext; store: RuleStore; bus: EventBus; dials: EventDials };
  readonly #timers = new Map<string, Cancel>();

  constructor(options: { context: ServiceContext; store: RuleStore; bus: EventBus; dials: EventDials }) {
    this.#options = options;
  }

  /** To be told of every rule that was made, changed or deleted; its schedule starts anew. */
  changed(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
    this.#plan(name, this.#options.context.clock.now());
  }

  #plan(name: string, after: number): void {
    const { context, store, dials } = this.#options;
    const rule = store.find(name);
    if (rule?.schedule === undefined || rule.state !== "ENABLED") return;
    const dueAt = nextRun(rule.schedule.expression, after);
    if (dueAt === undefined) return;
    const lateMs = randomBetween(context.random, dials.scheduledLateMs);
    const cancel = context.clock.after(dueAt + lateMs - context.clock.now(), () => {
      this.#run(name, dueAt);
      this.#plan(name, dueAt);
    });
    this.#timers.set(name, cancel);
  }

  #run(name: string, dueAt: number): void {
    const { context, store, bus } = this.#options;
    const rule = store.find(name);
    if (rule === undefined) return;
    bus.deliverTo(rule, {
      version: "0",
      id: randomUuid(context.random),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: context.account,
      time: isoSeconds(dueAt),
      region: context.region,
      resources: [rule.arn],
      detail: {},
    });
  }
}

function nextRun(expression: ScheduleExpression, after: number): number | undefined {
  switch (expression.kind) {
    case "rate":
      return after + expression.everyMs;
    case "cron":
      return expression.next(after);
    case "at":
      return expression.atMs > after ? expression.atMs : undefined;
  }
}
