import type { Range } from "@muster/core";

/** Read at each use. */
export interface SecretsDials {
  /**
   * How long a secret that was deleted without recovery still blocks its name, ms. AWS does it in the background and
   * promises no time.
   */
  forcedDeletionMs: Range;
}

export const calmSecrets: Readonly<SecretsDials> = { forcedDeletionMs: { min: 1_000, max: 5_000 } };
