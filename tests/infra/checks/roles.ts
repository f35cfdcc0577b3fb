import type { RoleResource } from "@muster/manifest";
import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { objectOf, textOf, type Check } from "./check.ts";
import { ROLE, statementsOf } from "./policies.ts";

/** IAM: characters of all inline policies of a role, without white space. */
const INLINE_POLICY_CHARACTERS_MAX = 10_240;

/** Each role allows what the embedded cloud allows, fits into IAM, and is used once. */
export const checkRoles: Check = (recording, { functions, machines, schedules, nodeProfile }) => [
  ...[...functions, ...machines, ...schedules, nodeProfile].flatMap(({ role: planned }) =>
    ofType(recording, ROLE)
      .filter(({ inputs }) => inputs["name"] === planned.name)
      .flatMap((role) => permissions(role, planned)),
  ),
  ...sharedRoles(recording),
];

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
