import type { Clock } from "@muster/core";
import { TokenBucket, type BucketSize } from "../../../mechanisms/token-bucket.ts";
import { requestLimitExceeded } from "../errors/general.ts";
import {
  actionBuckets,
  instanceBuckets,
  MUTATING_BUCKET,
  READ_BUCKET,
  UNFILTERED_READ_BUCKET,
  unfilteredReads,
  type InstanceBucket,
} from "./buckets.ts";

interface ThrottleOptions {
  readonly clock: Clock;
  readonly account: string;
  /** Read at each call: the dial may be turned while it runs. */
  readonly isOn: () => boolean;
}

/** EC2's request and resource throttling of one account in one region. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /** @throws RequestLimitExceeded (503) when the call finds its request bucket empty */
  admitRequest(operation: string, input: Readonly<Record<string, unknown>>): void {
    if (!this.#options.isOn()) return;
    const { name, size } = requestBucket(operation, input);
    if (!this.#bucket(`request ${name}`, size).take(1, this.#options.clock.now())) {
      throw requestLimitExceeded({ account: this.#options.account, operation, bucket: "request" });
    }
  }

  /** @throws RequestLimitExceeded (503) when the resource bucket does not hold that many instances */
  checkInstances(operation: InstanceBucket, count: number): void {
    if (!this.#options.isOn()) return;
    if (this.#instances(operation).available(this.#options.clock.now()) < count) {
      throw requestLimitExceeded({ account: this.#options.account, operation, bucket: "resource" });
    }
  }

  /** Takes what was checked before, once it is known how many instances it came to. */
  takeInstances(operation: InstanceBucket, count: number): void {
    if (this.#options.isOn()) this.#instances(operation).take(count, this.#options.clock.now());
  }

  #instances(operation: InstanceBucket): TokenBucket {
    return this.#bucket(`instances ${operation}`, instanceBuckets[operation]);
  }

  #bucket(name: string, size: BucketSize): TokenBucket {
    let bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      bucket = new TokenBucket(size, this.#options.clock.now());
      this.#buckets.set(name, bucket);
    }
    return bucket;
  }
}

function requestBucket(
  operation: string,
  input: Readonly<Record<string, unknown>>,
): { name: string; size: BucketSize } {
  const own = actionBuckets[operation];
  if (own !== undefined) return { name: operation, size: own };
  if (!/^(Describe|Get|List)/.test(operation)) return { name: "mutating", size: MUTATING_BUCKET };
  if (unfilteredReads.has(operation) && !asksForLess(input)) {
    return { name: "unfiltered read", size: UNFILTERED_READ_BUCKET };
  }
  return { name: "read", size: READ_BUCKET };
}

/** Filters, a page size, or ids. */
function asksForLess(input: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(input).some(
    ([name, value]) =>
      (name === "MaxResults" && value !== undefined) ||
      ((name === "Filters" || /Ids$|Names$/.test(name)) && Array.isArray(value) && value.length > 0),
  );
}
