import type { AppliedQuota } from "./quota-table.ts";

/** What AWS Support does with requests, and which quotas it keeps no value of. Read at each use. */
export interface QuotaDials {
  /**
   * How a request for more ends, and how long after it was made, ms; undefined leaves it open. A quota may be applied
   * from then on.
   */
  decide: (
    request: AppliedQuota,
  ) => { readonly afterMs: number; readonly status: "APPROVED" | "DENIED" | "NOT_APPROVED" } | undefined;
  /** How long a request is PENDING before a support case is opened for it, ms. */
  caseOpenedAfterMs: number;
  /**
   * Quotas that the account never had a value of its own for, and that GetServiceQuota therefore does not find: only
   * GetAWSDefaultServiceQuota does. Applying a value ends that.
   */
  isDefaultOnly: (serviceCode: string, quotaCode: string) => boolean;
}

export const calmQuotas: Readonly<QuotaDials> = {
  decide: () => ({ afterMs: 1_800_000, status: "APPROVED" }),
  caseOpenedAfterMs: 60_000,
  isDefaultOnly: () => false,
};
