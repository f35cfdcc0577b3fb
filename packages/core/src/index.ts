export { fromIso, sleep, toIso, type Cancel, type Clock } from "./clock/clock.ts";
export { ClockStuckError, VirtualClock } from "./clock/virtual-clock.ts";
export { ulid } from "./ids/ulid.ts";
export {
  chance,
  fork,
  pick,
  randomBetween,
  randomHex,
  randomInt,
  seededRandom,
  type Random,
  type Range,
} from "./random/random.ts";
