import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import type { Account } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** Service Quotas. */
export function quotaReader(runtime: AwsRuntime): Pick<Account, "quota"> {
  const client = runtime.client(ServiceQuotasClient);
  return {
    quota: async (ServiceCode, QuotaCode) => {
      // An applied value is known only where it differs from the default, or was ever asked for.
      const reads = [
        () => client.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode })),
        () => client.send(new GetAWSDefaultServiceQuotaCommand({ ServiceCode, QuotaCode })),
      ];
      for (const read of reads) {
        try {
          const { Quota: quota } = await call(runtime, "servicequotas:GetServiceQuota", read);
          if (quota?.Value !== undefined)
            return { value: quota.Value, name: quota.QuotaName ?? "", isAdjustable: quota.Adjustable ?? false };
        } catch (error) {
          if (classify(error).kind !== "not-found") throw error;
        }
      }
      return undefined;
    },
  };
}
