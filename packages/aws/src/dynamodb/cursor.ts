import { MusterError } from "@muster/core";
import type { Item } from "./items.ts";

/** The listing that a page belongs to: its partition, and what its keys are made of. Keys are strings all through. */
export interface Listing {
  readonly partition: { readonly attribute: string; readonly value: string };
  readonly keyAttributes: readonly string[];
}

/** Where a page ended, as an opaque text. */
export function encodeCursor(key: Item): string {
  const texts = Object.fromEntries(Object.entries(key).map(([name, value]) => [name, value.S]));
  return Buffer.from(JSON.stringify(texts)).toString("base64url");
}

/** @throws {MusterError} InputInvalid, when it is not one that this listing gave */
export function decodeCursor(cursor: string, { partition, keyAttributes }: Listing): Item {
  const texts = parse(cursor);
  const isComplete =
    Object.keys(texts).length === keyAttributes.length && keyAttributes.every((name) => isText(texts[name]));
  if (!isComplete || texts[partition.attribute] !== partition.value) throw notOurs();
  return Object.fromEntries(keyAttributes.map((name) => [name, { S: String(texts[name]) }]));
}

function parse(cursor: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    // Not even JSON: no more ours than JSON that says something else.
    return {};
  }
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function notOurs(): MusterError {
  return new MusterError("InputInvalid", {
    what: "The list cannot be continued from there.",
    why: '"after" is not the "next" of a page of this list (InputInvalid).',
    remedy: 'Send "next" as it was answered, or leave "after" out to begin at the first page.',
  });
}
