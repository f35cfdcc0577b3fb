import type { RoleResource } from "@muster/manifest";
import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { objectOf, textOf, type Check } from "./check.ts";
import { readPolicy, ROLE, statementsOf } from "./policies.ts";

/** IAM: characters of all inline policies of a role, without white space. */
const INLINE_POLICY_CHARACTERS_MAX = 10_240;

/** Each role is the manifest's: trusted by its service alone, allowed what the embedded cloud allows, and used once. */
export const checkRoles: Check = (recording, { functions, machines, schedules, nodeProfile }) => {
  const wanted = [...functions, ...machines, ...schedules, nodeProfile].map(({ role }) => role);
  const made = ofType(recording, ROLE);
  return [
    ...made.flatMap((role) => {
      const name = textOf(role.inputs, "name");
      const planned = wanted.find((other) => other.name === name);
      return planned === undefined
        ? [`role ${name} is in no manifest`]
        : [...trust(role, planned), ...permissions(role, planned), ...attachments(recording, role, planned)];
    }),
    ...wanted
      .filter(({ name }) => !made.some(({ inputs }) => inputs["name"] === name))
      .map(({ name }) => `role ${name} is not made`),
    ...sharedRoles(recording),
  ];
};

function trust(role: RecordedResource, planned: RoleResource): string[] {
  const statements = readPolicy(textOf(role.inputs, "assumeRolePolicy"));
  const isNarrow = statements.every(
    ({ Principal, Action }) =>
      JSON.stringify(Principal) === JSON.stringify({ Service: planned.trustedService }) &&
      Action.every((action) => action === "sts:AssumeRole"),
  );
  return isNarrow && statements.length === 1
    ? []
    : [`role ${planned.name} is trusted by others than ${planned.trustedService}`];
}

function permissions(role: RecordedResource, planned: RoleResource): string[] {
  const own = statementsOf(role);
  const wanted = [...planned.statements, ...planned.serviceStatements].map((statement) =>
    JSON.stringify([statement.sid, "Allow", statement.actions, statement.resources, statement.conditions]),
  );
  const is = own.map(({ Sid, Effect, Action, Resource, Condition }) =>
    JSON.stringify([Sid, Effect, Action, Resource, Condition]),
  );
  const size = JSON.stringify(own).length;
  return [
    ...own
      .filter((_, i) => !wanted.includes(is[i] ?? ""))
      .map(({ Sid }) => `role ${planned.name} has a statement ${Sid} that is not the manifest's`),
    ...wanted
      .filter((statement) => !is.includes(statement))
      .map((statement) => `role ${planned.name} lacks ${statement}`),
    ...(size > INLINE_POLICY_CHARACTERS_MAX ? [`the policy of role ${planned.name} has ${size} characters`] : []),
  ];
}

function attachments(recording: Recording, role: RecordedResource, planned: RoleResource): string[] {
  const attached = ofType(recording, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .filter(({ inputs }) => inputs["role"] === role.state["name"])
    .map(({ inputs }) => textOf(inputs, "policyArn"));
  return JSON.stringify(attached.toSorted()) === JSON.stringify([...planned.managedPolicies].toSorted())
    ? []
    : [
        `role ${planned.name} has ${attached.join(", ") || "no managed policy"}, and the manifest ${planned.managedPolicies.join(", ") || "none"}`,
      ];
}

function sharedRoles(recording: Recording): string[] {
  const users = [
    ...ofType(recording, "aws:lambda/function:Function").map(({ inputs }) => textOf(inputs, "role")),
    ...ofType(recording, "aws:sfn/stateMachine:StateMachine").map(({ inputs }) => textOf(inputs, "roleArn")),
    ...ofType(recording, "aws:scheduler/schedule:Schedule").map(({ inputs }) =>
      textOf(objectOf(inputs, "target"), "roleArn"),
    ),
  ];
  return users.filter((arn, i) => users.indexOf(arn) !== i).map((arn) => `${arn} is used by two`);
}
