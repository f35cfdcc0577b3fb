import { basename } from "node:path";
import { ofType } from "../synth/recording.ts";
import { listOf, objectOf, textOf, type Check } from "./check.ts";

/** Functions are the manifest's in what they may use up and know, are published, and leave logs and traces. */
export const checkFunctions: Check = (recording, { functions }) =>
  ofType(recording, "aws:lambda/function:Function").flatMap(({ name: logical, inputs, state }) => {
    const name = textOf(inputs, "name");
    const planned = functions.find((f) => f.functionName === name);
    if (planned === undefined) return [`function ${name} is in no manifest`];
    const group = ofType(recording, "aws:cloudwatch/logGroup:LogGroup").find(
      (log) => log.inputs["name"] === objectOf(inputs, "loggingConfig")["logGroup"],
    );
    const alias = ofType(recording, "aws:lambda/alias:Alias").find(
      (a) => a.inputs["functionName"] === name && a.inputs["functionVersion"] === state["version"],
    );
    const is = (label: string, actual: unknown, wanted: unknown): string[] =>
      JSON.stringify(actual) === JSON.stringify(wanted)
        ? []
        : [`function ${name}: ${label} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`];
    return [
      ...is("code", basename(recording.bundles[logical.replace(/Function$/, "")] ?? ""), planned.name),
      ...is("runtime", inputs["runtime"], "nodejs24.x"),
      ...is("architecture", listOf(inputs, "architectures"), ["arm64"]),
      ...is("memory", inputs["memorySize"], planned.memoryMb),
      ...is("timeout", inputs["timeout"], planned.timeoutSeconds),
      ...is("role", inputs["role"], planned.role.arn),
      ...is("reserved concurrency", inputs["reservedConcurrentExecutions"], planned.reservedConcurrency),
      ...is("environment", sorted(objectOf(objectOf(inputs, "environment"), "variables")), sorted(planned.environment)),
      ...is("dead-letter queue", objectOf(inputs, "deadLetterConfig")["targetArn"], planned.deadLetterQueueArn),
      ...is("tracing", objectOf(inputs, "tracingConfig")["mode"], "Active"),
      ...is("days of logs", group?.inputs["retentionInDays"], planned.logGroup.retentionDays),
      ...is("published", inputs["publish"], true),
      ...is("alias", alias?.state["arn"], planned.aliasArn),
    ];
  });

function sorted(variables: Readonly<Record<string, unknown>>): [string, unknown][] {
  return Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
