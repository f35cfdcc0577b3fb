import type * as iam from "@aws-sdk/client-iam";
import type { RoleStore } from "./role-store.ts";

/** How many roles, or instance profiles, the account may have. */
export type IamQuota = (kind: keyof typeof IAM_QUOTAS) => number;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const IAM_QUOTAS = {
  roles: { code: "L-FE177D64", byDefault: 1_000 },
  instanceProfiles: { code: "L-6E65F664", byDefault: 1_000 },
} as const;

/** GetAccountSummary, as far as this IAM has what is counted. */
export function accountSummary(store: RoleStore, quota: IamQuota): iam.GetAccountSummaryResponse {
  return {
    SummaryMap: {
      Roles: store.roles.size,
      RolesQuota: quota("roles"),
      InstanceProfiles: store.profiles.size,
      InstanceProfilesQuota: quota("instanceProfiles"),
      Policies: [...store.policies.values()].filter(({ isOwn }) => isOwn).length,
    },
  };
}
