import { GetAccountSummaryCommand, GetInstanceProfileCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Account } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Instance profiles, and how many more the account may have. */
export function profileReader(runtime: AwsRuntime): Pick<Account, "instanceProfileExists" | "roleRoom"> {
  const client = runtime.client(IAMClient);
  return {
    instanceProfileExists: async (InstanceProfileName) => {
      try {
        const answer = await call(runtime, "iam:GetInstanceProfile", () =>
          client.send(new GetInstanceProfileCommand({ InstanceProfileName })),
        );
        return (answer.InstanceProfile?.Roles ?? []).length > 0;
      } catch (error) {
        if (classify(error).kind === "not-found") return false;
        throw error;
      }
    },
    roleRoom: async () => {
      const { SummaryMap = {} } = await call(runtime, "iam:GetAccountSummary", () =>
        client.send(new GetAccountSummaryCommand({})),
      );
      const { Roles = 0, RolesQuota = 0, InstanceProfiles = 0, InstanceProfilesQuota = 0 } = SummaryMap;
      return {
        roles: { used: Roles, quota: RolesQuota },
        instanceProfiles: { used: InstanceProfiles, quota: InstanceProfilesQuota },
      };
    },
  };
}
