import type { Range } from "@muster/core";

/**
 * What may become of events. The first group concerns events that AWS services send, which EventBridge promises to
 * deliver on a best effort only; events from PutEvents are taken as they come. Read at each use.
 */
export interface EventDials {
  /** Probability, 0..1, that an event never reaches the bus. Alarm events always do: CloudWatch's are durable. */
  lost: number;
  /** From the fact to the bus, ms. */
  lateMs: Range;
  /** Probability that an event comes twice with the same id (a redelivery). */
  doubledSameId: number;
  /** Probability that the same fact is sent again under a new id. */
  doubledNewId: number;
  /** Probability that an event is held back so that later ones overtake it; otherwise they keep their order. */
  reordered: number;
  /** How long such an event is held back, ms. */
  reorderMs: Range;

  /** From the bus to the call of a target, ms; half a second is usual from end to end. */
  targetMs: Range;
  /** How late within its minute a scheduled rule runs, ms. */
  scheduledLateMs: Range;
}

export const calmEvents: Readonly<EventDials> = {
  lost: 0,
  lateMs: { min: 100, max: 900 },
  doubledSameId: 0,
  doubledNewId: 0,
  reordered: 0,
  reorderMs: { min: 1_000, max: 30_000 },
  targetMs: { min: 50, max: 300 },
  scheduledLateMs: { min: 0, max: 2_000 },
};
