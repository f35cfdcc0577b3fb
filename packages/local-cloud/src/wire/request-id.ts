import { randomHex, type Random } from "@muster/core";

/** A request id as AWS answers them: a UUID, version 4. */
export function newRequestId(random: Random): string {
  const hex = randomHex(random, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
