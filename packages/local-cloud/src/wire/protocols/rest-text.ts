import { toIso } from "@muster/core";
import type { NormalizedSchema } from "../schema.ts";
import { timestampForm } from "../schema.ts";

/** A value as it stands in a header. */
export function textOf(schema: NormalizedSchema, value: unknown, timestamps: "date-time" | "http-date"): string {
  if (!(value instanceof Date)) return String(value);
  const own = timestampForm(schema);
  const form = own === "default" ? timestamps : own;
  if (form === "epoch-seconds") return String(value.getTime() / 1000);
  return form === "date-time" ? toIso(value.getTime()) : value.toUTCString();
}
