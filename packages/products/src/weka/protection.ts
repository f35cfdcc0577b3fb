import {
  HOT_SPARES_ABOVE_MINIMUM,
  HOT_SPARES_AT_MINIMUM,
  BACKENDS_MIN,
  BUCKET_RAFT_DEFAULT,
  NET_CAPACITY_SHARE,
  PARITY_DEFAULT,
  STRIPE_WIDTH_MAX,
} from "./limits.ts";

/** How a cluster spreads its data. Data and parity are fixed for ever when it is formed. */
export interface Protection {
  /** Data drives of a stripe (W), each in another failure domain, which is a server. */
  readonly data: number;
  /** Parity drives of a stripe (P): so many failures are survived. */
  readonly parity: number;
  /** Servers whose room is kept free to rebuild into (H). */
  readonly hotSpares: number;
}

/**
 * What a spec leaves open, as WEKA's module and product decide it: P = 2, one spare at six servers and two above, and the
 * widest stripe that still leaves room for parity and spares.
 */
export function completeProtection(backends: number, asked: Partial<Protection>): Protection {
  const parity = asked.parity ?? PARITY_DEFAULT;
  const hotSpares = asked.hotSpares ?? defaultHotSpares(backends, parity, asked.data);
  return { data: asked.data ?? widestStripe(backends, parity, hotSpares), parity, hotSpares };
}

/** The widest stripe that fits, which may be too narrow to be allowed. */
export function widestStripe(backends: number, parity: number, hotSpares: number): number {
  return Math.min(STRIPE_WIDTH_MAX, backends - parity - hotSpares);
}

/** Fewest servers that can hold the stripe and its spares: the floor below which no server may be taken out. */
export function serversFloor(protection: Protection): number {
  return Math.max(BACKENDS_MIN, protection.data + protection.parity + protection.hotSpares);
}

/**
 * Fewest healthy servers with which the cluster still serves IO. A server may hold P blocks of one stripe once others are
 * gone, so W+P blocks need ceil((W+P)/P) of them: 4 for 5+2, 9 for 16+2, 5 for 16+4 (docs.weka.io, "Data protection").
 */
export function healthyServersMin(protection: Pick<Protection, "data" | "parity">): number {
  return Math.ceil((protection.data + protection.parity) / protection.parity);
}

/** How many servers may fail at the same moment without loss: as many as there are parity blocks, a server being a failure domain. */
export function simultaneousFailures(protection: Pick<Protection, "parity">): number {
  return protection.parity;
}

/** Bytes for files, of so many raw bytes over so many servers: raw * (N-H)/N * W/(W+P) * 0.9. docs.weka.io. */
export function netBytes(rawBytes: number, backends: number, { data, parity, hotSpares }: Protection): number {
  return Math.floor(((rawBytes * (backends - hotSpares)) / backends) * (data / (data + parity)) * NET_CAPACITY_SHARE);
}

/** Members of the raft council that survive as many failures as the data does; undefined where WEKA's default does. */
export function bucketRaftSize(parity: number): number | undefined {
  const needed = 2 * parity + 1;
  return needed > BUCKET_RAFT_DEFAULT ? needed : undefined;
}

// A second spare is WEKA's habit, not a need: it gives way to the stripe that the user asked for, or to the narrowest one.
function defaultHotSpares(backends: number, parity: number, data: number | undefined): number {
  const wanted = backends > BACKENDS_MIN ? HOT_SPARES_ABOVE_MINIMUM : HOT_SPARES_AT_MINIMUM;
  const room = backends - parity - (data ?? 3);
  return Math.max(HOT_SPARES_AT_MINIMUM, Math.min(wanted, room));
}
