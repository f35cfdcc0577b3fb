import { NormalizedSchema } from "@smithy/core/schema";

/** Copies a value by its Smithy schema; throws ShapeError at the first member or type that the schema does not know. */
export type Conform = (value: unknown, path: string) => unknown;

/**
 * A caller and a plugin meet in memory, where nothing serialises: without this a test would pass with a member that AWS
 * drops, or with an object that both sides share. Copies are compiled once per schema.
 */
export function conformTo(schema: unknown): Conform {
  return compile(NormalizedSchema.of(schema as never));
}

/** A value does not fit the API's shape: a bug of the caller (input) or of the plugin (output). */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

const compiled = new Map<unknown, Conform>();

function compile(schema: NormalizedSchema): Conform {
  const key = schema.getSchema();
  const known = compiled.get(key);
  if (known !== undefined) return known;
  let real: Conform | undefined;
  // Shapes may contain themselves (DynamoDB's AttributeValue): members are compiled when first used.
  const lazy: Conform = (value, path) => (real ??= build(schema))(value, path);
  if (typeof key === "object" && key !== null) compiled.set(key, lazy);
  return lazy;
}

function build(schema: NormalizedSchema): Conform {
  if (schema.isUnitSchema()) return () => ({});
  if (schema.isStructSchema()) return struct(schema);
  if (schema.isListSchema()) return list(compile(schema.getValueSchema()));
  if (schema.isMapSchema()) return map(compile(schema.getValueSchema()));
  if (schema.isDocumentSchema()) return (value) => structuredClone(value);
  if (schema.isBooleanSchema()) return scalar("a boolean", (value) => typeof value === "boolean");
  if (schema.isNumericSchema())
    return scalar("a number", (value) => typeof value === "number" && Number.isFinite(value));
  if (schema.isTimestampSchema()) return scalar("a Date", (value) => value instanceof Date);
  if (schema.isBlobSchema()) return blob;
  return scalar("a string", (value) => typeof value === "string");
}

function struct(schema: NormalizedSchema): Conform {
  const members = new Map<string, Conform>();
  for (const [name, member] of schema.structIterator()) members.set(name, compile(member));
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(path, "an object", value);
    const copy: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(value)) {
      if (inner === undefined || (path === "" && name === "$metadata")) continue;
      const member = members.get(name);
      if (member === undefined)
        throw new ShapeError(`${path === "" ? "the request or answer" : path} has no member ${name} in AWS's model`);
      copy[name] = member(inner, `${path}.${name}`);
    }
    return copy;
  };
}

function list(item: Conform): Conform {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, "a list", value);
    return value.map((inner, index) => item(inner, `${path}[${index}]`));
  };
}

function map(item: Conform): Conform {
  return (value, path) => {
    if (typeof value !== "object" || value === null) throw wrong(path, "a map", value);
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, inner]) => inner !== undefined)
        .map(([key, inner]) => [key, item(inner, `${path}.${key}`)]),
    );
  };
}

function blob(value: unknown, path: string): unknown {
  if (typeof value === "string") return new TextEncoder().encode(value);
  // Not slice(): of a Buffer that is a view, and both sides would share its bytes.
  if (value instanceof Uint8Array) return new Uint8Array(value);
  throw wrong(path, "bytes", value);
}

function scalar(expected: string, fits: (value: unknown) => boolean): Conform {
  return (value, path) => {
    if (!fits(value)) throw wrong(path, expected, value);
    return value;
  };
}

function wrong(path: string, expected: string, value: unknown): ShapeError {
  return new ShapeError(
    `${path === "" ? "the value" : path} must be ${expected}, not ${Array.isArray(value) ? "a list" : typeof value}`,
  );
}
