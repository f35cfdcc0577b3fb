import type { Range } from "@muster/core";

/** What may be odd about running functions. Read at each use, so a test may turn a dial at any time. */
export interface LambdaDials {
  /** What a cold start adds before the handler runs, ms. */
  coldStartMs: Range;
  /** How long an idle environment is kept, ms; AWS promises nothing, several minutes are usual. */
  warmForMs: number;
  /** Time between an asynchronous invocation's acceptance and its first run, ms. */
  asyncDelayMs: Range;
  /** Probability, 0..1, that an asynchronous event is run twice though nothing failed: AWS delivers at least once. */
  asyncDoubled: number;
  /**
   * Kills invocations: given a function and the number of its run (from 1, retries counted), answers after how many
   * answered AWS calls the process dies, 0 for before the first; undefined lets it live.
   */
  killAfterCalls: ((functionName: string, runNumber: number) => number | undefined) | undefined;
}

export const calmLambda: Readonly<LambdaDials> = {
  coldStartMs: { min: 150, max: 500 },
  warmForMs: 600_000,
  asyncDelayMs: { min: 5, max: 50 },
  asyncDoubled: 0,
  killAfterCalls: undefined,
};

/** A kill dial for one run of one function. */
export function killOne(target: { functionName: string; runNumber: number; afterCalls: number }) {
  return (functionName: string, runNumber: number): number | undefined =>
    functionName === target.functionName && runNumber === target.runNumber ? target.afterCalls : undefined;
}
