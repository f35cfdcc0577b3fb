/** One preflight result. */
export interface Finding {
  /** Stable name of the check, such as `vcpu-quota.standard.on-demand`. */
  readonly id: string;
  /** `block`: the operation would fail. `warn`: it may. `unknown`: the check itself could not be made. */
  readonly verdict: "ok" | "warn" | "block" | "unknown";
  /** What was looked at, as a sentence. */
  readonly subject: string;
  /** What is there, with its unit. */
  readonly measured: string;
  /** What is needed, with its unit. */
  readonly needed: string;
  /** What to do; empty when all is well. */
  readonly remedy: string;
}
