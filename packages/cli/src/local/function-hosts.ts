import { CLIENT_CONFIG, type ClientClass } from "@muster/aws";
import { fork, type Random } from "@muster/core";
import type { FunctionRuntime, Log, MusterFunction } from "@muster/lambda";
import {
  connect,
  guardClient,
  guardClock,
  type CloudConnection,
  type FunctionHost,
  type SdkClient,
} from "@muster/local-cloud";
import { LIVE, type FunctionResource, type Manifest } from "@muster/manifest";

/** The real handlers, for the embedded Lambda: each with clients that call as the function's own role. */
export function functionHosts(
  manifest: Manifest,
  functions: readonly MusterFunction[],
  cloud: CloudConnection,
  logFor: (functionName: string) => Log,
): FunctionHost[] {
  return manifest.functions.map((resource) => {
    const definition = functions.find((f) => f.name === resource.name);
    if (definition === undefined)
      throw new Error(`the manifest has a function ${resource.name}, and functions/ has not`);
    return hostOf(
      resource,
      definition,
      runtimeOf(resource, manifest, cloud, fork(cloud.random), logFor(resource.name)),
    );
  });
}

function hostOf(resource: FunctionResource, definition: MusterFunction, runtime: FunctionRuntime): FunctionHost {
  const handle = definition.bind(runtime);
  return {
    name: resource.functionName,
    roleArn: resource.role.arn,
    timeoutMs: resource.timeoutSeconds * 1000,
    memoryMb: resource.memoryMb,
    aliases: [LIVE],
    ...(resource.reservedConcurrency === undefined ? {} : { reservedConcurrency: resource.reservedConcurrency }),
    ...(resource.deadLetterQueueArn === undefined
      ? {}
      : { onAsync: { deadLetterQueueArn: resource.deadLetterQueueArn } }),
    invoke: (event, { requestId, deadlineAt }) => handle(event, { requestId, deadlineAt }),
  };
}

function runtimeOf(
  resource: FunctionResource,
  manifest: Manifest,
  cloud: CloudConnection,
  random: Random,
  log: Log,
): FunctionRuntime {
  const { region } = manifest.place;
  const caller = { arn: resource.role.arn, isAccountUser: false, sessionName: resource.functionName };
  const clients = new Map<unknown, unknown>();
  return {
    clock: guardClock(cloud.clock),
    random,
    region,
    environment: resource.environment,
    log,
    client: <C>(Client: ClientClass<C>): C => {
      const known = clients.get(Client) as C | undefined;
      if (known !== undefined) return known;
      // Credentials keep the SDK from looking for some on this machine; nothing is signed in process.
      const config = {
        region,
        ...CLIENT_CONFIG,
        credentials: { accessKeyId: "embedded", secretAccessKey: "embedded" },
      };
      const client = new Client(config);
      guardClient(connect(client as SdkClient, cloud.kernel, () => caller) as never);
      clients.set(Client, client);
      return client;
    },
  };
}
