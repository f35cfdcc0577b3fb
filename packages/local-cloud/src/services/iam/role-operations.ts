import type * as iam from "@aws-sdk/client-iam";
import type { Operation, ServiceContext } from "../../kernel/service.ts";
import { alreadyExists, deleteConflict, invalidParameter, limitExceeded, noSuchEntity } from "./iam-errors.ts";
import { pageOf } from "./pagination.ts";
import { parsePolicy, parseTrust, printPolicy, printTrust } from "./policy-document.ts";
import type { IamQuota } from "./account-summary.ts";
import { Role, type RoleStore } from "./role-store.ts";
import { uniqueId } from "./unique-id.ts";
import { checkName, checkPath, POLICY_NAME_LENGTH, refuseMembers, ROLE_NAME_LENGTH } from "./validation.ts";

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_TAGS = 50;
const MOST_ATTACHED_POLICIES = 10;
const INLINE_POLICY_CHARACTERS = 10_240;
const SESSION_SECONDS = { least: 3_600, most: 43_200 };

/** Operations on roles and their policies. */
export function roleOperations(context: ServiceContext, store: RoleStore, quota: IamQuota): Record<string, Operation> {
  return {
    CreateRole: (input: iam.CreateRoleRequest) => createRole(context, store, quota, input),
    DeleteRole: ({ RoleName }: iam.DeleteRoleRequest) => deleteRole(store, RoleName),
    GetRole: ({ RoleName }: iam.GetRoleRequest): iam.GetRoleResponse => ({
      Role: describeRole(store.role(checkRoleName(RoleName))),
    }),
    ListRoles: ({ PathPrefix = "/", ...page }: iam.ListRolesRequest): iam.ListRolesResponse => {
      const inPath = [...store.roles.values()].filter(({ path }) => path.startsWith(PathPrefix));
      const { items, marker } = pageOf(inPath, page, ({ name }) => name);
      // https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html: without tags and the like.
      return { Roles: items.map((role) => ({ ...describeRole(role), Tags: undefined })), ...marker };
    },
    UpdateAssumeRolePolicy: ({ RoleName, PolicyDocument }: iam.UpdateAssumeRolePolicyRequest) => {
      store.role(checkRoleName(RoleName)).trust = parseTrust(PolicyDocument ?? "");
    },
    ...tagOperations(store),
    ...inlinePolicyOperations(store),
    ...attachedPolicyOperations(store),
  };
}

/** A role as the API shows it. */
export function describeRole(role: Role): iam.Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeURIComponent(printTrust(role.trust)),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(role.tags.size > 0 && { Tags: tagsOf(role) }),
  };
}

export function checkRoleName(name: string | undefined): string {
  return checkName(name, "roleName", ROLE_NAME_LENGTH);
}

