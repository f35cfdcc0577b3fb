import type { Range } from "@muster/core";
import type { BucketSize } from "../../mechanisms/token-bucket.ts";

/** What the embedded Systems Manager does with time and with trouble. Fields may be changed while it runs. */
export interface SsmDials {
  /** How long after the boot agents register: each share of the nodes in its span. Nodes beyond all shares never do. */
  online: readonly { readonly share: number; readonly delayMs: Range }[];
  /**
   * Too many agents starting at once throttle each other: of those beyond `size` within `windowMs`, a share sleeps
   * `delayMs` longer.
   */
  herd: { readonly size: number; readonly windowMs: number; readonly share: number; readonly delayMs: Range };
  /** Version of the agent on the nodes. Below 3.3.2746.0 ENV_VAR parameters are pasted into the script as text. */
  agentVersion: string;
  /** From the death of a node until PingStatus says ConnectionLost, ms. */
  pingLostMs: Range;
  /** From the end of an instance until it is no longer a managed node, ms. */
  deregisterMs: Range;
  /** From sending (or a free place in the concurrency) until the agent has the command, ms. */
  deliveryMs: Range;
  /** From the end of a step until Systems Manager knows, ms. */
  reportMs: Range;
  /** How long after SendCommand the command and its invocations show in reads, ms. */
  readLagMs: Range;
  /** How long after a change of status invocations show it in reads, ms. */
  statusLagMs: Range;
  /** From the first try until a command for a node that is gone is Undeliverable, ms. */
  undeliverableMs: Range;
  /** Probability, 0..1, that the agent restarts in the middle and the document runs a second time, from the start. */
  duplicateDelivery: number;
  /** How long a reboot asked for with exit code 194 takes, ms. */
  rebootMs: Range;
  /** SendCommand has a bucket; AWS publishes no figure. */
  throttling: boolean;
  sendCommandBucket: BucketSize;
  /** Invocations of the account that may be pending; beyond that a command fails as RateExceeded. */
  pendingInvocationsMax: number;
  /** `full`: as many nodes at once as MaxConcurrency says. `doubling`: one first, then two, four and so on up to it. */
  ramp: "full" | "doubling";
}

/**
 * Systems Manager on a calm day. Agents report about every five minutes and are given up minutes after the last word;
 * most are online within two minutes of the boot, a few take up to six (seen in public fleets). 5 SendCommand a second is
 * what is safe on AWS.
 */
export const calmSsm: Readonly<SsmDials> = {
  online: [
    { share: 0.97, delayMs: { min: 30_000, max: 120_000 } },
    { share: 0.03, delayMs: { min: 120_000, max: 360_000 } },
  ],
  herd: { size: 100, windowMs: 60_000, share: 0, delayMs: { min: 300_000, max: 900_000 } },
  agentVersion: "3.3.3050.0",
  pingLostMs: { min: 300_000, max: 600_000 },
  deregisterMs: { min: 60_000, max: 900_000 },
  deliveryMs: { min: 100, max: 1_500 },
  reportMs: { min: 50, max: 500 },
  readLagMs: { min: 300, max: 1_500 },
  statusLagMs: { min: 0, max: 800 },
  undeliverableMs: { min: 30_000, max: 90_000 },
  duplicateDelivery: 0,
  rebootMs: { min: 30_000, max: 90_000 },
  throttling: true,
  sendCommandBucket: { capacity: 5, refillPerSecond: 5 },
  pendingInvocationsMax: Number.POSITIVE_INFINITY,
  ramp: "full",
};
