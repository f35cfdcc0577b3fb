import type { Manifest, RoleResource, Statement } from "@muster/manifest";
import { each, JsonText, type Expectation } from "./expectation.ts";

/** Inline policies are exactly the one, and nothing is attached. */
const iamRoles: Expectation = {
  type: "aws:iam/role:Role",
  expected: (manifest) =>
    each(
      rolesOf(manifest),
      ({ name }) => name,
      (role) => ({
        name: role.name,
        assumeRolePolicy: policy([trustOf(role, manifest)]),
        inlinePolicies: [
          { name: "manifest", policy: policy([...role.statements, ...role.serviceStatements].map(statementOf)) },
        ],
      }),
    ),
};

/** Of those that are trusted, the services that assume a role for another account's resource unless told for whose. */
const ASSUMES_FOR_ANYONE: ReadonlySet<string> = new Set(["states.amazonaws.com", "scheduler.amazonaws.com"]);

function trustOf({ trustedService }: RoleResource, { place }: Manifest) {
  return {
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Principal: { Service: trustedService },
    Condition: ASSUMES_FOR_ANYONE.has(trustedService)
      ? { StringEquals: { "aws:SourceAccount": place.account } }
      : undefined,
  };
}

function statementOf({ sid, actions, resources, conditions }: Statement) {
  return { Sid: sid, Effect: "Allow", Action: actions, Resource: resources, Condition: conditions };
}

function policy(statements: readonly object[]): JsonText {
  return new JsonText({ Version: "2012-10-17", Statement: statements });
}

const policies: Expectation = {
  type: "aws:iam/policy:Policy",
  expected: ({ nodePolicy: { name, statements } }) => ({
    [name]: { name, policy: policy(statements.map(statementOf)) },
  }),
};

function rolesOf({ functions, machines, schedules }: Manifest): readonly RoleResource[] {
  return [...functions, ...machines, ...schedules].map(({ role }) => role);
}

export const roles: readonly Expectation[] = [iamRoles, policies];
