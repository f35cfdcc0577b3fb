import { validateMachine, type JsonObject } from "@muster/asl";
import { buildManifest } from "@muster/manifest";
import { knownErrors } from "./known-errors.ts";
import { definitionOf, statesIn } from "./run-machine.ts";

/** What is wrong with a machine's definition before it runs, each as a sentence. */
export function flawsOf(machine: string): string[] {
  const definition = definitionOf(machine);
  // No machine calls an AWS API itself: functions do, which know AWS's error codes.
  const diagnostics = validateMachine(definition, { knownErrors, isKnownAction: () => false });
  return [
    ...diagnostics.map(({ code, path, message }) => `${code} at ${path ?? "the machine"}: ${message}`),
    ...heartbeatsNotCaught(definition),
    ...unlikeManifest(machine, new Set(placeholdersIn(JSON.stringify(definition)))),
  ];
}

/**
 * A heartbeat that was missed is documented as States.HeartbeatTimeout, and comes as States.Timeout: a catcher names both.
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html; measured on AWS by others.
 */
function heartbeatsNotCaught(definition: JsonObject): string[] {
  return statesIn(definition)
    .filter(([, state]) => state["HeartbeatSeconds"] !== undefined)
    .filter(([, state]) => {
      const caught = JSON.stringify(state["Catch"] ?? []);
      return !caught.includes('"States.Timeout"') || !caught.includes('"States.HeartbeatTimeout"');
    })
    .map(([name]) => `${name} has a heartbeat, and does not catch both names of a missed one`);
}

/** A machine's role may call just what the manifest lists for it. */
function unlikeManifest(machine: string, named: ReadonlySet<string>): string[] {
  const place = { stage: "test", region: "us-east-1", account: "111111111111" };
  const resource = buildManifest(place, []).machines.find(({ name }) => name === machine);
  if (resource === undefined) return [`the manifest has no machine ${machine}`];
  const listed = new Set(Object.keys(resource.substitutions));
  return [
    ...[...named].filter((name) => !listed.has(name)).map((name) => `the manifest does not list ${name}`),
    ...[...listed].filter((name) => !named.has(name)).map((name) => `the manifest lists ${name}, which no state names`),
  ];
}

function placeholdersIn(text: string): string[] {
  return [...text.matchAll(/\$\{([^}]+)\}/g)].map(([, name = ""]) => name);
}
