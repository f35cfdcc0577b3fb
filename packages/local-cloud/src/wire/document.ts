import { AwsError } from "../kernel/aws-error.ts";
import type { NormalizedSchema } from "./schema.ts";
import { timestampForm } from "./schema.ts";
import { bytesFromBase64, dateFromText, LAST_DATE_MS } from "./text-scalar.ts";

/** How a document format writes what JSON's own types cannot say. */
export interface DocumentRules {
  /** restJson1 renames members by their `jsonName`. */
  readonly jsonNames: boolean;
  /** CBOR has bytes and instants of its own; JSON writes base64 and numbers. */
  readonly binary: boolean;
}

/**
 * Reads a parsed JSON or CBOR document by its schema. The SDK's deserialisers trust what a server sent; a server may
 * not trust a client, so this one refuses each value that does not fit, in the words of AWS's JSON services.
 * Unknown members are dropped, as AWS drops them.
 * @throws {AwsError} SerializationException
 */
export function readDocument(schema: NormalizedSchema, value: unknown, rules: DocumentRules): unknown {
  return read(schema, value, rules, 0);
}

/** The error of a body that cannot be read. JSON that does not even parse has no message, as with AWS. */
export function serializationError(message = ""): AwsError {
  return new AwsError("SerializationException", message);
}

function read(schema: NormalizedSchema, value: unknown, rules: DocumentRules, depth: number): unknown {
  if (depth > MAX_DEPTH) throw serializationError(`the request nests values more than ${MAX_DEPTH} levels deep`);
  if (schema.isUnitSchema()) return {};
  if (schema.isStructSchema()) return readStructure(schema, asObject(value, schema), rules, depth);
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return asList(value).map((inner) => read(item, present(inner), rules, depth + 1));
  }
  if (schema.isMapSchema()) {
    const item = schema.getValueSchema();
    return Object.fromEntries(
      Object.entries(asObject(value, schema)).map(([key, inner]) => [
        key,
        read(item, present(inner), rules, depth + 1),
      ]),
    );
  }
  return readScalar(schema, value, rules);
}

function readStructure(
  schema: NormalizedSchema,
  source: Readonly<Record<string, unknown>>,
  rules: DocumentRules,
  depth: number,
): Record<string, unknown> {
  const structure: Record<string, unknown> = {};
  for (const [name, member] of schema.structIterator()) {
    const key = rules.jsonNames ? (member.getMergedTraits().jsonName ?? name) : name;
    const value = Object.hasOwn(source, key) ? source[key] : undefined;
    // A null member is an absent one in every AWS JSON service.
    if (value === undefined || value === null) continue;
    structure[name] = read(member, value, rules, depth + 1);
  }
  return structure;
}

function readScalar(schema: NormalizedSchema, value: unknown, rules: DocumentRules): unknown {
  if (schema.isBooleanSchema()) return typeof value === "boolean" ? value : refuse(value, "Boolean");
  if (schema.isNumericSchema()) return readNumber(value);
  if (schema.isTimestampSchema()) return readTimestamp(schema, value);
  if (schema.isBlobSchema()) return readBytes(value, rules);
  if (schema.isStringSchema()) return typeof value === "string" ? value : refuse(value, "String");
  throw new AwsError("NotImplemented", `the wire cannot read a ${schema.getName(true)}`, { status: 501 });
}

function readNumber(value: unknown): number {
  if (typeof value !== "number") return refuse(value, "Number");
  if (!Number.isFinite(value)) throw serializationError("a number must be finite");
  return value;
}

function readTimestamp(schema: NormalizedSchema, value: unknown): Date {
  if (value instanceof Date) return value;
  const form = timestampForm(schema);
  if (typeof value === "string" && (form === "date-time" || form === "http-date")) {
    return dateFromText(value, form) ?? refuse(value, "Timestamp");
  }
  if (typeof value !== "number" || !(Math.abs(value) * 1000 <= LAST_DATE_MS)) return refuse(value, "Timestamp");
  return new Date(Math.round(value * 1000));
}

function readBytes(value: unknown, rules: DocumentRules): Uint8Array {
  if (rules.binary) return value instanceof Uint8Array ? value : refuse(value, "Blob");
  const bytes = typeof value === "string" ? bytesFromBase64(value) : undefined;
  if (bytes === undefined) throw serializationError("only base-64-encoded strings are convertible to bytes");
  return bytes;
}

function asObject(value: unknown, schema: NormalizedSchema): Readonly<Record<string, unknown>> {
  if (isObject(value)) return value;
  throw serializationError(
    Array.isArray(value)
      ? "Unexpected field type"
      : `${token(value)} cannot be converted to ${schema.getName() ?? "a structure"}`,
  );
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(value, "List");
}

function present(value: unknown): unknown {
  if (value === null || value === undefined) throw serializationError("a list or map may not contain null");
  return value;
}

function refuse(value: unknown, type: string): never {
  if (Array.isArray(value)) throw serializationError(`Unrecognized collection type class java.lang.${type}`);
  if (isObject(value)) throw serializationError("Start of structure or map found where not expected");
  throw serializationError(`${token(value)} cannot be converted to ${type}`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Uint8Array || value instanceof Date);
}

/** The name that AWS's JSON parser gives to what it found. */
function token(value: unknown): string {
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  if (typeof value === "number") return Number.isInteger(value) ? "NUMBER_VALUE" : "DECIMAL_VALUE";
  return typeof value === "string" ? "STRING_VALUE" : "BINARY_VALUE";
}

/** Deeper than any value of any API here (DynamoDB allows 32 levels), and far from the end of the stack. */
const MAX_DEPTH = 100;
