import type { Change } from "../ports/cluster-store.ts";

/** What the operation does now, for a person who watches it. */
export function stepChange(step: string): Change {
  return { update: "operation", set: { step } };
}
