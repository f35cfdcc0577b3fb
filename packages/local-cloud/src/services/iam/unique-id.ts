import { pick, type Random } from "@muster/core";

/** An id as IAM makes them: `AROA`, `AIPA` or `ASIA`, and 16 more. */
export function uniqueId(prefix: string, random: Random): string {
  return prefix + Array.from({ length: UNIQUE_ID_LENGTH - prefix.length }, () => pick(random, ID_CHARACTERS)).join("");
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_ID_LENGTH = 20;
const ID_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".split("");
