import type { Clock } from "../clock/clock.ts";
import type { Random } from "../random/random.ts";

/**
 * A ULID: 26 characters, sorts by time, 80 random bits. https://github.com/ulid/spec
 * Clock and chance are arguments, so that a seed also fixes every id.
 */
export function ulid(clock: Clock, random: Random): string {
  let time = Math.floor(clock.now());
  let text = "";
  for (let i = 0; i < TIME_DIGITS; i++) {
    text = CROCKFORD.charAt(time % 32) + text;
    time = Math.floor(time / 32);
  }
  for (let i = 0; i < RANDOM_DIGITS; i++) text += CROCKFORD.charAt(Math.floor(random.next() * 32));
  return text;
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_DIGITS = 10;
const RANDOM_DIGITS = 16;
