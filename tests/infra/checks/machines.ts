import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { textOf, type Check } from "./check.ts";
import { isAllowed, roleOf, statementsOf } from "./policies.ts";

const MACHINE = "aws:sfn/stateMachine:StateMachine";

/**
 * What a definition names is a published version that exists, and its role may call that and nothing else: executions
 * that run during an upgrade keep their code.
 */
export const checkMachines: Check = (recording) =>
  ofType(recording, MACHINE).flatMap((machine) => [...calls(recording, machine), ...grants(recording, machine)]);

function calls(recording: Recording, machine: RecordedResource): string[] {
  const name = textOf(machine.inputs, "name");
  const role = roleOf(recording, textOf(machine.inputs, "roleArn"));
  return arnsIn(machine).flatMap((arn) => {
    const isFunction = arn.startsWith("arn:aws:lambda:");
    // Step Functions asks IAM for the machine, whichever version is started; Lambda asks for the very version.
    const [action, resource] = isFunction
      ? (["lambda:InvokeFunction", arn] as const)
      : (["states:StartExecution", withoutVersion(arn)] as const);
    return [
      ...(versionsIn(recording).has(arn) ? [] : [`${name} names ${arn}, which is no version that is published`]),
      ...(isAllowed(role, action, resource) ? [] : [`${name} names ${arn}, which its role may not call`]),
    ];
  });
}

/** Every function and machine that the role may call is named by the definition. */
function grants(recording: Recording, machine: RecordedResource): string[] {
  const named = new Set(arnsIn(machine).map(withoutVersion));
  const role = roleOf(recording, textOf(machine.inputs, "roleArn"));
  return (role === undefined ? [] : statementsOf(role))
    .filter(({ Action }) => Action.includes("lambda:InvokeFunction") || Action.includes("states:StartExecution"))
    .flatMap(({ Resource }) => Resource)
    .filter((resource) => !named.has(withoutVersion(resource)))
    .map((resource) => `${textOf(machine.inputs, "name")} may call ${resource}, which its definition does not name`);
}

function arnsIn({ inputs }: RecordedResource): readonly string[] {
  const definition = textOf(inputs, "definition");
  return [...new Set(definition.match(/arn:aws:(?:lambda|states):[\w-]+:\d{12}:(?:function|stateMachine):[\w:$-]+/g))];
}

function versionsIn(recording: Recording): ReadonlySet<unknown> {
  return new Set([
    ...ofType(recording, "aws:lambda/function:Function").map(({ state }) => state["qualifiedArn"]),
    ...ofType(recording, MACHINE).map(({ state }) => state["stateMachineVersionArn"]),
  ]);
}

/** The first seven parts. */
function withoutVersion(arn: string): string {
  return arn.split(":").slice(0, 7).join(":");
}
