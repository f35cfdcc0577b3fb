import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { AwsError } from "../../kernel/aws-error.ts";
import { notImplemented } from "../../mechanisms/not-implemented.ts";
import { invalidParameter } from "./errors.ts";
import { MESSAGE_ATTRIBUTES_MAX } from "./limits.ts";

export type MessageAttributes = Readonly<Record<string, MessageAttributeValue>>;

/** Bytes as SQS counts them: the body, and the name, type and value of each attribute. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value.DataType ?? "") + valueBytes(value).length;
  }
  return bytes;
}

/** Refuses a body with characters that XML cannot carry. */
export function checkBody(body: string): void {
  const bad = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.exec(body);
  if (bad === null) return;
  const codePoint = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase();
  throw new AwsError(
    "InvalidMessageContents",
    `Invalid binary character '#x${codePoint}' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`,
  );
}

/** Refuses attributes that SQS refuses. */
export function checkAttributes(attributes: MessageAttributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > MESSAGE_ATTRIBUTES_MAX) {
    throw invalidParameter(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MESSAGE_ATTRIBUTES_MAX}].`,
    );
  }
  for (const [name, value] of entries) checkAttribute(name, value);
}

function checkAttribute(name: string, value: MessageAttributeValue): void {
  if (value.StringListValues !== undefined || value.BinaryListValues !== undefined) {
    throw notImplemented("message attributes that are lists (AWS: Message attribute list values are not supported)");
  }
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(name) || /^(AWS\.|Amazon\.|\.)|\.\.|\.$/i.test(name)) {
    throw invalidParameter(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  }
  const kind = /^(String|Number|Binary)(\.|$)/.exec(value.DataType ?? "")?.[1];
  if (kind === undefined) {
    throw invalidParameter(
      `The type of message attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const given = kind === "Binary" ? value.BinaryValue : value.StringValue;
  if (given === undefined || given.length === 0) {
    throw invalidParameter(
      `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${kind}'.`,
    );
  }
  if (kind === "Number" && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value.StringValue ?? "")) {
    throw invalidParameter(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
}

export function md5Of(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/**
 * The digest that clients check attributes with; undefined without attributes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).toSorted();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const value = attributes[name] ?? { DataType: "" };
    add(Buffer.from(name));
    add(Buffer.from(value.DataType ?? ""));
    hash.update(Uint8Array.of(value.BinaryValue === undefined ? STRING_TRANSPORT : BINARY_TRANSPORT));
    add(valueBytes(value));
  }
  return hash.digest("hex");
}

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;

function valueBytes(value: MessageAttributeValue): Uint8Array {
  return value.BinaryValue ?? Buffer.from(value.StringValue ?? "");
}
