/** One thing that is wrong with a spec. All of them are reported at once. */
export interface SpecProblem {
  /** Where, as in `tiers.backend.count`; empty for the whole document. */
  readonly path: string;
  /** The value found, as short text; absent when there is none. */
  readonly found?: string;
  /** The rule that it breaks, as a full sentence. */
  readonly rule: string;
  /** What to write instead, as a full sentence. */
  readonly remedy: string;
}
