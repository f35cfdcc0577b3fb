import type { Statement } from "@muster/manifest";
import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { objectOf, textOf, type Check } from "./check.ts";
import { POLICY, ROLE, statementsOf } from "./policies.ts";

/** IAM: characters of all inline policies of a role, without white space. */
const INLINE_POLICY_CHARACTERS_MAX = 10_240;
/** IAM: characters of a policy that roles share, without white space. */
const MANAGED_POLICY_CHARACTERS_MAX = 6_144;

/** Each role allows what the embedded cloud allows, fits into IAM, and is used once. */
export const checkRoles: Check = (recording, { functions, machines, schedules, nodePolicy }) => [
  ...[...functions, ...machines, ...schedules].flatMap(({ role: planned }) =>
    ofType(recording, ROLE)
      .filter(({ inputs }) => inputs["name"] === planned.name)
      .flatMap((role) =>
        permissions(role, {
          what: `role ${planned.name}`,
          statements: [...planned.statements, ...planned.serviceStatements],
          charactersMax: INLINE_POLICY_CHARACTERS_MAX,
        }),
      ),
  ),
  ...ofType(recording, POLICY).flatMap((policy) =>
    permissions(policy, {
      what: `policy ${nodePolicy.name}`,
      statements: nodePolicy.statements,
      charactersMax: MANAGED_POLICY_CHARACTERS_MAX,
    }),
  ),
  ...sharedRoles(recording),
];

interface Planned {
  /** As a person names it. */
  readonly what: string;
  readonly statements: readonly Statement[];
  readonly charactersMax: number;
}

function permissions(holder: RecordedResource, { what, statements, charactersMax }: Planned): string[] {
  const own = statementsOf(holder);
  const wanted = statements.map((statement) =>
    JSON.stringify([statement.sid, "Allow", statement.actions, statement.resources, statement.conditions]),
  );
  const is = own.map(({ Sid, Effect, Action, Resource, Condition }) =>
    JSON.stringify([Sid, Effect, Action, Resource, Condition]),
  );
  const size = JSON.stringify(own).length;
  return [
    ...own
      .filter((_, i) => !wanted.includes(is[i] ?? ""))
      .map(({ Sid }) => `${what} has a statement ${Sid} that is not the manifest's`),
    ...wanted.filter((statement) => !is.includes(statement)).map((statement) => `${what} lacks ${statement}`),
    ...(size > charactersMax ? [`${what} has a policy of ${size} characters`] : []),
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
