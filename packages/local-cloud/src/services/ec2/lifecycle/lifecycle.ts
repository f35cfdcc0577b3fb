import { chance, randomBetween, type Random, type Range } from "@muster/core";
import type { ServiceContext } from "../../../kernel/service.ts";
import type { NodeRuntime } from "../../../nodes/node-runtime.ts";
import type { Ec2Dials } from "../dials.ts";
import { vCpuQuota } from "../instance-types/quota-families.ts";
import type { Agenda } from "../../../mechanisms/agenda.ts";
import type { InstanceRecord, StateView } from "../state/records.ts";
import type { Ec2Store } from "../state/store.ts";
import { emitStateChange } from "./events.ts";
import { nodeMachine } from "./node-machine.ts";
import { whys, type LateFailure, type Why } from "./reasons.ts";
import { release } from "./release.ts";

/** What happens to the operating system of an instance; `gone` is the instance's own end. */
export type GuestChange = "up" | "down" | "gone";
export type GuestListener = (instanceId: string, change: GuestChange) => void;

interface LifecycleOptions {
  readonly context: ServiceContext;
  readonly random: Random;
  readonly dials: Ec2Dials;
  readonly store: Ec2Store;
  readonly agenda: Agenda;
  readonly runtime: NodeRuntime;
}

