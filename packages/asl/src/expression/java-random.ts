/**
 * The first double of `java.util.Random(seed)`. AWS answers `$random(seed)` with exactly that number: seed 42 gives
 * 0.7275636800328681 (measured on AWS, floci-io/floci#2662). The generator is specified by Java's own documentation.
 */
export function javaRandom(seed: bigint): number {
  let state = (seed ^ MULTIPLIER) & MASK;
  const bits = (count: bigint) => {
    state = (state * MULTIPLIER + INCREMENT) & MASK;
    return state >> (STATE_BITS - count);
  };
  const high = bits(26n);
  const low = bits(27n);
  return Number((high << 27n) + low) / 2 ** 53;
}

const STATE_BITS = 48n;
const MASK = (1n << STATE_BITS) - 1n;
const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 0xbn;
