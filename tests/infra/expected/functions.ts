import { LIVE, type FunctionResource, type Manifest } from "@muster/manifest";
import { logicalName } from "../../../infra/names.ts";
import { FUNCTION_VERSION, idOf } from "../synth/stand-in-provider.ts";
import { byInput, byLogicalName, each, logicalOf, required, type Expectation, type Inputs } from "./expectation.ts";

const lambdas: Expectation = {
  type: "aws:lambda/function:Function",
  expected: ({ functions }) => each(functions, ({ functionName }) => functionName, inputsOf),
};

function inputsOf(resource: FunctionResource): Inputs {
  const { deadLetterQueueArn } = resource;
  return {
    ...ADDED_BY_SST,
    // Which code that is, the bundle of the component says, and a check of its own.
    s3Key: new RegExp(String.raw`^assets/${logicalName(resource.name)}-code-[0-9a-f]{64}\.zip$`),
    name: resource.functionName,
    description: resource.description,
    handler: "handler.handler",
    runtime: "nodejs24.x",
    architectures: ["arm64"],
    memorySize: resource.memoryMb,
    timeout: resource.timeoutSeconds,
    role: resource.role.arn,
    publish: true,
    environment: { variables: resource.environment },
    loggingConfig: { logFormat: "JSON", logGroup: resource.logGroup.name },
    tracingConfig: { mode: "Active" },
    deadLetterConfig: deadLetterQueueArn === undefined ? undefined : { targetArn: deadLetterQueueArn },
    reservedConcurrentExecutions: resource.reservedConcurrency,
  };
}

/** SST's component uploads a zip file into its own bucket, and writes out Lambda's default of /tmp. */
const ADDED_BY_SST: Inputs = {
  packageType: "Zip",
  s3Bucket: "sst-asset-recorded",
  ephemeralStorage: { size: 512 },
};

const aliases: Expectation = {
  type: "aws:lambda/alias:Alias",
  keyOf: byInput("functionName"),
  expected: ({ functions }) =>
    each(
      functions,
      ({ functionName }) => functionName,
      ({ functionName }) => ({ name: LIVE, functionName, functionVersion: FUNCTION_VERSION }),
    ),
};

/** Rules and the API, each for its own source. Schedules and machines call in the name of a role. */
const permissions: Expectation = {
  type: "aws:lambda/permission:Permission",
  keyOf: byLogicalName,
  expected: (manifest) => {
    const { rules, routes, api, place } = manifest;
    const apiArn = `arn:aws:execute-api:${place.region}:${place.account}:${idOf(api.name)}`;
    return {
      ...each(
        rules,
        ({ name }) => `${logicalOf(manifest, name)}RulePermission`,
        ({ functionName, arn }) => permission(manifest, functionName, "events.amazonaws.com", arn),
      ),
      ...each(
        routes,
        ({ functionName }) => `${logicalName(functionName)}ApiPermission`,
        ({ functionName }) => permission(manifest, functionName, "apigateway.amazonaws.com", `${apiArn}/*/*`),
      ),
    };
  },
};

function permission({ functions }: Manifest, name: string, principal: string, sourceArn: string): Inputs {
  const { functionName } = required(
    functions.find((f) => f.name === name),
    name,
  );
  return { action: "lambda:InvokeFunction", function: functionName, qualifier: LIVE, principal, sourceArn };
}

export const functions: readonly Expectation[] = [lambdas, aliases, permissions];
