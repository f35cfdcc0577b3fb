import type { Target } from "@aws-sdk/client-eventbridge";
import { chance, randomBetween } from "@muster/core";
import type { AwsEvent } from "../../kernel/event.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ServiceContext } from "../../kernel/service.ts";
import { sendDeadLetter } from "./delivery/dead-letter.ts";
import { defaultRetryPolicy, deliver, type DeliveryEnd } from "./delivery/deliver.ts";
import { callTarget, servicePrincipal } from "./delivery/target-call.ts";
import { targetInput } from "./delivery/target-input.ts";
import type { EventDials } from "./dials.ts";
import { isoSeconds } from "./event-operations.ts";
import { readEvent } from "./pattern.ts";
import type { Rule, RuleStore } from "./rules/rule-store.ts";
import { randomUuid, uuidOf } from "../../mechanisms/uuid.ts";

/** What has become of events since the start. */
export interface EventCounts {
  /** Events that AWS services sent. */
  readonly sent: number;
  readonly lost: number;
  readonly doubled: number;
  /** Events and targets that rules brought together. */
  readonly matched: number;
  readonly delivered: number;
  readonly deadLettered: number;
  /** Undeliverable, and without a dead-letter queue that took them. */
  readonly dropped: number;
}

export interface BusOptions {
  readonly context: ServiceContext;
  readonly store: RuleStore;
  readonly dials: EventDials;
  readonly call: Kernel["call"];
  /** Whether a role lets a service act as it; a role that does not counts as missing permissions. */
  readonly canAssume: (roleArn: string, service: string) => boolean;
}

/** The default event bus: takes events in, and brings them to the targets of the rules that match. */
export class EventBus {
  readonly #options: BusOptions;
  readonly #counts = { sent: 0, lost: 0, doubled: 0, matched: 0, delivered: 0, deadLettered: 0, dropped: 0 };
  /** When the last event that keeps its place will arrive. */
  #lastArrivalAt = Number.NEGATIVE_INFINITY;

  constructor(options: BusOptions) {
    this.#options = options;
  }

  counts(): EventCounts {
    return { ...this.#counts };
  }

  /** Takes an event that an AWS service sends. Never throws, never waits. */
  emit(partial: Parameters<ServiceContext["emit"]>[0]): void {
    const { context, dials } = this.#options;
    const { random, clock } = context;
    const event: AwsEvent = {
      version: "0",
      id: randomUuid(random),
      "detail-type": partial["detail-type"],
      source: partial.source,
      account: context.account,
      time: isoSeconds(clock.now()),
      region: context.region,
      resources: partial.resources,
      detail: partial.detail,
    };
    this.#counts.sent += 1;
    // All dice are always thrown, so that turning one dial does not shift what the others draw.
    const isLost = chance(random, dials.lost) && !isDurable(event);
    const isDoubled = chance(random, dials.doubledSameId);
    const isSentAgain = chance(random, dials.doubledNewId);
    const isHeldBack = chance(random, dials.reordered);
    const lateMs = randomBetween(random, dials.lateMs);
    const heldBackMs = randomBetween(random, dials.reorderMs);
    const againMs = randomBetween(random, dials.lateMs);
    const newId = randomUuid(random);
    if (isLost) {
      this.#counts.lost += 1;
      return;
    }
    const arrivesAt = this.#arrival(clock.now() + lateMs, isHeldBack ? heldBackMs : undefined);
    this.#arriveAt(arrivesAt, event);
    if (isDoubled) this.#arriveAgain(arrivesAt + againMs, event);
    if (isSentAgain) this.#arriveAgain(arrivesAt + againMs, { ...event, id: newId });
  }

  /** Brings an event that is on the bus to every target of every enabled rule that matches it. */
  deliver(event: AwsEvent): void {
    if (this.#options.store.size === 0) return;
    const fields = readEvent({ ...event });
    for (const rule of this.#options.store.all()) {
      if (rule.state === "ENABLED" && rule.pattern?.compiled.matches(fields) === true) this.deliverTo(rule, event);
    }
  }

  /** Brings an event to the targets of one rule, as its schedule does. */
  deliverTo(rule: Rule, event: AwsEvent): void {
    const { context, dials } = this.#options;
    for (const target of rule.targets.values()) {
      this.#counts.matched += 1;
      const delayMs = randomBetween(context.random, dials.targetMs);
      // A promise nobody waits for: what rejects here is a bug of the embedded cloud and must be loud.
      context.clock.after(delayMs, () => void this.#deliverToTarget(rule, target, event));
    }
  }

  #arrival(at: number, heldBackMs: number | undefined): number {
    if (heldBackMs !== undefined) return at + heldBackMs;
    this.#lastArrivalAt = Math.max(this.#lastArrivalAt, at);
    return this.#lastArrivalAt;
  }

  #arriveAgain(at: number, event: AwsEvent): void {
    this.#counts.doubled += 1;
    this.#arriveAt(at, event);
  }

  #arriveAt(at: number, event: AwsEvent): void {
    const { clock } = this.#options.context;
    clock.after(at - clock.now(), () => this.deliver(event));
  }

