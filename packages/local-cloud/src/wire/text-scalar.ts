import { fromIso } from "@muster/core";
import type { NormalizedSchema, TimestampForm } from "./schema.ts";
import { timestampForm } from "./schema.ts";

/**
 * A value that travels as text: a query parameter, a path label, a header.
 * @returns undefined when the text does not fit the schema
 */
export function scalarFromText(
  schema: NormalizedSchema,
  text: string,
  timestamps: Exclude<TimestampForm, "default">,
): string | number | boolean | Date | Uint8Array | undefined {
  if (schema.isBooleanSchema()) return booleanFromText(text);
  if (schema.isNumericSchema()) return numberFromText(text);
  if (schema.isBlobSchema()) return bytesFromBase64(text);
  if (schema.isTimestampSchema()) {
    const form = timestampForm(schema);
    return dateFromText(text, form === "default" ? timestamps : form);
  }
  return text;
}

/** Decodes strict base64 (RFC 4648, with padding); undefined when it is not. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** Reads a timestamp; undefined when the text is no instant of that form. */
export function dateFromText(text: string, form: Exclude<TimestampForm, "default">): Date | undefined {
  const epochMs = epochMsFromText(text, form);
  return epochMs === undefined || Math.abs(epochMs) > LAST_DATE_MS ? undefined : new Date(epochMs);
}

function epochMsFromText(text: string, form: Exclude<TimestampForm, "default">): number | undefined {
  if (form === "epoch-seconds") {
    const seconds = numberFromText(text);
    return seconds === undefined ? undefined : Math.round(seconds * 1000);
  }
  return PATTERNS[form].test(text) ? fromIso(text) : undefined;
}

const PATTERNS = {
  "date-time": /^\d{4}-\d\d-\d\dT/,
  "http-date": /^[A-Z][a-z]{2}, .* GMT$/,
} as const;

function booleanFromText(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === "true" ? true : lower === "false" ? false : undefined;
}

function numberFromText(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** The last instant that a Date can hold. https://tc39.es/ecma262/#sec-time-values-and-time-range */
export const LAST_DATE_MS = 8.64e15;
