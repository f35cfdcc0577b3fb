import { readFileSync } from "node:fs";
import { LIVE, substitute, type MachineResource } from "@muster/manifest";
import { logicalName } from "../../../infra/names.ts";
import { FUNCTION_VERSION, MACHINE_VERSION } from "../synth/stand-in-provider.ts";
import { byLogicalName, each, JsonText, type Expectation } from "./expectation.ts";

const stateMachines: Expectation = {
  type: "aws:sfn/stateMachine:StateMachine",
  expected: ({ machines }) =>
    each(
      machines,
      ({ machineName }) => machineName,
      (machine) => ({
        name: machine.machineName,
        type: "STANDARD",
        roleArn: machine.role.arn,
        definition: new JsonText(definitionOf(machine)),
        publish: true,
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: false,
          logDestination: `${machine.logGroup.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      }),
    ),
};

/** The file, with the versions that the stand-in provider publishes in the place of what it names. */
function definitionOf(machine: MachineResource): unknown {
  const file = new URL(`../../../statemachines/${machine.name}/machine.asl.json`, import.meta.url);
  const versions = Object.entries(machine.substitutions).map(([placeholder, arn]) => [
    placeholder,
    `${arn}:${placeholder.startsWith("function:") ? FUNCTION_VERSION : MACHINE_VERSION}`,
  ]);
  return JSON.parse(substitute(readFileSync(file, "utf8"), machine, Object.fromEntries(versions)));
}

const aliases: Expectation = {
  type: "aws:sfn/alias:Alias",
  keyOf: byLogicalName,
  expected: ({ machines }) =>
    each(
      machines,
      ({ name }) => `${logicalName(name)}MachineLive`,
      ({ arn }) => ({
        name: LIVE,
        routingConfigurations: [{ stateMachineVersionArn: `${arn}:${MACHINE_VERSION}`, weight: 100 }],
      }),
    ),
};

export const machines: readonly Expectation[] = [stateMachines, aliases];
