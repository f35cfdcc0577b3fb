import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LIVE, substitute, type MachineResource, type Manifest } from "@muster/manifest";
import type { Functions } from "./functions.ts";
import { createLogGroup } from "./log-group.ts";
import { logicalName } from "./names.ts";
import { createRole } from "./roles.ts";

/**
 * A definition names the published versions of the functions and machines that it calls, and is itself published: an
 * execution that runs during an upgrade goes on with the code that it began with. New ones start through the alias.
 * Raw resources: SST's component builds definitions in code, with a role that may start anything.
 */
export function createMachines(manifest: Manifest, functions: Functions): void {
  const versions: Record<string, $util.Output<string>> = Object.fromEntries(
    [...functions].map(([name, { versionArn }]) => [`function:${name}`, versionArn]),
  );
  for (const machine of manifest.machines) {
    versions[`machine:${machine.name}`] = createMachine(machine, manifest, { ...versions });
  }
}

/** Answers the ARN of the version that it publishes. */
function createMachine(
  machine: MachineResource,
  manifest: Manifest,
  versions: Readonly<Record<string, $util.Output<string>>>,
): $util.Output<string> {
  const name = logicalName(machine.name);
  const file = join($cli.paths.root, "statemachines", machine.name, "machine.asl.json");
  const created = new aws.sfn.StateMachine(`${name}Machine`, {
    name: machine.machineName,
    type: "STANDARD",
    roleArn: createRole(`${name}Machine`, machine.role, manifest).arn,
    definition: $resolve(versions).apply((arns) => substitute(readFileSync(file, "utf8"), machine, arns)),
    publish: true,
    // Payloads carry specs of users: they stay in the execution's own history, which IAM guards.
    loggingConfiguration: {
      level: "ALL",
      includeExecutionData: false,
      logDestination: $interpolate`${createLogGroup(`${name}Machine`, machine.logGroup).arn}:*`,
    },
    tracingConfiguration: { enabled: true },
  });
  new aws.sfn.Alias(`${name}Machine${logicalName(LIVE)}`, {
    name: LIVE,
    routingConfigurations: [{ stateMachineVersionArn: created.stateMachineVersionArn, weight: 100 }],
  });
  return created.stateMachineVersionArn;
}
