import {
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { MusterError, nodeRolePath, type NodeRoles } from "@muster/core";
import { classify } from "../aws-errors.ts";
import { call } from "../retry.ts";
import type { AwsRuntime } from "../runtime.ts";
import { codeIs, isAbsent, unless } from "./refusals.ts";
import { onceVisible } from "./visibility.ts";

/** Deletes the roles of a stage's clusters. Every step may be done again: what is gone already is as it should be. */
export function nodeRoleRemover(
  runtime: AwsRuntime,
  { stage }: { readonly stage: string },
): Pick<NodeRoles, "destroy"> {
  const place = { stage, region: runtime.region };
  const client = runtime.client(IAMClient);
  return {
    destroy: (name) => destroy({ runtime, client }, { name, path: nodeRolePath(place) }),
  };
}

interface Iam {
  readonly runtime: AwsRuntime;
  readonly client: IAMClient;
}

async function destroy(
  { runtime, client }: Iam,
  { name, path }: { readonly name: string; readonly path: string },
): Promise<void> {
  const role = { RoleName: name };
  const profile = { InstanceProfileName: name };
  await unlessGone(
    async () => {
      const { InstanceProfile } = await call(runtime, "iam:GetInstanceProfile", () =>
        client.send(new GetInstanceProfileCommand(profile)),
      );
      return InstanceProfile?.Path === path ? InstanceProfile : undefined;
    },
    async ({ Roles = [] }) => {
      for (const { RoleName } of Roles) {
        await unless(isAbsent, () =>
          call(runtime, "iam:RemoveRoleFromInstanceProfile", () =>
            client.send(new RemoveRoleFromInstanceProfileCommand({ ...profile, RoleName })),
          ),
        );
      }
      await unlessInUse(runtime, name, () =>
        call(runtime, "iam:DeleteInstanceProfile", () => client.send(new DeleteInstanceProfileCommand(profile))),
      );
    },
  );
  await unlessGone(
    async () => {
      const { Role } = await call(runtime, "iam:GetRole", () => client.send(new GetRoleCommand(role)));
      return Role?.Path === path ? Role : undefined;
    },
    async () => {
      const { AttachedPolicies = [] } = await call(runtime, "iam:ListAttachedRolePolicies", () =>
        client.send(new ListAttachedRolePoliciesCommand(role)),
      );
      for (const { PolicyArn } of AttachedPolicies) {
        await unless(isAbsent, () =>
          call(runtime, "iam:DetachRolePolicy", () => client.send(new DetachRolePolicyCommand({ ...role, PolicyArn }))),
        );
      }
      await unlessInUse(runtime, name, () =>
        call(runtime, "iam:DeleteRole", () => client.send(new DeleteRoleCommand(role))),
      );
    },
  );
}

/**
 * Undoes what is there and ours. Of a name that is gone IAM does not know the path, on which our permissions end: it says
 * AccessDenied then, and not NoSuchEntity. So it is looked for before, and after a failure.
 */
async function unlessGone<T>(find: () => Promise<T | undefined>, undo: (found: T) => Promise<void>): Promise<void> {
  const look = async () => {
    try {
      return await find();
    } catch (error) {
      if (classify(error).kind === "not-found") return undefined;
      throw error;
    }
  };
  const found = await look();
  if (found === undefined) return;
  try {
    await undo(found);
  } catch (error) {
    if ((await look()) !== undefined) throw error;
  }
}

/** What was taken off a role or profile a moment ago may still be seen. */
function unlessInUse(runtime: AwsRuntime, name: string, perform: () => Promise<unknown>): Promise<void> {
  return onceVisible(runtime, perform, {
    mayPass: (error) => isInUse(classify(error)),
    giveUp: (error) => roleInUse(name, classify(error).message, error),
  });
}

const isInUse = codeIs("DeleteConflict");

function roleInUse(name: string, why: string, cause: unknown): MusterError {
  return new MusterError("RoleInUse", {
    what: `Role ${name} was not deleted.`,
    why: `${why} (RoleInUse)`,
    remedy:
      `See what was added to it (aws iam list-role-policies --role-name ${name}; ` +
      `aws iam list-instance-profiles-for-role --role-name ${name}), and take it off.`,
    cause,
  });
}
