import { join } from "node:path";
import { LIVE, type FunctionResource, type Manifest } from "@muster/manifest";
import { createLogGroup } from "./log-group.ts";
import { logicalName, required } from "./names.ts";
import type { Queues } from "./queues.ts";
import { createRole } from "./roles.ts";
import { runProgram } from "./run-program.ts";

/** By folder name. */
export type Functions = ReadonlyMap<string, DeployedFunction>;

export interface DeployedFunction {
  /** ARN of the version that this deployment publishes. */
  readonly versionArn: $util.Output<string>;
  /** What API, rules and schedules call. */
  readonly alias: aws.lambda.Alias;
}

/**
 * SST's component uploads the code, which infra/bundle makes smaller than it would; role, log group, environment and name
 * are the manifest's, as its own are wider than what a function needs. Each deployment of changed code publishes a
 * version, and old versions stay: executions that began with them name them.
 */
export function createFunctions(manifest: Manifest, queues: Queues): Functions {
  const bundles = bundleFunctions();
  return new Map(
    manifest.functions.map((resource) => [
      resource.name,
      createFunction(resource, required(bundles, resource.name), manifest, queues),
    ]),
  );
}

/** A function's code, as infra/bundle tells of it. */
interface Bundle {
  readonly name: string;
  readonly folder: string;
  readonly handler: string;
}

function bundleFunctions(): ReadonlyMap<string, Bundle> {
  const bundles = runProgram("infra/bundle/main.ts", join($cli.paths.work, "bundles")) as readonly Bundle[];
  return new Map(bundles.map((bundle) => [bundle.name, bundle]));
}

function createFunction(
  resource: FunctionResource,
  { folder, handler }: Bundle,
  manifest: Manifest,
  queues: Queues,
): DeployedFunction {
  const name = logicalName(resource.name);
  const { deadLetterQueueArn, reservedConcurrency } = resource;
  const component = new sst.aws.Function(name, {
    name: resource.functionName,
    description: resource.description,
    bundle: folder,
    handler,
    runtime: "nodejs24.x",
    architecture: "arm64",
    memory: `${resource.memoryMb} MB`,
    timeout: `${resource.timeoutSeconds} seconds`,
    role: createRole(name, resource.role, manifest).arn,
    versioning: true,
    logging: { logGroup: createLogGroup(name, resource.logGroup).name, format: "json" },
    // `sst dev` would put a bridge of x86_64 in its place; the embedded cloud is what Muster is developed in.
    dev: false,
    ...(reservedConcurrency === undefined ? {} : { concurrency: { reserved: reservedConcurrency } }),
    transform: {
      function: (args) => {
        // Without the key and names of SST's own links, which nothing here reads.
        args.environment = { variables: { ...resource.environment } };
        args.tracingConfig = { mode: "Active" };
        if (deadLetterQueueArn !== undefined)
          args.deadLetterConfig = { targetArn: required(queues, deadLetterQueueArn).arn };
      },
    },
  });
  const deployed = component.nodes.function;
  const alias = new aws.lambda.Alias(`${name}${logicalName(LIVE)}`, {
    name: LIVE,
    functionName: deployed.name,
    functionVersion: deployed.version,
  });
  return { versionArn: deployed.qualifiedArn, alias };
}
