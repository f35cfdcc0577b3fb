import type { Fact } from "./facts.ts";
import type { Finding } from "./finding.ts";

export function isKnown<T>(fact: Fact<T>): fact is { readonly known: T } {
  return "known" in fact;
}

/** A check that could not be made. It does not block: what it would have found, AWS will say. */
export function unknownFinding(id: string, subject: string, why: string): Finding {
  return {
    id,
    verdict: "unknown",
    subject,
    measured: `could not be read: ${why}`,
    needed: "an answer of AWS",
    remedy:
      "If the reason names a permission, give it to Muster's preflight function; if AWS did not answer, try again in a moment.",
  };
}
