import { chance, randomBetween, type Random, type Range } from "@muster/core";
import type { Call } from "./service.ts";

/**
 * What may go wrong with any call, whatever the service. All dials are off (or calm) unless a test turns them. Calls of the
 * account's own user are spared by the dials, not by the script: tests and people speak through them.
 */
export interface CallFaults {
  /** Probability, 0..1, that a call is answered with the service's throttling error and does nothing. */
  throttle: number;
  /** Probability, 0..1, that a call works but its answer is lost: the caller sees a timeout. */
  loseAnswer: number;
  /** How long a call takes, ms. */
  latencyMs: Range;
  /** Picks calls to fail by hand: returns what happens to that call, or undefined for the dials above to decide. */
  script?: ((call: Call) => CallFault | undefined) | undefined;
}

export type CallFault = "none" | "throttle" | "lose-answer" | Error;

export const calmCalls: Readonly<CallFaults> = { throttle: 0, loseAnswer: 0, latencyMs: { min: 5, max: 40 } };

/** Decides the fate of one call. */
export function decideFault(faults: CallFaults, call: Call, random: Random): { fault: CallFault; latencyMs: number } {
  const latencyMs = randomBetween(random, faults.latencyMs);
  const scripted = faults.script?.(call);
  if (scripted !== undefined) return { fault: scripted, latencyMs };
  // Both dice are always thrown, so that turning one dial does not shift what the other draws.
  const throttled = chance(random, faults.throttle);
  const lost = chance(random, faults.loseAnswer);
  if (call.caller.isAccountUser) return { fault: "none", latencyMs };
  return { fault: throttled ? "throttle" : lost ? "lose-answer" : "none", latencyMs };
}
