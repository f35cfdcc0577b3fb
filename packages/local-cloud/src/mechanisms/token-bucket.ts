/** Size and refill of a throttling bucket. */
export interface BucketSize {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/**
 * A token bucket as EC2's request throttling describes it: starts full, refills steadily, never holds more than its
 * capacity. https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
export class TokenBucket {
  readonly #size: BucketSize;
  #tokens: number;
  #filledAt: number;

  constructor(size: BucketSize, now: number) {
    this.#size = size;
    this.#tokens = size.capacity;
    this.#filledAt = now;
  }

  /** Tokens at hand. */
  available(now: number): number {
    const earned = ((now - this.#filledAt) / 1000) * this.#size.refillPerSecond;
    this.#tokens = Math.min(this.#size.capacity, this.#tokens + Math.max(0, earned));
    this.#filledAt = now;
    return this.#tokens;
  }

  /** Takes `count` tokens, or none and answers false when there are fewer. */
  take(count: number, now: number): boolean {
    if (this.available(now) < count) return false;
    this.#tokens -= count;
    return true;
  }
}
