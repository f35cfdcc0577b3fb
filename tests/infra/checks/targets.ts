import { ofType, type RecordedResource, type Recording } from "../synth/recording.ts";
import { objectOf, textOf, type Check } from "./check.ts";
import { isAllowed, readPolicy, roleOf } from "./policies.ts";

/** What a rule or a schedule calls is there and lets it in, and what it cannot deliver has somewhere to go. */
export const checkTargets: Check = (recording) => [...ruleTargets(recording), ...scheduleTargets(recording)];

/** Whether the function behind an alias lets a service in, for one source and no other. */
export function calledBy(recording: Recording, aliasArn: string, service: string, source: string): boolean {
  return permissionFor(recording, aliasArn, service, source) !== undefined;
}

function permissionFor(
  recording: Recording,
  aliasArn: string,
  service: string,
  source: string,
): RecordedResource | undefined {
  const alias = ofType(recording, "aws:lambda/alias:Alias").find(({ state }) => state["arn"] === aliasArn);
  return ofType(recording, "aws:lambda/permission:Permission").find(
    ({ inputs }) =>
      alias !== undefined &&
      inputs["function"] === alias.inputs["functionName"] &&
      inputs["qualifier"] === alias.inputs["name"] &&
      inputs["action"] === "lambda:InvokeFunction" &&
      inputs["principal"] === service &&
      inputs["sourceArn"] === source,
  );
}

function ruleTargets(recording: Recording): string[] {
  return ofType(recording, "aws:cloudwatch/eventTarget:EventTarget").flatMap(({ inputs, dependsOn }) => {
    const name = textOf(inputs, "rule");
    const rule = ofType(recording, "aws:cloudwatch/eventRule:EventRule").find(
      ({ inputs: its }) => its["name"] === name,
    );
    const ruleArn = textOf(rule?.state ?? {}, "arn");
    const target = textOf(inputs, "arn");
    const queueArn = textOf(objectOf(inputs, "deadLetterConfig"), "arn");
    const permission = permissionFor(recording, target, "events.amazonaws.com", ruleArn);
    return [
      ...(permission === undefined ? [`rule ${name} calls ${target}, which does not let it in`] : []),
      ...(permission === undefined || dependsOn.includes(permission.urn)
        ? []
        : [`rule ${name} may call ${target} before that lets it in`]),
      ...(takesDeadLetters(recording, queueArn, ruleArn)
        ? []
        : [`rule ${name} has no dead-letter queue that takes its events`]),
    ];
  });
}

function takesDeadLetters(recording: Recording, queueArn: string, ruleArn: string): boolean {
  const queue = ofType(recording, "aws:sqs/queue:Queue").find(({ state }) => state["arn"] === queueArn);
  return ofType(recording, "aws:sqs/queuePolicy:QueuePolicy")
    .filter(({ inputs }) => queue !== undefined && inputs["queueUrl"] === queue.state["url"])
    .flatMap(({ inputs }) => readPolicy(textOf(inputs, "policy")))
    .some(
      ({ Action, Resource, Principal, Condition }) =>
        Action.includes("sqs:SendMessage") &&
        Resource.includes(queueArn) &&
        JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}' &&
        sourcesOf(Condition).includes(ruleArn),
    );
}

function sourcesOf(condition: unknown): readonly unknown[] {
  const sources = objectOf({ ...(condition as object) }, "ArnEquals")["aws:SourceArn"];
  return Array.isArray(sources) ? sources : [sources];
}

function scheduleTargets(recording: Recording): string[] {
  return ofType(recording, "aws:scheduler/schedule:Schedule").flatMap(({ inputs }) => {
    const name = textOf(inputs, "name");
    const target = objectOf(inputs, "target");
    const role = roleOf(recording, textOf(target, "roleArn"));
    const called = textOf(target, "arn");
    const queueArn = textOf(objectOf(target, "deadLetterConfig"), "arn");
    const exists = ofType(recording, "aws:lambda/alias:Alias").some(({ state }) => state["arn"] === called);
    return [
      ...(exists ? [] : [`schedule ${name} calls ${called}, which nothing makes`]),
      ...(isAllowed(role, "lambda:InvokeFunction", called) ? [] : [`schedule ${name} may not call ${called}`]),
      ...(isAllowed(role, "sqs:SendMessage", queueArn)
        ? []
        : [`schedule ${name} has no dead-letter queue that it may use`]),
    ];
  });
}
