import type { Manifest } from "@muster/manifest";
import { madeResources } from "../synth/recording.ts";
import { textOf, type Check } from "./check.ts";

/** What a manifest has is made, under its name; and what is made is the manifest's, or belongs to something of it. */
export const checkCompleteness: Check = (recording, manifest) =>
  Object.entries(plannedNames(manifest)).flatMap(([type, { key, names }]) => {
    const made = madeResources(recording)
      .filter((resource) => resource.type === type)
      .map(({ inputs }) => textOf(inputs, key));
    return [
      ...names.filter((name) => !made.includes(name)).map((name) => `${type} ${name} is in the manifest, and not made`),
      ...made.filter((name) => !names.includes(name)).map((name) => `${type} ${name} is made, and not in the manifest`),
    ];
  });

function plannedNames(manifest: Manifest): Record<string, { key: string; names: readonly string[] }> {
  const { functions, machines } = manifest;
  return {
    "aws:dynamodb/table:Table": named([manifest.table.name]),
    "aws:lambda/function:Function": named(functions.map((f) => f.functionName)),
    "aws:lambda/alias:Alias": named(
      functions.map((f) => f.functionName),
      "functionName",
    ),
    "aws:sfn/stateMachine:StateMachine": named(machines.map((m) => m.machineName)),
    "aws:cloudwatch/logGroup:LogGroup": named(
      [...functions, ...machines, manifest.api].map((owner) => owner.logGroup.name),
    ),
    "aws:cloudwatch/eventRule:EventRule": named(manifest.rules.map((rule) => rule.name)),
    "aws:cloudwatch/eventTarget:EventTarget": named(
      manifest.rules.map((rule) => rule.name),
      "rule",
    ),
    "aws:scheduler/schedule:Schedule": named(manifest.schedules.map((schedule) => schedule.name)),
    "aws:apigatewayv2/api:Api": named([manifest.api.name]),
    "aws:apigatewayv2/route:Route": named(
      manifest.routes.map(({ route }) => route),
      "routeKey",
    ),
    "aws:ssm/document:Document": named(manifest.documents.map((document) => document.name)),
    "aws:sqs/queue:Queue": named(manifest.queues.map((queue) => queue.name)),
    "aws:sns/topic:Topic": named([manifest.topic.name]),
    "aws:cloudwatch/metricAlarm:MetricAlarm": named(manifest.alarms.map((alarm) => alarm.name)),
    "aws:iam/instanceProfile:InstanceProfile": named([manifest.nodeProfile.name]),
  };
}

function named(names: readonly string[], key = "name") {
  return { key, names };
}
