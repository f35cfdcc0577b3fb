import { IAMClient, ListInstanceProfilesCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { NODE_ROLE_PREFIX, nodeRolePath, type NodeRoles } from "@muster/core";
import { pages } from "../pages.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";

/** What of clusters' roles is there. Roles of the user's own under the same path are none of Muster's. */
export function nodeRoleLister(
  runtime: AwsRuntime,
  { stage }: { readonly stage: string },
): Pick<NodeRoles, "madeBefore"> {
  const PathPrefix = nodeRolePath({ stage, region: runtime.region });
  const client = runtime.client(IAMClient);
  return {
    madeBefore: async (moment) => {
      const roles = await iamPages((Marker) =>
        call(runtime, "iam:ListRoles", () => client.send(new ListRolesCommand({ PathPrefix, Marker }))),
      );
      const profiles = await iamPages((Marker) =>
        call(runtime, "iam:ListInstanceProfiles", () =>
          client.send(new ListInstanceProfilesCommand({ PathPrefix, Marker })),
        ),
      );
      const made = [
        ...roles.flatMap(({ Roles = [] }) => Roles.map((role) => ({ name: role.RoleName, at: role.CreateDate }))),
        ...profiles.flatMap(({ InstanceProfiles = [] }) =>
          InstanceProfiles.map((profile) => ({ name: profile.InstanceProfileName, at: profile.CreateDate })),
        ),
      ];
      const old = made.flatMap(({ name = "", at }) =>
        name.startsWith(NODE_ROLE_PREFIX) && at !== undefined && at.getTime() < moment ? [name] : [],
      );
      return [...new Set(old)];
    },
  };
}

interface IamPage {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}

/** IAM has its own word for the next page, and says apart whether there is one. */
function iamPages<P extends IamPage>(read: (marker: string | undefined) => Promise<P>) {
  return pages(async (marker) => {
    const page = await read(marker);
    return { ...page, NextToken: page.IsTruncated === true ? page.Marker : undefined };
  });
}
