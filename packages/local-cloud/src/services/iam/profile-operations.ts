import type * as iam from "@aws-sdk/client-iam";
import type { Operation, ServiceContext } from "../../kernel/service.ts";
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from "./iam-errors.ts";
import { pageOf } from "./pagination.ts";
import type { IamQuota } from "./account-summary.ts";
import { checkRoleName, describeRole } from "./role-operations.ts";
import type { InstanceProfile, RoleStore } from "./role-store.ts";
import { uniqueId } from "./unique-id.ts";
import { checkName, checkPath, PROFILE_NAME_LENGTH, refuseMembers } from "./validation.ts";

/** Operations on instance profiles, through which an instance gets its role. */
export function profileOperations(
  context: ServiceContext,
  store: RoleStore,
  quota: IamQuota,
): Record<string, Operation> {
  return {
    CreateInstanceProfile: (input: iam.CreateInstanceProfileRequest): iam.CreateInstanceProfileResponse => {
      refuseMembers(input, ["Tags"]);
      const name = checkProfileName(input.InstanceProfileName);
      const path = checkPath(input.Path);
      if (store.profiles.has(name)) throw alreadyExists(`Instance Profile ${name} already exists.`);
      const most = quota("instanceProfiles");
      if (store.profiles.size >= most) {
        throw limitExceeded(`Cannot exceed quota for InstanceProfilesPerAccount: ${most}`);
      }
      const profile = newProfile(context, name, path);
      store.profiles.set(name, profile);
      return { InstanceProfile: describeProfile(profile) };
    },
    DeleteInstanceProfile: ({ InstanceProfileName }: iam.DeleteInstanceProfileRequest) => {
      const profile = store.profile(checkProfileName(InstanceProfileName));
      if (profile.role !== undefined) {
        throw deleteConflict("Cannot delete entity, must remove roles from instance profile first.");
      }
      store.profiles.delete(profile.name);
    },
    AddRoleToInstanceProfile: ({ InstanceProfileName, RoleName }: iam.AddRoleToInstanceProfileRequest) => {
      const profile = store.profile(checkProfileName(InstanceProfileName));
      const role = store.role(checkRoleName(RoleName));
      if (profile.role !== undefined) {
        throw limitExceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
      }
      profile.role = role;
      profile.changedAt = context.clock.now();
    },
    RemoveRoleFromInstanceProfile: ({ InstanceProfileName, RoleName }: iam.RemoveRoleFromInstanceProfileRequest) => {
      const profile = store.profile(checkProfileName(InstanceProfileName));
      const role = store.role(checkRoleName(RoleName));
      if (profile.role !== role) {
        throw noSuchEntity(`Role ${role.name} cannot be found in the instance profile ${profile.name}.`);
      }
      profile.role = undefined;
      profile.changedAt = context.clock.now();
    },
    ...readOperations(store),
  };
}

function newProfile(context: ServiceContext, name: string, path: string): InstanceProfile {
  const now = context.clock.now();
  return {
    name,
    arn: `arn:aws:iam::${context.account}:instance-profile${path}${name}`,
    path,
    id: uniqueId("AIPA", context.random),
    createdAt: now,
    role: undefined,
    changedAt: now,
  };
}

function readOperations(store: RoleStore): Record<string, Operation> {
  return {
    GetInstanceProfile: ({ InstanceProfileName }: iam.GetInstanceProfileRequest): iam.GetInstanceProfileResponse => ({
      InstanceProfile: describeProfile(store.profile(checkProfileName(InstanceProfileName))),
    }),
    ListInstanceProfiles: (input: iam.ListInstanceProfilesRequest): iam.ListInstanceProfilesResponse => {
      const { PathPrefix = "/", ...page } = input;
      return listed(
        [...store.profiles.values()].filter(({ path }) => path.startsWith(PathPrefix)),
        page,
      );
    },
    ListInstanceProfilesForRole: (
      input: iam.ListInstanceProfilesForRoleRequest,
    ): iam.ListInstanceProfilesForRoleResponse => {
      const { RoleName, ...page } = input;
      const role = store.role(checkRoleName(RoleName));
      return listed(
        [...store.profiles.values()].filter((profile) => profile.role === role),
        page,
      );
    },
  };
}

function listed(
  profiles: readonly InstanceProfile[],
  page: { MaxItems?: number | undefined; Marker?: string | undefined },
) {
  const { items, marker } = pageOf(profiles, page, ({ name }) => name);
  return { InstanceProfiles: items.map(describeProfile), ...marker };
}

function describeProfile(profile: InstanceProfile): iam.InstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: new Date(profile.createdAt),
    Roles: profile.role === undefined ? [] : [describeRole(profile.role)],
  };
}

function checkProfileName(name: string | undefined): string {
  return checkName(name, "instanceProfileName", PROFILE_NAME_LENGTH);
}
