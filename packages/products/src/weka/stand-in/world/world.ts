import { randomBetween, type Clock, type NodeMachine, type Random } from "@muster/core";
import type { WekaDials } from "../dials.ts";
import { Cluster } from "./cluster.ts";
import { Machine, uuidOf, type Container } from "./machine.ts";

/** Every machine and every WEKA cluster of one embedded cloud: a state machine that follows from its clock and its seed. */
export class WekaWorld {
  readonly clock: Clock;
  /** May be turned at any time. */
  readonly dials: WekaDials;
  readonly machines = new Map<string, Machine>();
  readonly clusters = new Map<string, Cluster>();
  readonly #seed: number;
  readonly #byAddress = new Map<string, Machine>();

  constructor(options: { clock: Clock; random: Random; dials: WekaDials }) {
    this.clock = options.clock;
    this.dials = options.dials;
    this.#seed = Math.floor(options.random.next() * 4_294_967_296);
  }

  boot(node: NodeMachine): void {
    const machine = new Machine(node, {
      now: this.clock.now(),
      seed: this.#seed,
      attachMs: (random) => randomBetween(random, this.dials.attach),
    });
    this.machines.set(node.instanceId, machine);
    this.#byAddress.set(node.privateIp, machine);
  }

  /** The machine is gone with its instance store; what it was in notices after a while. */
  halt(instanceId: string): void {
    const machine = this.machines.get(instanceId);
    if (machine === undefined || !machine.isAlive) return;
    const now = this.clock.now();
    machine.haltedAt = now;
    const noticeMs = randomBetween(machine.random, this.dials.noticeDown);
    for (const { membership } of machine.containers.values()) {
      if (membership !== undefined) membership.downAt = now + noticeMs;
    }
    if (this.#byAddress.get(machine.node.privateIp) === machine) this.#byAddress.delete(machine.node.privateIp);
    this.machines.delete(instanceId);
  }

  /** The living machine with that address. */
  at(address: string): Machine | undefined {
    return this.#byAddress.get(address);
  }

  createCluster(options: { release: string; password: string; first: Machine }): Cluster {
    const guid = uuidOf(`${this.#seed} ${options.first.node.instanceId} ${this.clusters.size}`);
    const cluster = new Cluster({
      guid,
      release: options.release,
      password: options.password,
      clock: this.clock,
      dials: () => this.dials,
    });
    this.clusters.set(guid, cluster);
    return cluster;
  }

  /** Whether the container answers: it was started long enough ago. */
  isReady(container: Container): boolean {
    return container.isRunning && this.clock.now() >= container.runsAt;
  }

  /** STEM: in no cluster. CLUSTERIZING: a member that is not up yet. READY: a member. */
  internalState(container: Container): "STARTING" | "STEM" | "CLUSTERIZING" | "READY" {
    if (!this.isReady(container)) return "STARTING";
    const { membership } = container;
    if (membership === undefined) return "STEM";
    return this.clock.now() >= membership.upAt ? "READY" : "CLUSTERIZING";
  }

  /** The cluster that a machine's management speaks for, when it is a member and its cluster answers. */
  clusterOf(machine: Machine): Cluster | undefined {
    for (const container of machine.containers.values()) {
      const { membership } = container;
      if (membership !== undefined && container.isRunning) return membership.cluster;
    }
    return undefined;
  }
}