  async #deliverToTarget(rule: Rule, target: Target, event: AwsEvent): Promise<void> {
    const { context, call } = this.#options;
    const arn = target.Arn ?? "";
    const roleArn = target.RoleArn;
    const input = targetInput({ target, event, rule, ingestedAt: isoSeconds(context.clock.now()) });
    const executionName = `${event.id}_${uuidOf(`${rule.arn} ${target.Id ?? ""}`)}`;
    const caller = roleArn === undefined ? servicePrincipal(PRINCIPAL) : { arn: roleArn, isAccountUser: false };
    const end = this.#mayAct(roleArn)
      ? await deliver({
          call: () => callTarget(call, { arn, input, executionName, caller }),
          policy: retryPolicyOf(target),
          clock: context.clock,
          random: context.random,
        })
      : notAssumable(roleArn ?? "");
    if (end.kind === "delivered") this.#counts.delivered += 1;
    else await this.#giveUp(end, { rule, target, event });
  }

  #mayAct(roleArn: string | undefined): boolean {
    return roleArn === undefined || this.#options.canAssume(roleArn, PRINCIPAL);
  }

  async #giveUp(
    end: Extract<DeliveryEnd, { kind: "failed" }>,
    { rule, target, event }: { rule: Rule; target: Target; event: AwsEvent },
  ): Promise<void> {
    const { context, call } = this.#options;
    const queueArn = target.DeadLetterConfig?.Arn;
    const hasArrived =
      queueArn !== undefined &&
      (await sendDeadLetter(call, context.clock, {
        queueArn,
        body: JSON.stringify(event),
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
        attributes: {
          RULE_ARN: rule.arn,
          TARGET_ARN: target.Arn,
          ERROR_CODE: end.failure.kind,
          ERROR_MESSAGE: end.failure.message,
          EXHAUSTED_RETRY_CONDITION: end.exhausted,
          RETRY_ATTEMPTS: `${end.retries}`,
        },
        caller: servicePrincipal(PRINCIPAL),
      }));
    if (hasArrived) this.#counts.deadLettered += 1;
    else this.#counts.dropped += 1;
  }
}

const PRINCIPAL = "events.amazonaws.com";

// CloudWatch guarantees delivery of alarm events. CloudWatch user guide, "Alarm events and EventBridge".
function isDurable(event: AwsEvent): boolean {
  return event.source === "aws.cloudwatch";
}

function retryPolicyOf({ RetryPolicy: policy }: Target) {
  return {
    maximumRetryAttempts: policy?.MaximumRetryAttempts ?? defaultRetryPolicy.maximumRetryAttempts,
    maximumEventAgeMs: 1000 * (policy?.MaximumEventAgeInSeconds ?? defaultRetryPolicy.maximumEventAgeMs / 1000),
  };
}

function notAssumable(roleArn: string): Extract<DeliveryEnd, { kind: "failed" }> {
  const message = `${PRINCIPAL} is not authorized to assume role ${roleArn}`;
  return {
    kind: "failed",
    failure: { code: "AccessDenied", message, kind: "NO_PERMISSIONS", isRetriable: false },
    retries: 0,
    exhausted: undefined,
  };
}
