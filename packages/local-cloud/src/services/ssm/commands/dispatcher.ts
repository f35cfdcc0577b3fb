import { chance, randomBetween, sleep, type Clock, type Random, type Range } from "@muster/core";
import type { ServiceContext } from "../../../kernel/service.ts";
import type { NodeRuntime } from "../../../nodes/node-runtime.ts";
import type { Agenda } from "../../../mechanisms/agenda.ts";
import type { NodeRegistry } from "../agent/node-registry.ts";
import { runDocument, statusOf, type StepReport } from "../agent/run-document.ts";
import type { SsmDials } from "../dials.ts";
import { finalState } from "./command-status.ts";
import { emitCommand, emitInvocation } from "./events.ts";
import {
  commandStates,
  invocationStates,
  type CommandRecord,
  type CommandState,
  type InvocationRecord,
  type InvocationState,
  type InvocationView,
} from "./records.ts";

interface DispatcherOptions {
  readonly context: ServiceContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly dials: SsmDials;
  readonly agenda: Agenda;
  readonly registry: NodeRegistry;
  readonly runtime: NodeRuntime;
}

/** Carries commands to agents, as many at once as their rate controls allow, and keeps score. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  /** Invocations that wait for an agent, by node. */
  readonly #mailboxes = new Map<string, Set<InvocationRecord>>();
  /** Invocations that run, by node. */
  readonly #running = new Map<string, Set<InvocationRecord>>();
  /** Nodes that refuse the sender, as a test says. */
  readonly deniedNodes = new Set<string>();
  /** Invocations of the account that are not final. */
  #open = 0;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    options.registry.watch((instanceId, online) => {
      if (online) this.#empty(instanceId);
      else this.#kill(instanceId);
    });
  }

  /** Takes a command that has passed all checks; everything else happens later. */
  send(command: CommandRecord): void {
    const { clock, dials } = this.#options;
    command.cancelExpiry = clock.after(command.expiresAt - clock.now(), () => this.#expire(command));
    this.#open += command.queue.length;
    this.#later(dials.deliveryMs, () => this.#start(command));
  }

  /** Cancels the command, or its invocations on these nodes. What has ended stays as it is. */
  cancel(command: CommandRecord, instanceIds: readonly string[] | undefined): void {
    if (commandStates[command.state].isFinal) return;
    const chosen =
      instanceIds === undefined
        ? [...command.invocations.values()]
        : instanceIds.flatMap((id) => command.invocations.get(id) ?? []);
    if (instanceIds === undefined) {
      command.next = command.queue.length;
      this.#enter(command, "Cancelling");
    }
    for (const invocation of chosen) this.#cancelOne(invocation);
    this.#completeIfDone(command);
  }

  #start(command: CommandRecord): void {
    if (command.state !== "Pending") return;
    command.targetCount = command.queue.length;
    if (command.queue.length === 0) {
      this.#end(command, "NoInstancesInTag");
    } else if (this.#open > this.#options.dials.pendingInvocationsMax) {
      this.#open -= command.queue.length;
      command.invocations.clear();
      command.next = command.queue.length;
      this.#end(command, "RateExceeded");
    } else {
      this.#enter(command, "InProgress");
      command.window = this.#options.dials.ramp === "doubling" ? 1 : command.concurrency;
      this.#fill(command);
    }
  }

  #fill(command: CommandRecord): void {
    while (command.running < Math.min(command.window, command.concurrency)) {
      const invocation = command.queue[command.next];
      if (invocation === undefined) return;
      command.next++;
      if (invocation.view.actual.state !== "Pending") continue;
      command.running++;
      invocation.holdsPlace = true;
      this.#later(this.#options.dials.deliveryMs, () => this.#deliver(invocation));
    }
  }

  #deliver(invocation: InvocationRecord): void {
    const { registry, clock, dials } = this.#options;
    const { command, instanceId } = invocation;
    const { state } = invocation.view.actual;
    // Too late to start: it stays as it is until the command expires.
    if ((state !== "Pending" && state !== "Delayed") || clock.now() > command.startBy) return;
    const node = registry.managed.has(instanceId) ? registry.view(instanceId) : undefined;
    if (node === undefined) {
      this.#later(dials.undeliverableMs, () => this.#finish(invocation, "Undeliverable", []));
    } else if (this.deniedNodes.has(instanceId)) {
      this.#finish(invocation, "AccessDenied", []);
    } else if (
      node.platform === "windows" &&
      command.version.content.steps.some((step) => step.platform === undefined)
    ) {
      this.#finish(invocation, "InvalidPlatform", []);
    } else if (registry.isOnline(instanceId)) {
      void this.#execute(invocation, node.platform);
    } else {
      if (state === "Pending") this.#change(invocation, { state: "Delayed", reports: [], startedAt: undefined });
      add(this.#mailboxes, instanceId, invocation);
    }
  }

  /** Runs the document on the node. A rejection of the runtime is a bug and is left to surface. */
  async #execute(invocation: InvocationRecord, platform: "linux" | "windows"): Promise<void> {
    const { clock, random, runtime, dials, registry } = this.#options;
    const { command, instanceId } = invocation;
    const stop = new AbortController();
    invocation.stop = stop;
    add(this.#running, instanceId, invocation);
    const startedAt = clock.now();
    this.#change(invocation, { state: "InProgress", reports: [], startedAt });
    const run = (onStep: (report: StepReport) => void) =>
      runDocument({
        clock,
        runtime,
        instanceId,
        platform,
        agentVersion: registry.managed.get(instanceId)?.agentVersion ?? dials.agentVersion,
        documentName: command.document.name,
        content: command.version.content,
        values: command.values,
        signal: stop.signal,
        reboot: () => sleep(clock, randomBetween(random, dials.rebootMs)),
        onStep,
      });
    // The agent restarts in the middle and knows nothing of its first try.
    if (chance(random, dials.duplicateDelivery)) await run(() => {});
    const seen: StepReport[] = [];
    const reports = await run((report) => {
      seen.push(report);
      if (seen.length < command.version.content.steps.length) this.#showStep(invocation, [...seen]);
    });
    this.#running.get(instanceId)?.delete(invocation);
    if (stop.signal.reason === NODE_DIED) return;
    this.#later(dials.reportMs, () => {
      // A node that has died meanwhile has told nobody.
      if (registry.isOnline(instanceId)) this.#finish(invocation, stateOf(reports, stop.signal), reports);
    });
  }

  /** A step of several has ended. */
  #showStep(invocation: InvocationRecord, reports: readonly StepReport[]): void {
    const { state, startedAt } = invocation.view.actual;
    if (state === "InProgress") this.#change(invocation, { state, reports, startedAt });
  }

  #cancelOne(invocation: InvocationRecord): void {
    const { state, startedAt, reports } = invocation.view.actual;
    if (state === "Pending" || state === "Delayed") {
      this.#finish(invocation, "Cancelled", []);
    } else if (state === "InProgress") {
      this.#change(invocation, { state: "Cancelling", startedAt, reports });
      this.#later(this.#options.dials.deliveryMs, () => invocation.stop?.abort(CANCELLED));
    }
  }

  #finish(invocation: InvocationRecord, state: InvocationState, reports: readonly StepReport[]): void {
    const { command, instanceId } = invocation;
    if (invocationStates[invocation.view.actual.state].isFinal) return;
    this.#mailboxes.get(instanceId)?.delete(invocation);
    this.#change(invocation, { state, reports, startedAt: invocation.view.actual.startedAt });
    this.#open--;
    command.counts.completed++;
    if (invocationStates[state].isError) command.counts.errors++;
    if (state === "DeliveryTimedOut") command.counts.deliveryTimedOut++;
    if (invocation.holdsPlace) {
      invocation.holdsPlace = false;
      command.running--;
      // One more for each that has ended doubles the window with every round.
      command.window++;
    }
    if (command.counts.errors > command.errorsMax) this.#terminateRest(command);
    this.#fill(command);
    this.#completeIfDone(command);
  }

  /** No further node gets the command; those that have it go on. */
  #terminateRest(command: CommandRecord): void {
    const rest = command.queue.slice(command.next);
    command.next = command.queue.length;
    for (const invocation of rest) this.#finish(invocation, "Terminated", []);
  }

  #expire(command: CommandRecord): void {
    command.next = command.queue.length;
    for (const invocation of command.invocations.values()) {
      // Nobody will confirm a cancellation any more.
      const state = invocation.view.actual.state === "Cancelling" ? "Cancelled" : "DeliveryTimedOut";
      this.#finish(invocation, state, invocation.view.actual.reports);
    }
  }

  #completeIfDone(command: CommandRecord): void {
    if (command.counts.completed < command.queue.length || commandStates[command.state].isFinal) return;
    this.#end(command, finalState(command));
  }

  #end(command: CommandRecord, state: CommandState): void {
    command.cancelExpiry();
    this.#enter(command, state);
  }

  #enter(command: CommandRecord, state: CommandState): void {
    command.state = state;
    emitCommand(this.#options.context, command);
  }

  #change(invocation: InvocationRecord, view: InvocationView): void {
    const { clock, random, dials, context } = this.#options;
    const now = clock.now();
    const before = invocationStates[invocation.view.actual.state].status;
    invocation.view.change(view, now, now + randomBetween(random, dials.statusLagMs));
    if (invocationStates[view.state].status !== before) {
      emitInvocation(context, invocation.command, { instanceId: invocation.instanceId, state: view.state });
    }
  }

  /** The agent is back: it gets what waited for it. */
  #empty(instanceId: string): void {
    const waiting = this.#mailboxes.get(instanceId);
    this.#mailboxes.delete(instanceId);
    for (const invocation of waiting ?? []) {
      this.#later(this.#options.dials.deliveryMs, () => this.#deliver(invocation));
    }
  }

  /** The node is dead. What ran on it has stopped, and nobody tells Systems Manager. */
  #kill(instanceId: string): void {
    const running = this.#running.get(instanceId);
    this.#running.delete(instanceId);
    for (const invocation of running ?? []) invocation.stop?.abort(NODE_DIED);
  }

  #later(delay: Range, run: () => void): void {
    const { agenda, clock, random } = this.#options;
    agenda.at(clock.now() + randomBetween(random, delay), run);
  }
}

/** Why a run was ended from outside. */
const NODE_DIED = "the node died";
const CANCELLED = "cancelled";

function stateOf(reports: readonly StepReport[], signal: AbortSignal): InvocationState {
  if (signal.reason === CANCELLED) return "Cancelled";
  const status = statusOf(reports);
  return status === "TimedOut" ? "ExecutionTimedOut" : status;
}

function add(sets: Map<string, Set<InvocationRecord>>, instanceId: string, invocation: InvocationRecord): void {
  const known = sets.get(instanceId);
  if (known === undefined) sets.set(instanceId, new Set([invocation]));
  else known.add(invocation);
}
