import { GetAccountSummaryCommand, GetInstanceProfileCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Account } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Instance profiles, and how many more the account may have. */
export function profileReader(runtime: AwsRuntime): Pick<Account, "instanceProfile" | "roleRoom"> {
  const client = runtime.client(IAMClient);
  return {
    instanceProfile: async (InstanceProfileName) => {
      try {
        const { InstanceProfile } = await call(runtime, "iam:GetInstanceProfile", () =>
          client.send(new GetInstanceProfileCommand({ InstanceProfileName })),
        );
        if (InstanceProfile === undefined || (InstanceProfile.Roles ?? []).length === 0) return undefined;
        return { name: InstanceProfileName, path: InstanceProfile.Path ?? "/" };
      } catch (error) {
        if (classify(error).kind === "not-found") return undefined;
        throw error;
      }
    },
    roleRoom: async () => {
      const { SummaryMap = {} } = await call(runtime, "iam:GetAccountSummary", () =>
        client.send(new GetAccountSummaryCommand({})),
      );
      const { Roles, RolesQuota, InstanceProfiles, InstanceProfilesQuota } = SummaryMap;
      if (Roles === undefined || RolesQuota === undefined)
        throw new Error("iam:GetAccountSummary does not say how many roles there are");
      if (InstanceProfiles === undefined || InstanceProfilesQuota === undefined)
        throw new Error("iam:GetAccountSummary does not say how many instance profiles there are");
      return {
        roles: { used: Roles, quota: RolesQuota },
        instanceProfiles: { used: InstanceProfiles, quota: InstanceProfilesQuota },
      };
    },
  };
}
