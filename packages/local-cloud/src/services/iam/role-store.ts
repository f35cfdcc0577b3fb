import type { Statement } from "@muster/manifest";
import { noSuchEntity } from "./iam-errors.ts";
import { MANAGED_POLICIES, type ManagedPolicy } from "./managed-policies.ts";
import type { Trust } from "./policy-document.ts";
import { compileStatement, coveringAction, type CompiledStatement } from "./statement.ts";

/** A role, and what it may do. */
export class Role {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  description: string | undefined;
  maxSessionSeconds: number;
  trust: Trust;
  readonly tags = new Map<string, string>();
  readonly #inline = new Map<string, PolicyOfRole>();
  readonly #attached = new Map<string, AttachablePolicy>();
  readonly #byAction = new Map<string, readonly Candidate[]>();

  constructor(options: {
    name: string;
    arn: string;
    id: string;
    createdAt: number;
    trust: Trust;
    description?: string | undefined;
    maxSessionSeconds?: number | undefined;
  }) {
    this.name = options.name;
    this.arn = options.arn;
    this.path = pathOf(options.arn, options.name);
    this.id = options.id;
    this.createdAt = options.createdAt;
    this.trust = options.trust;
    this.description = options.description;
    this.maxSessionSeconds = options.maxSessionSeconds ?? DEFAULT_SESSION_SECONDS;
  }

  get inlinePolicies(): ReadonlyMap<string, { readonly statements: readonly Statement[] }> {
    return this.#inline;
  }

  get attachedPolicies(): ReadonlyMap<string, AttachablePolicy> {
    return this.#attached;
  }

  /** Every statement that was written for this role alone. */
  get ownStatements(): CompiledStatement[] {
    return [...this.#inline.values()].flatMap(({ compiled }) => compiled);
  }

  putInline(policyName: string, statements: readonly Statement[]): void {
    this.#inline.set(policyName, { statements, compiled: statements.map(compileStatement) });
    this.#byAction.clear();
  }

  deleteInline(policyName: string): boolean {
    this.#byAction.clear();
    return this.#inline.delete(policyName);
  }

  attach(policy: AttachablePolicy): void {
    this.#attached.set(policy.arn, policy);
    this.#byAction.clear();
  }

  detach(policyArn: string): boolean {
    this.#byAction.clear();
    return this.#attached.delete(policyArn);
  }

  /** The statements that cover an action; found once per action, as a function asks for the same few all day. */
  covering(action: string): readonly Candidate[] {
    let candidates = this.#byAction.get(action);
    if (candidates === undefined) {
      candidates = [...this.#inline, ...this.#attached].flatMap(([policy, { compiled }]) =>
        compiled.flatMap((statement) => {
          const pattern = coveringAction(statement, action);
          return pattern === undefined ? [] : [{ policy, statement, pattern }];
        }),
      );
      this.#byAction.set(action, candidates);
    }
    return candidates;
  }
}

/** A statement that covers an action, by which of its patterns, and the policy that it stands in. */
export interface Candidate {
  readonly policy: string;
  readonly statement: CompiledStatement;
  readonly pattern: string;
}

interface PolicyOfRole {
  readonly statements: readonly Statement[];
  readonly compiled: readonly CompiledStatement[];
}

/** A policy of its own, which any number of roles may carry. */
export interface AttachablePolicy extends ManagedPolicy, PolicyOfRole {
  /** Of the account; otherwise AWS's. */
  readonly isOwn: boolean;
}

export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly id: string;
  readonly createdAt: number;
  role: Role | undefined;
  /** When the role was added or taken away. */
  changedAt: number;
}

/** Every role, instance profile and policy of the account. */
export class RoleStore {
  readonly roles = new Map<string, Role>();
  readonly profiles = new Map<string, InstanceProfile>();
  /** By ARN; AWS's are there from the start. */
  readonly policies = new Map<string, AttachablePolicy>();
  readonly #byArn = new Map<string, Role>();

  constructor() {
    for (const policy of MANAGED_POLICIES.values()) this.putPolicy(policy, { isOwn: false });
  }

  putPolicy(policy: ManagedPolicy, { isOwn }: { isOwn: boolean }): void {
    this.policies.set(policy.arn, { ...policy, isOwn, compiled: policy.statements.map(compileStatement) });
  }

  add(role: Role): void {
    this.roles.set(role.name, role);
    this.#byArn.set(role.arn, role);
  }

  remove(role: Role): void {
    this.roles.delete(role.name);
    this.#byArn.delete(role.arn);
  }

  byArn(arn: string): Role | undefined {
    return this.#byArn.get(arn);
  }

  /** @throws {AwsError} NoSuchEntity */
  role(name: string): Role {
    const role = this.roles.get(name);
    if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return role;
  }

  /** @throws {AwsError} NoSuchEntity */
  profile(name: string): InstanceProfile {
    const profile = this.profiles.get(name);
    if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
    return profile;
  }
}

function pathOf(arn: string, name: string): string {
  const resource = arn.split(":").slice(5).join(":");
  return resource.slice(resource.indexOf("/"), resource.length - name.length);
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, MaxSessionDuration */
const DEFAULT_SESSION_SECONDS = 3_600;
