import { createHash } from "node:crypto";
import { randomHex, type Random } from "@muster/core";

/** A version 4 UUID: what AWS uses for event, message and execution ids. RFC 9562. */
export function randomUuid(random: Random): string {
  return format(randomHex(random, 32));
}

/** The same text always gives the same UUID: an id that survives a retry of whoever made it. */
export function uuidOf(text: string): string {
  return format(createHash("sha256").update(text).digest("hex"));
}

function format(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
