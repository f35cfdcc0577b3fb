import type { DocumentName } from "./parameters.ts";

/**
 * How long each hook may run on a node, seconds: somewhat more than all its own waits together in a bad but passable
 * case, so that the script's own sentence is heard before the agent's timeout.
 */
export const HOOK_TIMEOUTS_SECONDS: Readonly<Record<DocumentName, number>> = {
  "weka-prepare": 3_600,
  "weka-form": 3_600,
  "weka-join": 2_700,
  "weka-verify": 900,
  "weka-mount": 2_700,
  "weka-unmount": 900,
};
