import type { DescribeInstanceStatusRequest, DescribeInstanceStatusResult, InstanceStatus } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { invalidParameterCombination } from "../errors/general.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import { instanceStateCodes, type InstanceRecord } from "../state/records.ts";
import { candidatesFor, findSeen, instanceFilters, isSeen } from "./describe-instances.ts";
import { compileFilters } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";
import { shownState } from "./render-instance.ts";

/**
 * Status checks of running instances, or of all with IncludeAllInstances.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
export function describeInstanceStatus(
  core: Ec2Core,
  input: DescribeInstanceStatusRequest,
): DescribeInstanceStatusResult {
  refuseOthers("DescribeInstanceStatus", input, [
    "InstanceIds",
    "Filters",
    "MaxResults",
    "NextToken",
    "DryRun",
    "IncludeAllInstances",
  ]);
  const ids = input.InstanceIds ?? [];
  if (ids.length > 0 && input.MaxResults !== undefined) {
    throw invalidParameterCombination("The parameter instancesSet cannot be used with the parameter maxResults");
  }
  const matches = compileFilters(input.Filters, {
    ...instanceFilters(core),
    fields: {
      ...instanceFilters(core).fields,
      "instance-status.status": (instance) => statusOf(core, instance),
      "system-status.status": (instance) => statusOf(core, instance),
    },
  });
  const candidates = ids.length > 0 ? findSeen(core, ids) : candidatesFor(core, input.Filters);
  endDryRun(input);
  const shown = candidates.filter(
    (instance) =>
      isSeen(core, instance) &&
      (input.IncludeAllInstances === true || shownState(core, instance, "late")?.name === "running") &&
      matches(instance),
  );
  const { page, NextToken } = takePage(shown, input, { key: (instance) => instance.instanceId, range: COMMON_PAGE });
  return {
    InstanceStatuses: page.map((instance) => render(core, instance)),
    ...(NextToken === undefined ? {} : { NextToken }),
  };
}

type Status = "initializing" | "ok" | "impaired" | "not-applicable";

function statusOf(core: Ec2Core, instance: InstanceRecord): Status {
  const now = core.clock.now();
  if (shownState(core, instance, "late")?.name !== "running") return "not-applicable";
  if (instance.impairedAt !== undefined && instance.impairedAt <= now) return "impaired";
  return instance.checksOkAt <= now ? "ok" : "initializing";
}

function render(core: Ec2Core, instance: InstanceRecord): InstanceStatus {
  const state = shownState(core, instance, "late")?.name ?? "pending";
  const status = statusOf(core, instance);
  const detail = { ok: "passed", impaired: "failed", initializing: "initializing" } as const;
  const summary = {
    Status: status,
    ...(status === "not-applicable"
      ? {}
      : {
          Details: [
            {
              Name: "reachability" as const,
              Status: detail[status],
              ...(status === "impaired" ? { ImpairedSince: new Date(instance.impairedAt ?? 0) } : {}),
            },
          ],
        }),
  };
  return {
    InstanceId: instance.instanceId,
    AvailabilityZone: instance.zone,
    InstanceState: { Code: instanceStateCodes[state], Name: state },
    InstanceStatus: summary,
    SystemStatus: summary,
  };
}
