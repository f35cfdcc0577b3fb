/** The only source of chance in Muster: real on AWS, seeded in simulation, so that a seed replays a whole run. */
export interface Random {
  /** The next number, uniform in [0, 1). */
  next(): number;
}

/** A generator whose whole sequence follows from `seed` (sfc32, state spread from the seed by splitmix32). */
export function seededRandom(seed: number): Random {
  let mix = seed | 0;
  const spread = () => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) | 0;
  };
  let [a, b, c, counter] = [spread(), spread(), spread(), 1];
  return {
    next() {
      const sum = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (c << 21) | (c >>> 11);
      c = (c + sum) | 0;
      return (sum >>> 0) / 4_294_967_296;
    },
  };
}

/** A stream of its own for each purpose: what one consumer draws does not shift what another sees. */
export function fork(random: Random): Random {
  return seededRandom(Math.floor(random.next() * 4_294_967_296));
}

/** A whole number in [min, max]. */
export function randomInt(random: Random, min: number, max: number): number {
  return min + Math.floor(random.next() * (max - min + 1));
}

/** A number in [min, max). */
export function randomBetween(random: Random, range: Range): number {
  return range.min + random.next() * (range.max - range.min);
}

/** True with that probability. */
export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}

/** One of them; the list may not be empty. */
export function pick<T>(random: Random, items: readonly [T, ...T[]] | readonly T[]): T {
  if (items.length === 0) throw new RangeError("nothing to pick from");
  return items[Math.floor(random.next() * items.length)] as T;
}

/** Lower-case hexadecimal digits. */
export function randomHex(random: Random, digits: number): string {
  let text = "";
  while (text.length < digits) text += Math.floor(random.next() * 16).toString(16);
  return text;
}

/** A span to draw from; both ends in the unit that the name of the field says. */
export interface Range {
  readonly min: number;
  readonly max: number;
}
