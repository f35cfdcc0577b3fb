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

/**
 * How long each hook takes as a rule on so many nodes, seconds, on the stand-in: nobody has measured a real cluster for us
 * yet. Forming adds every server and its drives one after another, so it grows with them.
 */
export const TYPICAL_SECONDS: Readonly<Record<DocumentName, (nodes: number) => number>> = {
  "weka-prepare": () => 135,
  "weka-form": (nodes) => 96 + 0.49 * nodes,
  "weka-join": () => 100,
  "weka-verify": () => 4,
  "weka-mount": () => 60,
  "weka-unmount": () => 20,
};