function createRole(
  context: ServiceContext,
  store: RoleStore,
  quota: IamQuota,
  input: iam.CreateRoleRequest,
): iam.CreateRoleResponse {
  refuseMembers(input, ["PermissionsBoundary"]);
  const name = checkRoleName(input.RoleName);
  const path = checkPath(input.Path);
  const maxSessionSeconds = input.MaxSessionDuration ?? SESSION_SECONDS.least;
  if (maxSessionSeconds < SESSION_SECONDS.least || maxSessionSeconds > SESSION_SECONDS.most) {
    const range = `Member must have value between ${SESSION_SECONDS.least} and ${SESSION_SECONDS.most}`;
    throw invalidParameter(String(maxSessionSeconds), "maxSessionDuration", range);
  }
  const trust = parseTrust(input.AssumeRolePolicyDocument ?? "");
  if (store.roles.has(name)) throw alreadyExists(`Role with name ${name} already exists.`);
  const most = quota("roles");
  if (store.roles.size >= most) throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${most}`);
  const role = new Role({
    name,
    arn: `arn:aws:iam::${context.account}:role${path}${name}`,
    id: uniqueId("AROA", context.random),
    createdAt: context.clock.now(),
    trust,
    description: input.Description,
    maxSessionSeconds,
  });
  setTags(role, input.Tags ?? []);
  store.add(role);
  return { Role: describeRole(role) };
}

function deleteRole(store: RoleStore, roleName: string | undefined): void {
  const role = store.role(checkRoleName(roleName));
  if ([...store.profiles.values()].some((profile) => profile.role === role)) {
    throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
  }
  if (role.attachedPolicies.size > 0) throw deleteConflict("Cannot delete entity, must detach all policies first.");
  if (role.inlinePolicies.size > 0) throw deleteConflict("Cannot delete entity, must delete policies first.");
  store.remove(role);
}

function tagOperations(store: RoleStore): Record<string, Operation> {
  return {
    TagRole: ({ RoleName, Tags }: iam.TagRoleRequest) => {
      setTags(store.role(checkRoleName(RoleName)), Tags ?? []);
    },
    UntagRole: ({ RoleName, TagKeys }: iam.UntagRoleRequest) => {
      const role = store.role(checkRoleName(RoleName));
      for (const key of TagKeys ?? []) role.tags.delete(key);
    },
    ListRoleTags: ({ RoleName, ...page }: iam.ListRoleTagsRequest): iam.ListRoleTagsResponse => {
      const { items, marker } = pageOf(tagsOf(store.role(checkRoleName(RoleName))), page, ({ Key }) => Key ?? "");
      return { Tags: [...items], ...marker };
    },
  };
}

function inlinePolicyOperations(store: RoleStore): Record<string, Operation> {
  return {
    PutRolePolicy: ({ RoleName, PolicyName, PolicyDocument = "" }: iam.PutRolePolicyRequest) => {
      const role = store.role(checkRoleName(RoleName));
      const name = checkName(PolicyName, "policyName", POLICY_NAME_LENGTH);
      const statements = parsePolicy(PolicyDocument);
      const others = [...role.inlinePolicies].filter(([other]) => other !== name);
      const characters = [...others.map(([, policy]) => printPolicy(policy.statements)), PolicyDocument]
        .join("")
        .replaceAll(/\s/g, "").length;
      if (characters > INLINE_POLICY_CHARACTERS) {
        throw limitExceeded(`Maximum policy size of ${INLINE_POLICY_CHARACTERS} bytes exceeded for role ${role.name}`);
      }
      role.putInline(name, statements);
    },
    GetRolePolicy: ({ RoleName, PolicyName = "" }: iam.GetRolePolicyRequest): iam.GetRolePolicyResponse => {
      const role = store.role(checkRoleName(RoleName));
      const policy = role.inlinePolicies.get(PolicyName);
      if (policy === undefined) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
      const document = encodeURIComponent(printPolicy(policy.statements));
      return { RoleName: role.name, PolicyName, PolicyDocument: document };
    },
    DeleteRolePolicy: ({ RoleName, PolicyName = "" }: iam.DeleteRolePolicyRequest) => {
      const deleted = store.role(checkRoleName(RoleName)).deleteInline(PolicyName);
      if (!deleted) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
    },
    ListRolePolicies: ({ RoleName, ...page }: iam.ListRolePoliciesRequest): iam.ListRolePoliciesResponse => {
      const names = [...store.role(checkRoleName(RoleName)).inlinePolicies.keys()];
      const { items, marker } = pageOf(names, page, (name) => name);
      return { PolicyNames: [...items], ...marker };
    },
  };
}

function attachedPolicyOperations(store: RoleStore): Record<string, Operation> {
  return {
    AttachRolePolicy: ({ RoleName, PolicyArn = "" }: iam.AttachRolePolicyRequest) => {
      const role = store.role(checkRoleName(RoleName));
      const policy = store.policies.get(PolicyArn);
      if (policy === undefined) throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
      if (role.attachedPolicies.size >= MOST_ATTACHED_POLICIES && !role.attachedPolicies.has(PolicyArn)) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${MOST_ATTACHED_POLICIES}`);
      }
      role.attach(policy);
    },
    DetachRolePolicy: ({ RoleName, PolicyArn = "" }: iam.DetachRolePolicyRequest) => {
      const detached = store.role(checkRoleName(RoleName)).detach(PolicyArn);
      if (!detached) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
    },
    ListAttachedRolePolicies: (input: iam.ListAttachedRolePoliciesRequest): iam.ListAttachedRolePoliciesResponse => {
      const { RoleName, PathPrefix = "/", ...page } = input;
      const policies = [...store.role(checkRoleName(RoleName)).attachedPolicies.values()];
      const inPath = policies.filter(({ arn }) =>
        arn.slice(arn.indexOf(":policy") + ":policy".length).startsWith(PathPrefix),
      );
      const { items, marker } = pageOf(inPath, page, ({ arn }) => arn);
      return { AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })), ...marker };
    },
  };
}

function setTags(role: Role, tags: readonly iam.Tag[]): void {
  const merged = new Map([...role.tags, ...tags.map(({ Key = "", Value = "" }) => [Key, Value] as const)]);
  if (merged.size > MOST_TAGS) throw limitExceeded(`Cannot exceed quota for TagsPerRole: ${MOST_TAGS}`);
  for (const [key, value] of merged) role.tags.set(key, value);
}

function tagsOf(role: Role): iam.Tag[] {
  return [...role.tags].map(([Key, Value]) => ({ Key, Value }));
}
