import { chance, randomBetween, type Clock, type Random } from "@muster/core";
import type { ServiceContext } from "../../../kernel/service.ts";
import type { NodeSource, NodeView } from "../../ec2/index.ts";
import type { Agenda } from "../../../mechanisms/agenda.ts";
import type { SsmDials } from "../dials.ts";

/** A node whose agent has registered. */
export interface ManagedNode {
  readonly instanceId: string;
  readonly registeredAt: number;
  readonly agentVersion: string;
  /** The agent has a connection. */
  online: boolean;
  /** Since when it has been, or was last, online. */
  onlineSince: number;
  /** When the connection was lost, and when PingStatus says so; undefined while it is online. */
  lost: { readonly at: number; readonly shownFrom: number } | undefined;
}

interface RegistryOptions {
  readonly context: ServiceContext;
  readonly clock: Clock;
  readonly random: Random;
  readonly dials: SsmDials;
  readonly agenda: Agenda;
  readonly nodes: NodeSource;
  /** The role lets an agent register, as AmazonSSMManagedInstanceCore does. */
  readonly mayRegister: (roleArn: string) => boolean;
}

/** Agents tell Systems Manager that they are alive about this often, ms. */
const HEARTBEAT_MS = 300_000;

/** Which nodes are managed, and whose agents can be reached. */
export class NodeRegistry {
  readonly managed = new Map<string, ManagedNode>();
  readonly #options: RegistryOptions;
  readonly #boots = new Map<string, number>();
  readonly #listeners: ((instanceId: string, online: boolean) => void)[] = [];
  readonly #herd: RecentCounter;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#herd = new RecentCounter();
    options.nodes.watch((instanceId, change) => {
      if (change === "up") this.#booted(instanceId);
      else if (change === "down") this.#lost(instanceId);
      else this.#gone(instanceId);
    });
  }

  /** Tells of agents that come and go, in the moment they do. */
  watch(listener: (instanceId: string, online: boolean) => void): void {
    this.#listeners.push(listener);
  }

  isOnline(instanceId: string): boolean {
    return this.managed.get(instanceId)?.online === true;
  }

  /** A command may name it: it has registered, and EC2 has it pending, running, stopping or stopped. */
  isValidTarget(instanceId: string): boolean {
    return this.managed.has(instanceId) && this.view(instanceId) !== undefined;
  }

  /** The instance behind a managed node, unless it is on its way out. */
  view(instanceId: string): NodeView | undefined {
    const view = this.#options.nodes.get(instanceId);
    return view === undefined || view.state === "terminated" || view.state === "shutting-down" ? undefined : view;
  }

  #booted(instanceId: string): void {
    const { nodes, mayRegister, agenda, clock } = this.#options;
    const boot = (this.#boots.get(instanceId) ?? 0) + 1;
    this.#boots.set(instanceId, boot);
    const delay = this.#onlineDelay();
    const roleArn = nodes.get(instanceId)?.roleArn;
    if (roleArn === undefined || !mayRegister(roleArn) || delay === undefined) return;
    agenda.at(clock.now() + delay, () => {
      if (this.#boots.get(instanceId) === boot && nodes.get(instanceId)?.guestUp === true) this.#online(instanceId);
    });
  }

  // All dice are thrown for every boot, so that turning one dial does not shift what the others draw.
  #onlineDelay(): number | undefined {
    const { dials, random, clock } = this.#options;
    const boots = this.#herd.count(clock.now(), dials.herd.windowMs);
    const sleeps = chance(random, dials.herd.share) && boots > dials.herd.size;
    const extra = randomBetween(random, dials.herd.delayMs);
    let roll = random.next();
    const span = dials.online.find(({ share }) => {
      roll -= share;
      return roll < 0;
    });
    const delay = randomBetween(random, span?.delayMs ?? { min: 0, max: 0 });
    return span === undefined ? undefined : delay + (sleeps ? extra : 0);
  }

  #online(instanceId: string): void {
    const { clock, dials, context } = this.#options;
    const now = clock.now();
    const known = this.managed.get(instanceId);
    if (known === undefined) {
      this.managed.set(instanceId, {
        instanceId,
        registeredAt: now,
        agentVersion: dials.agentVersion,
        online: true,
        onlineSince: now,
        lost: undefined,
      });
      emitRegistration(context, instanceId, "Registration");
    } else {
      known.online = true;
      known.onlineSince = now;
      known.lost = undefined;
    }
    for (const listener of this.#listeners) listener(instanceId, true);
  }

  #lost(instanceId: string): void {
    const { clock, random, dials } = this.#options;
    this.#boots.set(instanceId, (this.#boots.get(instanceId) ?? 0) + 1);
    const node = this.managed.get(instanceId);
    if (node === undefined || !node.online) return;
    const now = clock.now();
    node.online = false;
    node.lost = { at: now, shownFrom: now + randomBetween(random, dials.pingLostMs) };
    for (const listener of this.#listeners) listener(instanceId, false);
  }

  #gone(instanceId: string): void {
    const { clock, random, dials, agenda, context } = this.#options;
    this.#boots.delete(instanceId);
    if (!this.managed.has(instanceId)) return;
    agenda.at(clock.now() + randomBetween(random, dials.deregisterMs), () => {
      this.managed.delete(instanceId);
      emitRegistration(context, instanceId, "Deregistration");
    });
  }
}

/** How often something has happened within the last while. */
class RecentCounter {
  #times: number[] = [];
  #first = 0;

  /** It has happened again. */
  count(now: number, windowMs: number): number {
    this.#times.push(now);
    while ((this.#times[this.#first] ?? now) + windowMs <= now) this.#first++;
    if (this.#first > 1_000) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }
}

/** What readers are told of a node's connection; a death shows minutes later. */
export function pingOf(node: ManagedNode, now: number): { status: "Online" | "ConnectionLost"; lastPingAt: number } {
  const lastWord = Math.min(now, node.lost?.at ?? now);
  const lastPingAt = node.onlineSince + Math.floor((lastWord - node.onlineSince) / HEARTBEAT_MS) * HEARTBEAT_MS;
  const isLost = node.lost !== undefined && node.lost.shownFrom <= now;
  return { status: isLost ? "ConnectionLost" : "Online", lastPingAt };
}

/** AWS names these events and does not publish their detail: there is nothing in it to rely on. */
function emitRegistration(context: ServiceContext, instanceId: string, what: "Registration" | "Deregistration"): void {
  context.emit({
    source: "aws.ssm",
    "detail-type": `SSM Managed Instance ${what}`,
    resources: [`arn:aws:ec2:${context.region}:${context.account}:instance/${instanceId}`],
    detail: {},
  });
}
