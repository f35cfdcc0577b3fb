import { notImplemented } from "../../mechanisms/not-implemented.ts";
import { invalidAttributeName, invalidAttributeValue } from "./errors.ts";
import {
  DELAY_SECONDS_MAX,
  MESSAGE_BYTES_LIMIT_MIN,
  MESSAGE_BYTES_MAX,
  RETENTION_SECONDS_DEFAULT,
  RETENTION_SECONDS_MAX,
  RETENTION_SECONDS_MIN,
  VISIBILITY_TIMEOUT_SECONDS_DEFAULT,
  VISIBILITY_TIMEOUT_SECONDS_MAX,
  WAIT_SECONDS_MAX,
} from "./limits.ts";

/** The attributes of a queue that its owner may set, in seconds and bytes. */
export const settableAttributes = {
  DelaySeconds: { initial: 0, min: 0, max: DELAY_SECONDS_MAX },
  MaximumMessageSize: { initial: MESSAGE_BYTES_MAX, min: MESSAGE_BYTES_LIMIT_MIN, max: MESSAGE_BYTES_MAX },
  MessageRetentionPeriod: {
    initial: RETENTION_SECONDS_DEFAULT,
    min: RETENTION_SECONDS_MIN,
    max: RETENTION_SECONDS_MAX,
  },
  ReceiveMessageWaitTimeSeconds: { initial: 0, min: 0, max: WAIT_SECONDS_MAX },
  VisibilityTimeout: { initial: VISIBILITY_TIMEOUT_SECONDS_DEFAULT, min: 0, max: VISIBILITY_TIMEOUT_SECONDS_MAX },
} as const;

export type SettableAttribute = keyof typeof settableAttributes;
export type QueueSettings = Record<SettableAttribute, number>;

/** What a queue has when nothing is said. */
export function initialSettings(): QueueSettings {
  return {
    DelaySeconds: settableAttributes.DelaySeconds.initial,
    MaximumMessageSize: settableAttributes.MaximumMessageSize.initial,
    MessageRetentionPeriod: settableAttributes.MessageRetentionPeriod.initial,
    ReceiveMessageWaitTimeSeconds: settableAttributes.ReceiveMessageWaitTimeSeconds.initial,
    VisibilityTimeout: settableAttributes.VisibilityTimeout.initial,
  };
}

/**
 * Reads attributes as a request gives them: texts.
 * @throws {AwsError} InvalidAttributeName, InvalidAttributeValue; NotImplemented for those that change a queue's kind
 */
export function parseSettings(attributes: Readonly<Record<string, string | undefined>>): Partial<QueueSettings> {
  const settings: Partial<QueueSettings> = {};
  for (const [name, text] of Object.entries(attributes)) {
    if (text === undefined) continue;
    if (!isSettable(name)) throw unsupported(name);
    const { min, max } = settableAttributes[name];
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) throw invalidAttributeValue(name);
    settings[name] = value;
  }
  return settings;
}

export function isSettable(name: string): name is SettableAttribute {
  return Object.hasOwn(settableAttributes, name);
}

// AWS knows these; they would change what the queue does, so they are refused rather than stored.
const knownElsewhere = new Set([
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoQueue",
  "FifoThroughputLimit",
  "KmsDataKeyReusePeriodSeconds",
  "KmsMasterKeyId",
  "Policy",
  "RedriveAllowPolicy",
  "RedrivePolicy",
  "SqsManagedSseEnabled",
]);

function unsupported(name: string): Error {
  return knownElsewhere.has(name) ? notImplemented(`the queue attribute ${name}`) : invalidAttributeName(name);
}