/** Moves instances from state to state in their time, and tells those who must know. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #listeners: GuestListener[] = [];

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  /** `listener` is called in the moment of each change. */
  watch(listener: GuestListener): void {
    this.#listeners.push(listener);
  }

  /** When a change made now shows to readers, epoch ms. */
  seenFrom(): number {
    return this.#now() + this.#draw(this.#options.dials.describeLagMs);
  }

  /** A launched instance, in `pending` and holding its place, goes on to `running`; or ends, when it is to fail. */
  launched(instance: InstanceRecord, failure: LateFailure | undefined): void {
    const { dials, random, context } = this.#options;
    emitStateChange(context, instance.instanceId, "pending");
    const boots = this.#draw(instance.type.bareMetal ? dials.metalPendingMs : dials.pendingMs);
    const reason = chance(random, dials.launchFailure) ? dials.launchFailureReason : failure;
    if (reason === undefined) {
      this.#later(instance, boots, () => this.#run(instance));
      return;
    }
    // A launch that fails does so before it would have run.
    const view = { reason: { code: reason.code, message: reason.message }, transitionReason: reason.code };
    this.#later(instance, Math.min(boots, LATE_FAILURE_MS_MAX), () => this.#end(instance, view));
  }

  /** To `shutting-down` and `terminated`; nothing happens to an instance that is on its way there. */
  terminate(instance: InstanceRecord, why: Why, options: { fast?: boolean } = {}): void {
    const { name } = instance.state.actual;
    if (name === "shutting-down" || name === "terminated") return;
    const view = this.#view(why);
    this.#guestDown(instance);
    this.#enter(instance, { name: "shutting-down", ...view });
    const span = this.#options.dials.shuttingDownMs;
    const takes = this.#draw(span);
    this.#later(instance, options.fast === true ? span.min : takes, () => this.#end(instance, view));
  }

  /** To `stopping` and `stopped`; whatever is on its instance store is lost. */
  stop(instance: InstanceRecord, why: Why): void {
    const { name } = instance.state.actual;
    if (name !== "running" && name !== "pending") return;
    const view = this.#view(why);
    this.#guestDown(instance);
    this.#enter(instance, { name: "stopping", ...view });
    this.#later(instance, this.#draw(this.#options.dials.stoppingMs), () => {
      this.#vacate(instance);
      this.#enter(instance, { name: "stopped", ...view });
    });
  }

  /** From `stopped` to `pending` and `running`. The caller has checked quota and capacity. */
  start(instance: InstanceRecord): void {
    instance.launchedAt = this.#now();
    this.occupy(instance);
    this.#enter(instance, { name: "pending", transitionReason: "" });
    const { dials } = this.#options;
    const boots = this.#draw(instance.type.bareMetal ? dials.metalPendingMs : dials.pendingMs);
    this.#later(instance, boots, () => this.#run(instance));
  }

  /**
   * The hardware dies. `silent`: EC2 goes on to call it running, until the status checks notice. Otherwise EC2 notices
   * at once, and protection does not help.
   */
  failHardware(instance: InstanceRecord, as: "silent" | "stopped" | "terminated"): void {
    if (as === "stopped") this.stop(instance, whys.hardwareStop);
    else if (as === "terminated") this.terminate(instance, whys.hardwareTermination);
    else if (instance.state.actual.name === "running") {
      this.#guestDown(instance);
      instance.impairedAt = this.#now() + this.#draw(this.#options.dials.impairedMs);
    }
  }

  /** `shutdown -h` inside the guest: protection does not cover it. */
  shutDownFromInside(instance: InstanceRecord): void {
    if (instance.state.actual.name !== "running") return;
    if (instance.shutdownBehavior === "terminate") this.terminate(instance, whys.guest);
    else this.stop(instance, whys.guest);
  }

  /** The instance takes its place in the capacity pool and in the quota, until it is stopped or terminated. */
  occupy(instance: InstanceRecord): void {
    instance.holdsPlace = true;
    const { usage } = this.#options.store;
    usage.addToPool(poolOf(instance), 1);
    const quota = vCpuQuota(instance.type, marketOf(instance));
    if (quota !== undefined) usage.addVCpus(quota, instance.type.vCpus);
  }

  #vacate(instance: InstanceRecord): void {
    if (!instance.holdsPlace) return;
    instance.holdsPlace = false;
    const { store, dials, agenda } = this.#options;
    store.usage.addToPool(poolOf(instance), -1);
    const quota = vCpuQuota(instance.type, marketOf(instance));
    if (quota === undefined) return;
    const free = () => store.usage.addVCpus(quota, -instance.type.vCpus);
    const delay = this.#draw(dials.vCpuReleaseMs);
    if (delay > 0) agenda.at(this.#now() + delay, free);
    else free();
  }

  #run(instance: InstanceRecord): void {
    const { context, runtime, store } = this.#options;
    this.#enter(instance, { name: "running", transitionReason: "" });
    instance.guestUp = true;
    instance.impairedAt = undefined;
    instance.checksOkAt = this.#now() + this.#draw(this.#options.dials.statusChecksMs);
    runtime.boot(nodeMachine(instance, { region: context.region, tags: store.tags.of(instance.instanceId) }));
    this.#tell(instance.instanceId, "up");
  }

  #end(instance: InstanceRecord, view: Omit<StateView, "name">): void {
    const { store, agenda, dials } = this.#options;
    const held = { interfaces: instance.interfaces, volumes: instance.volumes };
    this.#vacate(instance);
    this.#enter(instance, { name: "terminated", ...view });
    instance.terminatedAt = this.#now();
    instance.interfaces = [];
    instance.volumes = [];
    instance.placementGroup?.members.delete(instance);
    store.addDead(instance);
    // The request ends with its instance.
    if (instance.spotRequestId !== undefined) store.tags.remove(instance.spotRequestId);
    agenda.at(this.#now() + this.#draw(dials.releaseMs), () => release(store, held));
    this.#tell(instance.instanceId, "gone");
  }

  #guestDown(instance: InstanceRecord): void {
    if (!instance.guestUp) return;
    instance.guestUp = false;
    this.#options.runtime.halt(instance.instanceId);
    this.#tell(instance.instanceId, "down");
  }

  #enter(instance: InstanceRecord, view: StateView): void {
    instance.epoch++;
    instance.state.change(view, this.#now(), this.seenFrom());
    emitStateChange(this.#options.context, instance.instanceId, view.name);
  }

  /** Does it later, unless the instance has gone another way by then. */
  #later(instance: InstanceRecord, delayMs: number, run: () => void): void {
    const { epoch } = instance;
    this.#options.agenda.at(this.#now() + delayMs, () => {
      if (instance.epoch === epoch) run();
    });
  }

  #view(why: Why): Omit<StateView, "name"> {
    return {
      reason: { code: why.code, message: why.message },
      transitionReason: why.transition(this.#now()),
    };
  }

  #tell(instanceId: string, change: GuestChange): void {
    for (const listener of this.#listeners) listener(instanceId, change);
  }

  #draw(range: Range): number {
    return randomBetween(this.#options.random, range);
  }

  #now(): number {
    return this.#options.context.clock.now();
  }
}

/** A launch that fails after it was accepted fails within seconds. */
const LATE_FAILURE_MS_MAX = 10_000;

export function marketOf(instance: InstanceRecord): "on-demand" | "spot" {
  return instance.spotRequestId === undefined ? "on-demand" : "spot";
}

function poolOf(instance: InstanceRecord): { instanceType: string; zone: string; market: "on-demand" | "spot" } {
  return { instanceType: instance.type.name, zone: instance.zone, market: marketOf(instance) };
}
