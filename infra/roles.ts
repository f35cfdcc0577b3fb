import type { Manifest, RoleResource, Statement } from "@muster/manifest";

/**
 * A role with exactly the manifest's statements. Inline, so that the role and its permissions come into being at once
 * (Step Functions tries them when a machine is made), and so that nobody adds another inline policy unseen.
 */
export function createRole(name: string, role: RoleResource, { place }: Pick<Manifest, "place">): aws.iam.Role {
  const policy = JSON.stringify(policyOf([...role.statements, ...role.serviceStatements]));
  return new aws.iam.Role(`${name}ServiceRole`, {
    name: role.name,
    assumeRolePolicy: JSON.stringify(trustOf(role.trustedService, place.account)),
    inlinePolicies: [{ name: "manifest", policy }],
  });
}

/** Statements as IAM reads them. */
export function policyOf(statements: readonly Statement[]) {
  return { Version: "2012-10-17", Statement: statements.map(statementOf) };
}

function statementOf({ sid, actions, resources, conditions }: Statement) {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(conditions === undefined ? {} : { Condition: conditions }),
  };
}

function trustOf(service: string, account: string) {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        ...(NAMES_ITS_ACCOUNT.has(service) ? { Condition: { StringEquals: { "aws:SourceAccount": account } } } : {}),
      },
    ],
  };
}

/**
 * Services that say for whom they assume a role, so that nobody else's schedule or machine can use ours.
 * https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html,
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
const NAMES_ITS_ACCOUNT: ReadonlySet<string> = new Set(["states.amazonaws.com", "scheduler.amazonaws.com"]);
