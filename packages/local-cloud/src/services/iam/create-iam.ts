import type * as iam from "@aws-sdk/client-iam";
import type { Statement } from "@muster/manifest";
import { AwsError } from "../../kernel/aws-error.ts";
import type { Authorize } from "../../kernel/kernel.ts";
import type { ServiceContext, ServicePlugin } from "../../kernel/service.ts";
import { accountSummary, IAM_QUOTAS, type IamQuota } from "./account-summary.ts";
import { createAuthorize } from "./authorizer.ts";
import { denialMessage } from "./denial.ts";
import { iamAccess } from "./iam-access.ts";
import type { ManagedPolicy } from "./managed-policies.ts";
import { profileOperations } from "./profile-operations.ts";
import { roleOperations } from "./role-operations.ts";
import { Role, RoleStore } from "./role-store.ts";
import { uniqueId } from "./unique-id.ts";
import { simulatePrincipalPolicy } from "./simulate.ts";
import { UsageRecord, type Refusal, type UnusedGrant, type UsedGrant } from "./usage.ts";

/** The embedded IAM: roles, their policies, and the question whether a call may be made. */
export interface Iam extends ServicePlugin {
  /** Makes a role, or gives the one of that name new trust and statements. */
  readonly putRole: (role: RoleGrant) => void;
  /** Makes a policy of the account, or gives the one of that ARN new statements for roles that carry it from then on. */
  readonly putPolicy: (policy: ManagedPolicy) => void;
  /** For the kernel: the first request that no policy of the caller allows. */
  readonly authorize: Authorize;
  /** What EC2 knows under a name or ARN of an instance profile; undefined when that is nothing, or nothing yet. */
  readonly findInstanceProfile: (nameOrArn: string) => FoundProfile | undefined;
  /** What is known of a role; undefined when there is none. */
  readonly findRole: (arn: string) => FoundRole | undefined;
  /** Names of the roles and instance profiles under a path, without a call. */
  readonly namesUnder: (path: string) => { readonly roles: string[]; readonly instanceProfiles: string[] };
  /** Everything that a policy allowed so far. */
  readonly usedGrants: () => UsedGrant[];
  /** Actions and resources of the account's own statements that nothing has used so far; AWS's policies do not count. */
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

/** `quotaOf`: what Service Quotas says of a code of IAM's. */
export function createIam(
  context: ServiceContext,
  quotaOf: (code: string) => number | undefined = () => undefined,
): Iam {
  const store = new RoleStore();
  const usage = new UsageRecord();
  const quota: IamQuota = (kind) => quotaOf(IAM_QUOTAS[kind].code) ?? IAM_QUOTAS[kind].byDefault;
  return {
    service: "iam",
    operations: {
      ...roleOperations(context, store, quota),
      ...profileOperations(context, store, quota),
      GetAccountSummary: () => accountSummary(store, quota),
      SimulatePrincipalPolicy: (input: iam.SimulatePrincipalPolicyRequest) =>
        simulatePrincipalPolicy(context, store, input),
    },
    access: (operation, input) => iamAccess(context, store, operation, input),
    throttled: () => new AwsError("Throttling", "Rate exceeded", { status: 400 }),
    denied: (request, call) => new AwsError("AccessDenied", denialMessage(request, call), { status: 403 }),
    putRole: (grant) => putRole(context, store, grant),
    putPolicy: (policy) => store.putPolicy(policy, { isOwn: true }),
    authorize: createAuthorize(context, store, usage),
    findInstanceProfile: (nameOrArn) => findInstanceProfile(context, store, nameOrArn),
    findRole: (arn) => findRole(store, arn),
    namesUnder: (path) => ({
      roles: namesUnder(path, store.roles.values()),
      instanceProfiles: namesUnder(path, store.profiles.values()),
    }),
    usedGrants: () => usage.used(),
    unusedGrants: () => [
      ...[...store.roles.values()].flatMap(({ arn, ownStatements }) =>
        ownStatements.flatMap((statement) => usage.unusedOf(arn, statement)),
      ),
      ...[...store.policies.values()]
        .filter(({ isOwn }) => isOwn)
        .flatMap(({ arn, compiled }) => compiled.flatMap((statement) => usage.unusedOf(arn, statement))),
    ],
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
  for (const [key, value] of Object.entries(grant.tags ?? {})) role.tags.set(key, value);
  store.add(role);
}

function findInstanceProfile(context: ServiceContext, store: RoleStore, nameOrArn: string): FoundProfile | undefined {
  const profile = store.profiles.get(nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1));
  if (profile === undefined || (nameOrArn !== profile.name && nameOrArn !== profile.arn)) return undefined;
  const hasSpread = (since: number) => context.clock.now() >= since + PROFILE_SPREAD_MS;
  if (!hasSpread(profile.createdAt)) return undefined;
  const { name, arn, id, role, changedAt } = profile;
  return { name, arn, id, roleArn: hasSpread(changedAt) ? role?.arn : undefined };
}

/**
 * What IAM is told is not at once everywhere: EC2 learns of it after some seconds. AWS publishes no figure; people report
 * about ten. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html, "Changes that I make are not always
 * immediately visible"
 */
export const PROFILE_SPREAD_MS = 8_000;

function namesUnder(path: string, all: Iterable<{ readonly path: string; readonly name: string }>): string[] {
  return [...all].flatMap((one) => (one.path.startsWith(path) ? [one.name] : []));
}

function findRole(store: RoleStore, arn: string): FoundRole | undefined {
  const role = store.byArn(arn);
  if (role === undefined) return undefined;
  const { name, id, trust, maxSessionSeconds } = role;
  return { name, arn, id, trustedServices: trust.services, trustedPrincipals: trust.principals, maxSessionSeconds };
}
