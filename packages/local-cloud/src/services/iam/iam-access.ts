import { requestTags } from "../../kernel/request-tags.ts";
import type { AccessRequest, ServiceContext } from "../../kernel/service.ts";
import type { RoleStore } from "./role-store.ts";

/**
 * The permissions that IAM's own operations need: each on the role or profile that its input names.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export function iamAccess(
  context: ServiceContext,
  store: RoleStore,
  operation: string,
  input: unknown,
): readonly AccessRequest[] {
  const names = (typeof input === "object" && input !== null ? input : {}) as Readonly<Record<string, unknown>>;
  const action = `iam:${operation}`;
  const [roleName, profileName] = [textOf(names["RoleName"]), textOf(names["InstanceProfileName"])];
  const path = textOf(names["Path"]) ?? "/";
  const prefix = `arn:aws:iam::${context.account}:`;
  const roleArn = roleName && (store.roles.get(roleName)?.arn ?? `${prefix}role${path}${roleName}`);
  const profileArn =
    profileName && (store.profiles.get(profileName)?.arn ?? `${prefix}instance-profile${path}${profileName}`);
  switch (operation) {
    case "ListRoles":
      return [{ action, resource: `${prefix}role${textOf(names["PathPrefix"]) ?? "/"}` }];
    case "ListInstanceProfiles":
      return [{ action, resource: `${prefix}instance-profile${textOf(names["PathPrefix"]) ?? "/"}` }];
    case "SimulatePrincipalPolicy":
      return [{ action, resource: textOf(names["PolicySourceArn"]) ?? "*" }];
    case "GetAccountSummary":
      return [{ action, resource: "*" }];
    case "CreateRole":
      // Judged as it would be, whatever has that name already.
      return withTags({ action, resource: `${prefix}role${path}${roleName ?? ""}` }, names["Tags"]);
    case "TagRole":
      return [{ action, resource: roleArn ?? "*", context: tagContext(names["Tags"]) }];
    case "AttachRolePolicy":
    case "DetachRolePolicy":
      return [{ action, resource: roleArn ?? "*", context: { "iam:PolicyARN": textOf(names["PolicyArn"]) ?? "" } }];
    case "AddRoleToInstanceProfile":
      return [
        { action, resource: profileArn ?? "*" },
        {
          action: "iam:PassRole",
          resource: roleArn ?? "*",
          context: { "iam:PassedToService": "ec2.amazonaws.com" },
        },
      ];
    default:
      return [{ action, resource: profileArn ?? roleArn ?? "*" }];
  }
}

/** Tags that a role is born with need a permission of their own. */
function withTags(request: AccessRequest, tags: unknown): AccessRequest[] {
  const context = tagContext(tags);
  const tagging = { action: "iam:TagRole", resource: request.resource, context };
  return Object.keys(context).length === 0 ? [request] : [{ ...request, context }, tagging];
}

function tagContext(tags: unknown): Record<string, string | readonly string[]> {
  const pairs = (Array.isArray(tags) ? tags : []) as readonly { Key?: string; Value?: string }[];
  return requestTags(new Map(pairs.map(({ Key = "", Value = "" }) => [Key, Value])));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
