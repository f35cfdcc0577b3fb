import { GetInstanceProfileCommand, IAMClient } from "@aws-sdk/client-iam";
import type { Account } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Instance profiles. */
export function profileReader(runtime: AwsRuntime): Pick<Account, "instanceProfileExists"> {
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
  };
}
