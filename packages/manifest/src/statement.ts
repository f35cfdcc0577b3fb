/** One IAM policy statement that allows something; Muster writes no other kind. */
export interface Statement {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs, with `*` and `?` as IAM knows them. */
  readonly resources: readonly string[];
  /** Operator -> condition key -> values, as in a policy document. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
  /** Why a resource `*` cannot be narrower; required there, and read by the least-privilege test. */
  readonly wildcardReason?: string;
}
