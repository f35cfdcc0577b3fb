import { setKey, type Json } from "../json.ts";

/** A result that JSON cannot write: a function. */
export class UnsupportedResultError extends Error {
  override readonly name = "UnsupportedResultError";
}

/**
 * The JSON of an expression's result: JSONata's sequences become plain arrays, and everything is copied, so that no
 * two payloads share a part that could change. Numbers that are not finite become the text JavaScript names them by,
 * as AWS writes them (`1/0` is `"Infinity"`).
 * @throws {UnsupportedResultError}
 */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map((item) => toJson(item ?? null));
  if (typeof value !== "object" || isFunctionObject(value)) throw new UnsupportedResultError("a function is no JSON");
  const copy: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner !== undefined) setKey(copy, key, toJson(inner));
  }
  return copy;
}

// JSONata's own functions, and those written in JSONata, are objects with one of these marks.
function isFunctionObject(value: object): boolean {
  return "_jsonata_function" in value || "_jsonata_lambda" in value;
}
