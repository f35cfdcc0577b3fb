import type { DescribeTagsRequest, DescribeTagsResult, TagDescription } from "@aws-sdk/client-ec2";
import type { Ec2Core } from "../core.ts";
import { endDryRun, refuseOthers } from "../input.ts";
import { isSeen } from "./describe-instances.ts";
import { compileFilters, exactValues } from "./filters.ts";
import { COMMON_PAGE, takePage } from "./paging.ts";

interface TagRow {
  readonly resourceId: string;
  readonly resourceType: string;
  readonly key: string;
  readonly value: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
export function describeTags(core: Ec2Core, input: DescribeTagsRequest): DescribeTagsResult {
  refuseOthers("DescribeTags", input, ["Filters", "MaxResults", "NextToken", "DryRun"]);
  const tagKey = input.Filters?.map((filter) => filter.Name ?? "").find((name) => name.startsWith("tag:"));
  const matches = compileFilters<TagRow>(input.Filters, {
    fields: {
      key: (row) => row.key,
      value: (row) => row.value,
      "resource-id": (row) => row.resourceId,
      "resource-type": (row) => row.resourceType,
      ...(tagKey === undefined
        ? {}
        : { [tagKey]: (row: TagRow) => (row.key === tagKey.slice("tag:".length) ? row.value : undefined) }),
    },
  });
  endDryRun(input);
  const rows = rowsFor(core, exactValues(input.Filters, "resource-id")).filter(matches);
  const { page, ...token } = takePage(rows, input, {
    key: (row) => `${row.resourceId} ${row.key}`,
    range: COMMON_PAGE,
  });
  return {
    ...token,
    Tags: page.map((row) => ({
      ResourceId: row.resourceId,
      ResourceType: row.resourceType as NonNullable<TagDescription["ResourceType"]>,
      Key: row.key,
      Value: row.value,
    })),
  };
}

function rowsFor(core: Ec2Core, ids: readonly string[] | undefined): TagRow[] {
  const wanted = ids === undefined ? undefined : new Set(ids);
  return [...core.store.tags.all()].flatMap(({ resourceId, resourceType, tags }) => {
    if (wanted !== undefined && !wanted.has(resourceId)) return [];
    const instance = core.store.instances.get(resourceId);
    if (instance !== undefined && !isSeen(core, instance)) return [];
    return [...tags].map(([key, value]) => ({ resourceId, resourceType, key, value }));
  });
}
