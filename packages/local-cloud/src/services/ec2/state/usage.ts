import type { CapacityPool } from "../dials.ts";

/** What the account uses besides what is launched here; counts against its quotas. */
export interface OtherUsage {
  /** vCPUs by quota code, such as `L-1216C47A`. */
  readonly vCpus?: Readonly<Record<string, number>>;
  readonly networkInterfaces?: number;
  /** GiB by volume type. */
  readonly storageGiB?: Readonly<Record<string, number>>;
}

/** Running sums of what quotas and capacity pools are measured by, so that no launch has to count instances. */
export class Usage {
  readonly #vCpus = new Map<string, number>();
  readonly #storageGiB = new Map<string, number>();
  readonly #pools = new Map<string, number>();

  /** Network interfaces that others in the account hold. */
  readonly otherInterfaces: number;

  constructor(others: OtherUsage) {
    this.otherInterfaces = others.networkInterfaces ?? 0;
    for (const [code, vCpus] of Object.entries(others.vCpus ?? {})) this.#vCpus.set(code, vCpus);
    for (const [type, sizeGiB] of Object.entries(others.storageGiB ?? {})) this.#storageGiB.set(type, sizeGiB);
  }

  vCpus(quotaCode: string): number {
    return this.#vCpus.get(quotaCode) ?? 0;
  }

  addVCpus(quotaCode: string, vCpus: number): void {
    this.#vCpus.set(quotaCode, this.vCpus(quotaCode) + vCpus);
  }

  storageGiB(volumeType: string): number {
    return this.#storageGiB.get(volumeType) ?? 0;
  }

  addStorageGiB(volumeType: string, sizeGiB: number): void {
    this.#storageGiB.set(volumeType, this.storageGiB(volumeType) + sizeGiB);
  }

  /** Instances that hold a place in the pool. */
  inPool(pool: CapacityPool): number {
    return this.#pools.get(poolKey(pool)) ?? 0;
  }

  addToPool(pool: CapacityPool, count: number): void {
    this.#pools.set(poolKey(pool), this.inPool(pool) + count);
  }
}

export function poolKey(pool: CapacityPool): string {
  return `${pool.instanceType} ${pool.zone} ${pool.market}`;
}
