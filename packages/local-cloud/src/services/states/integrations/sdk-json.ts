import { fromIso, toIso } from "@muster/core";
import { MachineFaultError, type Json, type JsonObject } from "@muster/asl";
import { NormalizedSchema } from "@smithy/core/schema";

/** How a Task writes the members of requests and answers. */
export interface JsonStyle {
  readonly memberName: (member: string) => string;
  /** How an answer's time is written: as text, or as epoch ms. */
  readonly time: "text" | "number";
}

/** SDK integrations: the Java SDK's names, capitalised; `md5OfBody` is `Md5OfBody`, `KMSKeyId` is `KmsKeyId`. */
export const sdkStyle: JsonStyle = { memberName: sdkMemberName, time: "text" };

/** Optimized integrations: the API's own names, capitalised; `MD5OfMessageBody` stays (recorded). */
export const optimizedStyle: JsonStyle = { memberName: capitalised, time: "number" };

/** The Arguments of a Task do not fit the request; the message is AWS's. */
export class ArgumentsError extends Error {
  override readonly name = "ArgumentsError";
}

/**
 * Makes the SDK's request of the Arguments of a Task. A null means that the member is not there.
 * @throws {ArgumentsError | MachineFaultError}
 */
export function toRequest(schema: unknown, args: Json, style: JsonStyle): unknown {
  return readValue(NormalizedSchema.of(schema as never), args, "Arguments", style);
}

/** Makes a Task's result of the SDK's answer. */
export function toResult(schema: unknown, answer: unknown, style: JsonStyle): Json {
  return writeValue(NormalizedSchema.of(schema as never), answer, style);
}

/** The members of a structure, as the SDK's schema names them. */
export function membersOf(schema: unknown): string[] {
  const structure = NormalizedSchema.of(schema as never);
  return structure.isStructSchema() ? [...structure.structIterator()].map(([name]) => name) : [];
}

/** The name of a member in SDK integrations: words as the Java SDK parts them. */
export function sdkMemberName(member: string): string {
  return member
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .replaceAll(/(\d)([a-zA-Z])/g, "$1 $2")
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join("");
}

function capitalised(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}

function readValue(schema: NormalizedSchema, value: Json, field: string, style: JsonStyle): unknown {
  if (schema.isStructSchema()) return readStructure(schema, value, field, style);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong(field, "LIST");
    return value.map((item: Json) => readValue(schema.getValueSchema(), item, field, style));
  }
  if (schema.isMapSchema()) {
    if (!isJsonObject(value)) throw wrong(field, "MAP");
    const entries = Object.entries(value).filter(([, inner]) => inner !== null);
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, readValue(schema.getValueSchema(), inner, key, style)]),
    );
  }
  if (schema.isDocumentSchema()) return value;
  if (schema.isBlobSchema()) {
    checkPayload(schema, field);
    return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  }
  if (schema.isTimestampSchema()) return readTime(value, field);
  const expected = schema.isBooleanSchema() ? "boolean" : schema.isNumericSchema() ? "number" : "string";
  if (typeof value !== expected) throw wrong(field, expected.toUpperCase());
  return value;
}

function readStructure(schema: NormalizedSchema, value: Json, field: string, style: JsonStyle): unknown {
  if (!isJsonObject(value)) throw wrong(field, "STRUCTURE");
  const byName = new Map(
    [...schema.structIterator()].map(([name, member]) => [style.memberName(name), { name, member }]),
  );
  const request: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const known = byName.get(key);
    if (known === undefined) throw new ArgumentsError(`The field '${key}' is not supported by Step Functions`);
    if (inner !== null) request[known.name] = readValue(known.member, inner, key, style);
  }
  return request;
}

function readTime(value: Json, field: string): Date {
  // Numbers are epoch seconds, as in the SDKs' own JSON.
  const epochMs = typeof value === "number" ? 1000 * value : typeof value === "string" ? fromIso(value) : undefined;
  if (epochMs === undefined) throw wrong(field, "TIMESTAMP");
  return new Date(epochMs);
}

/** Bodies are text in a Task (recorded); how other bytes are written was not recorded. @throws {MachineFaultError} */
function checkPayload(schema: NormalizedSchema, field: string): void {
  if (schema.getMergedTraits().httpPayload === undefined) {
    throw new MachineFaultError(`the embedded cloud does not have bytes in Tasks: the field '${field}'`);
  }
}

function wrong(field: string, type: string): ArgumentsError {
  return new ArgumentsError(`The value for the field '${field}' must be a ${type}`);
}

function writeValue(schema: NormalizedSchema, value: unknown, style: JsonStyle): Json {
  if (value instanceof Date) return style.time === "number" ? value.getTime() : toIso(value.getTime());
  if (value instanceof Uint8Array) {
    checkPayload(schema, "of the answer");
    return new TextDecoder().decode(value);
  }
  if (Array.isArray(value)) {
    const items = schema.isListSchema() ? schema.getValueSchema() : schema;
    return value.map((item) => writeValue(items, item, style));
  }
  if (typeof value !== "object" || value === null) return value as Json;
  if (schema.isStructSchema()) return writeStructure(schema, value, style);
  if (!schema.isMapSchema()) return value as JsonObject;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, writeValue(schema.getValueSchema(), inner, style)]));
}

function writeStructure(schema: NormalizedSchema, value: object, style: JsonStyle): JsonObject {
  const members = new Map(schema.structIterator());
  const result: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) {
    const member = members.get(name);
    if (member !== undefined && inner !== undefined) {
      result[style.memberName(name)] = writeValue(member, inner, style);
    }
  }
  return result;
}

function isJsonObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
