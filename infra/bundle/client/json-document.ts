import { randomUUID } from "node:crypto";
import type { NormalizedSchema } from "@smithy/core/schema";

/**
 * A value of a shape as AWS's JSON protocols write it: itself, but bytes are base64, instants are seconds, what is absent
 * is left out, and a missing idempotency token is made up.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
 */
export function toDocument(schema: NormalizedSchema, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  if (schema.isStructSchema()) return Object.fromEntries(writtenMembers(schema, value as Members));
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return (value as readonly unknown[]).filter(isPresent).map((inner) => toDocument(item, inner));
  }
  if (schema.isMapSchema()) return mapValues(schema, value, toDocument);
  if (schema.isBlobSchema()) return Buffer.from(value as string | Uint8Array).toString("base64");
  if (schema.isTimestampSchema()) return secondsOf(schema, value as Date);
  return plain(schema, value);
}

/** The other way round. */
export function fromDocument(schema: NormalizedSchema, document: unknown): unknown {
  if (document === null || document === undefined) return document;
  if (schema.isStructSchema()) {
    const members = document as Members;
    return Object.fromEntries(
      [...schema.structIterator()]
        .filter(([name]) => isPresent(members[name]))
        .map(([name, member]) => [name, fromDocument(member, members[name])]),
    );
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return (document as readonly unknown[]).map((inner) => fromDocument(item, inner));
  }
  if (schema.isMapSchema()) return mapValues(schema, document, fromDocument);
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(document as string, "base64"));
  if (schema.isTimestampSchema()) return dateOf(schema, document);
  return plain(schema, document);
}

type Members = Readonly<Record<string, unknown>>;

function* writtenMembers(schema: NormalizedSchema, value: Members): Generator<[string, unknown]> {
  for (const [name, member] of schema.structIterator()) {
    const inner = value[name];
    if (isPresent(inner)) yield [name, toDocument(member, inner)];
    else if (member.isIdempotencyToken()) yield [name, randomUUID()];
  }
}

function mapValues(
  schema: NormalizedSchema,
  map: unknown,
  convert: (schema: NormalizedSchema, value: unknown) => unknown,
): Record<string, unknown> {
  const item = schema.getValueSchema();
  // fromEntries defines its keys: a key such as __proto__ is one like any other.
  return Object.fromEntries(
    Object.entries(map as Members)
      .filter(([, value]) => isPresent(value))
      .map(([key, value]) => [key, convert(item, value)]),
  );
}

function secondsOf(schema: NormalizedSchema, date: Date): number {
  requireSeconds(schema);
  return date.getTime() / 1000;
}

function dateOf(schema: NormalizedSchema, seconds: unknown): Date {
  requireSeconds(schema);
  return new Date(Math.round(Number(seconds) * 1000));
}

/** Schema numbers of @smithy/types: 4 is the protocol's own format, which is 7, seconds since 1970. */
const SECONDS: readonly unknown[] = [4, 7];

function requireSeconds(schema: NormalizedSchema): void {
  if (!SECONDS.includes(schema.getSchema())) throw new Error(`${schema.getName()} is an instant in an unknown format`);
}

function plain(schema: NormalizedSchema, value: unknown): unknown {
  if (schema.isStringSchema() || schema.isNumericSchema() || schema.isBooleanSchema()) return value;
  throw new Error(`${schema.getName()} is of a kind that Muster's functions do not read or write`);
}

function isPresent(value: unknown): boolean {
  return value !== null && value !== undefined;
}
