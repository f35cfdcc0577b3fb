import { createHash } from "node:crypto";

import { TOKEN_LIFE_MS } from "../limits.ts";

/** Which transactions have been done, by the token that their caller chose. */
export class TokenMemory {
  readonly #done = new Map<string, { readonly fingerprint: string; readonly until: number }>();

  /** How a request compares with what was done under its token: never seen, the same again, or another one. */
  recall(token: string, request: unknown, now: number): "new" | "same" | "different" {
    this.#forget(now);
    const done = this.#done.get(token);
    if (done === undefined) return "new";
    return done.fingerprint === fingerprintOf(request) ? "same" : "different";
  }

  remember(token: string, request: unknown, now: number): void {
    // Taken out first, so that the map stays in the order of time.
    this.#done.delete(token);
    this.#done.set(token, { fingerprint: fingerprintOf(request), until: now + TOKEN_LIFE_MS });
  }

  #forget(now: number): void {
    for (const [token, { until }] of this.#done) {
      if (until > now) return;
      this.#done.delete(token);
    }
  }
}

/** The same for requests that say the same, whatever the order of their members. */
function fingerprintOf(request: unknown): string {
  return createHash("sha256").update(canonical(request)).digest("hex");
}

function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString("base64")}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(",")}}`;
}
