import { AwsError } from "../../kernel/aws-error.ts";
import type { AwsEvent } from "../../kernel/event.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { denialMessage } from "../iam/denial.ts";
import { EventBus, type EventCounts } from "./bus.ts";
import { calmEvents, type EventDials } from "./dials.ts";
import { eventOperations } from "./event-operations.ts";
import { eventsAccess } from "./events-access.ts";
import { ruleOperations } from "./rules/rule-operations.ts";
import { RuleSchedules } from "./rules/rule-schedules.ts";
import { RuleStore } from "./rules/rule-store.ts";
import { tagOperations } from "./rules/tag-operations.ts";
import { targetOperations } from "./rules/target-operations.ts";

export interface EventsOptions {
  /** How targets and dead-letter queues are called. */
  readonly call: Kernel["call"];
  readonly dials?: EventDials;
  /** Whether a role trusts a service, such as `events.amazonaws.com`; without it every role does. */
  readonly canAssume?: (roleArn: string, service: string) => boolean;
}

/** The embedded EventBridge: one default bus, its rules, and delivery to functions, state machines and queues. */
export interface Events extends ServicePlugin {
  /** For the contexts of all other services: takes an event that a service sends, with the dials applied. */
  readonly emit: ServiceContext["emit"];
  /** Puts an event on the bus right now, dials or no dials: matches rules and calls their targets. */
  readonly deliver: (event: AwsEvent) => void;
  readonly counts: () => EventCounts;
}

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/ */
export function createEvents(context: ServiceContext, options: EventsOptions): Events {
  const { call, dials = calmEvents, canAssume = () => true } = options;
  const store = new RuleStore(context);
  const bus = new EventBus({ context, store, dials, call, canAssume });
  const schedules = new RuleSchedules({ context, store, bus, dials });
  return {
    service: "events",
    operations: {
      ...ruleOperations(context, store, (name) => schedules.changed(name)),
      ...targetOperations(store),
      ...tagOperations(store),
      ...eventOperations(
        context,
        (name) => store.checkBus(name),
        (event) => bus.deliver(event),
      ),
    },
    access: (operation, input) => eventsAccess(store, operation, input),
    throttled: () => new AwsError("ThrottlingException", "Rate exceeded"),
    denied: (request, call) => new AwsError("AccessDeniedException", denialMessage(request, call)),
    emit: (event) => bus.emit(event),
    deliver: (event) => bus.deliver(event),
    counts: () => bus.counts(),
  };
}
