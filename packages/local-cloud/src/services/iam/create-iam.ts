import type * as iam from "@aws-sdk/client-iam";
import type { Statement } from "@muster/manifest";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Authorize } from "../../kernel/kernel.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { createAuthorize } from "./authorizer.ts";
import { denialMessage } from "./denial.ts";
import { iamAccess } from "./iam-access.ts";
import { managedPolicy } from "./managed-policies.ts";
import { newProfile, profileOperations } from "./profile-operations.ts";
import { roleOperations } from "./role-operations.ts";
import { Role, RoleStore } from "./role-store.ts";
import { uniqueId } from "./unique-id.ts";
import { simulatePrincipalPolicy } from "./simulate.ts";
import { UsageRecord, type Refusal, type UnusedGrant, type UsedGrant } from "./usage.ts";

/** The embedded IAM: roles, their policies, and the question whether a call may be made. */
export interface Iam extends ServicePlugin {
  /** Makes a role, or gives the one of that name new trust and statements. */
  readonly putRole: (role: RoleGrant) => void;
  /** Makes an instance profile with that role, or gives it another. */
  readonly putInstanceProfile: (profile: { name: string; roleName: string }) => void;
  /** For the kernel: the first request that no policy of the caller allows. */
  readonly authorize: Authorize;
  /** What a name or ARN of an instance profile stands for; undefined when there is none. */
  readonly findInstanceProfile: (nameOrArn: string) => FoundProfile | undefined;
  /** What is known of a role; undefined when there is none. */
  readonly findRole: (arn: string) => FoundRole | undefined;
  /** Everything that a policy allowed so far. */
  readonly usedGrants: () => UsedGrant[];
  /** Actions and resources of the roles' own statements that nothing has used so far; AWS's policies do not count. */
  readonly unusedGrants: () => UnusedGrant[];
  /** Every request that was refused so far. */
  readonly refusals: () => Refusal[];
}

/** A role with what it may do, as the manifest has it. */
export interface RoleGrant {
  readonly name: string;
  readonly arn: string;
  /** Services that may act as the role, such as `lambda.amazonaws.com`. */
  readonly trustedServices: readonly string[];
  /** ARNs of principals that may assume it with STS. */
  readonly trustedPrincipals?: readonly string[];
  readonly statements: readonly Statement[];
  /** Names or ARNs of AWS's own policies. */
  readonly managedPolicies?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface FoundProfile {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly roleArn: string | undefined;
}

export interface FoundRole {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly trustedServices: readonly string[];
  readonly trustedPrincipals: readonly string[];
  readonly maxSessionSeconds: number;
}

/** The inline policy that holds what `putRole` grants. */
const OWN_POLICY = "statements";

export function createIam(context: ServiceContext): Iam {
  const store = new RoleStore();
  const usage = new UsageRecord();
  return {
    service: "iam",
    operations: {
      ...roleOperations(context, store),
      ...profileOperations(context, store),
      SimulatePrincipalPolicy: (input: iam.SimulatePrincipalPolicyRequest) =>
        simulatePrincipalPolicy(context, store, input),
    },
    access: (operation, input) => iamAccess(context, store, operation, input),
    throttled: () => new AwsError("Throttling", "Rate exceeded", { status: 400 }),
    denied: (request, call) => new AwsError("AccessDenied", denialMessage(request, call), { status: 403 }),
    putRole: (grant) => putRole(context, store, grant),
    putInstanceProfile: ({ name, roleName }) => {
      const profile = store.profiles.get(name) ?? newProfile(context, name);
      profile.role = store.role(roleName);
      store.profiles.set(name, profile);
    },
    authorize: createAuthorize(context, store, usage),
    findInstanceProfile: (nameOrArn) => findInstanceProfile(store, nameOrArn),
    findRole: (arn) => findRole(store, arn),
    usedGrants: () => usage.used(),
    unusedGrants: () =>
      [...store.roles.values()].flatMap((role) =>
        role.ownStatements.flatMap((statement) => usage.unusedOf(role.arn, statement)),
      ),
    refusals: () => usage.refusals(),
  };
}

function putRole(context: ServiceContext, store: RoleStore, grant: RoleGrant): void {
  const known = store.roles.get(grant.name);
  if (!grant.arn.endsWith(`/${grant.name}`)) throw new Error(`${grant.arn} is not the ARN of a role ${grant.name}`);
  if (known !== undefined && known.arn !== grant.arn) throw new Error(`the role ${grant.name} is ${known.arn} already`);
  const trust = { services: grant.trustedServices, principals: grant.trustedPrincipals ?? [] };
  const { name, arn } = grant;
  const role =
    known ?? new Role({ name, arn, id: uniqueId("AROA", context.random), createdAt: context.clock.now(), trust });
  role.trust = trust;
  role.putInline(OWN_POLICY, grant.statements);
  for (const nameOrArn of grant.managedPolicies ?? []) {
    const policy = managedPolicy(nameOrArn);
    if (policy === undefined) throw new Error(`the embedded IAM does not have AWS's policy ${nameOrArn}`);
    role.attach(policy);
  }
  for (const [key, value] of Object.entries(grant.tags ?? {})) role.tags.set(key, value);
  store.add(role);
}

function findInstanceProfile(store: RoleStore, nameOrArn: string): FoundProfile | undefined {
  const name = nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
  const profile = store.profiles.get(name);
  if (profile === undefined || (nameOrArn !== profile.name && nameOrArn !== profile.arn)) return undefined;
  return { name: profile.name, arn: profile.arn, id: profile.id, roleArn: profile.role?.arn };
}

function findRole(store: RoleStore, arn: string): FoundRole | undefined {
  const role = store.byArn(arn);
  if (role === undefined) return undefined;
  const { name, id, trust, maxSessionSeconds } = role;
  return { name, arn, id, trustedServices: trust.services, trustedPrincipals: trust.principals, maxSessionSeconds };
}
