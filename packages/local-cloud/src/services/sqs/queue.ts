import type { Clock } from "@muster/core";
import { invalidReceiptHandle, overLimit, purgeInProgress } from "./errors.ts";
import { IN_FLIGHT_MESSAGES_MAX, PURGE_INTERVAL_MS } from "./limits.ts";
import type { MessageAttributes } from "./message.ts";
import { initialSettings, type QueueSettings } from "./queue-attributes.ts";

export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly sentAt: number;
  /** When it can next be received. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt: number | undefined;
}

/** One standard queue: messages in the order they were sent, handed out again until somebody deletes them. */
export class Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly createdAt: number;
  modifiedAt: number;
  readonly tags: ReadonlyMap<string, string>;
  readonly #settings: QueueSettings = initialSettings();
  readonly #clock: Clock;
  readonly #messages = new Map<string, QueueMessage>();
  readonly #waiting = new Set<() => void>();
  #purgedAt = Number.NEGATIVE_INFINITY;

  constructor(options: { name: string; account: string; region: string; tags: Map<string, string>; clock: Clock }) {
    const { name, account, region } = options;
    this.name = name;
    this.arn = `arn:aws:sqs:${region}:${account}:${name}`;
    this.url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    this.tags = options.tags;
    this.#clock = options.clock;
    this.createdAt = options.clock.now();
    this.modifiedAt = this.createdAt;
  }

  get settings(): Readonly<QueueSettings> {
    return this.#settings;
  }

  configure(settings: Partial<QueueSettings>): void {
    Object.assign(this.#settings, settings);
    this.modifiedAt = this.#clock.now();
  }

  send(message: Pick<QueueMessage, "id" | "body" | "attributes" | "senderId">, delayMs: number): void {
    const sentAt = this.#clock.now();
    this.#messages.set(message.id, {
      ...message,
      sentAt,
      visibleAt: sentAt + delayMs,
      receiveCount: 0,
      firstReceivedAt: undefined,
    });
    for (const wake of this.#waiting) wake();
  }

  /**
   * Takes up to `max` visible messages and hides them.
   * @throws {AwsError} OverLimit when too many are in flight
   */
  take(max: number, hideMs: number): QueueMessage[] {
    this.#expire();
    const now = this.#clock.now();
    const taken: QueueMessage[] = [];
    for (const message of this.#messages.values()) {
      if (taken.length === max) break;
      if (message.visibleAt <= now) taken.push(message);
    }
    const mayBeFull = this.#messages.size > IN_FLIGHT_MESSAGES_MAX;
    if (mayBeFull && this.counts().notVisible + taken.length > IN_FLIGHT_MESSAGES_MAX) throw overLimit();
    for (const message of taken) {
      message.receiveCount += 1;
      message.firstReceivedAt ??= now;
      message.visibleAt = now + hideMs;
    }
    return taken;
  }

  /** Resolves when a message may have become visible, and at `until` at the latest. */
  changed(until: number): Promise<void> {
    const now = this.#clock.now();
    let next = until;
    for (const { visibleAt } of this.#messages.values()) if (visibleAt > now && visibleAt < next) next = visibleAt;
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        cancel();
        resolve();
      };
      this.#waiting.add(wake);
      const cancel = this.#clock.after(next - now, wake);
    });
  }

  receiptHandle(message: QueueMessage): string {
    return Buffer.from(`${this.name} ${message.id} ${message.receiveCount}`).toString("base64");
  }

  /**
   * Deletes what a receipt handle names. The handle of an earlier receipt deletes nothing, and is no error either.
   * @throws {AwsError} ReceiptHandleIsInvalid when it is no handle of this queue
   */
  delete(handle: string): void {
    const [name, id = "", count] = Buffer.from(handle, "base64").toString().split(" ");
    if (name !== this.name || count === undefined) throw invalidReceiptHandle(handle);
    if (this.#messages.get(id)?.receiveCount === Number(count)) this.#messages.delete(id);
  }

  /** @throws {AwsError} PurgeQueueInProgress within a minute of the last purge */
  purge(): void {
    const now = this.#clock.now();
    if (now - this.#purgedAt < PURGE_INTERVAL_MS) throw purgeInProgress(this.name);
    this.#purgedAt = now;
    this.#messages.clear();
  }

  counts(): { visible: number; notVisible: number; delayed: number } {
    this.#expire();
    const now = this.#clock.now();
    const counts = { visible: 0, notVisible: 0, delayed: 0 };
    for (const { visibleAt, receiveCount } of this.#messages.values()) {
      if (visibleAt <= now) counts.visible += 1;
      else if (receiveCount > 0) counts.notVisible += 1;
      else counts.delayed += 1;
    }
    return counts;
  }

  // Messages are kept in the order they were sent, so that the expired ones are all in front.
  #expire(): void {
    const oldest = this.#clock.now() - this.#settings.MessageRetentionPeriod * 1000;
    for (const message of this.#messages.values()) {
      if (message.sentAt > oldest) return;
      this.#messages.delete(message.id);
    }
  }
}
