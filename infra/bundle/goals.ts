/** What a cold start may cost: each function's bundle holds only what it uses. */
export const COLD_START_GOALS = {
  /** Minified, of half of the functions. */
  medianBytes: 150_000,
  /** Of any function. */
  bytes: 300_000,
  /** Import time, in that of an empty handler with one client of the AWS SDK. */
  importRatio: 3,
} as const;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted.at(index) ?? Number.NaN;
  return (at((sorted.length - 1) >> 1) + at(sorted.length >> 1)) / 2;
}
