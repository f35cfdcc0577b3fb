import { createMuster, LOCAL_TOKEN, localApi, type Api, type Muster, type MusterOptions } from "@muster/cli";
import { isEnded, seededRandom, VirtualClock, type OperationView } from "@muster/core";
import type { Log } from "@muster/lambda";
import type { Observe } from "@muster/local-cloud";
import { NOW } from "../factories.ts";
import { operationStatus, tableRows, type Rows } from "./rows.ts";
import { watchSecrets } from "./secret-watch.ts";
import { userClient, type UserClientClass } from "./user-client.ts";

export interface WorldOptions extends Partial<
  Pick<MusterOptions, "cloud" | "weka" | "quotas" | "manifest" | "functions" | "log" | "region">
> {
  readonly seed?: number;
  /** Resolves when real I/O of the test's own, such as a socket's, has come to rest: time waits for it. */
  readonly settled?: () => Promise<void>;
}

/** Muster in the embedded cloud in virtual time: a whole deployment takes a fraction of a second. */
export interface World {
  readonly muster: Muster;
  readonly clock: VirtualClock;
  readonly api: Api;
  /** Awaits work, moving time as far as it needs. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  /** Deploys and waits for the end. */
  readonly deploy: (spec: unknown) => Promise<OperationView>;
  readonly destroy: (cluster: string) => Promise<OperationView>;
  /** Starts a machine by hand, as a person does in the console, and answers the execution's ARN. */
  readonly startByHand: (machine: string, input: unknown) => Promise<string>;
  /** Moves time until that operation has ended. */
  readonly ended: (operationId: string) => Promise<OperationView>;
  /** Moves time until something is so; looks every second of cloud time, or as often as told (ms). */
  readonly until: (isSo: () => boolean, everyMs?: number) => Promise<void>;
  /** The table's rows as they are, without a call. */
  readonly rows: () => Rows;
  /** Where a secret was seen that must not be there. */
  readonly secretSightings: () => string[];
  /** An SDK client that calls as the account's own user. */
  readonly client: <C>(Client: UserClientClass<C>) => C;
}

export async function aWorld(options: WorldOptions = {}): Promise<World> {
  const { seed = 1, settled, cloud = {}, ...rest } = options;
  const drain = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await settled?.();
  };
  const clock = new VirtualClock({ startAt: NOW, drain });
  const secrets = watchSecrets([LOCAL_TOKEN]);
  const { log: ownLog } = rest;
  // What functions log goes past every call.
  const log = (functionName: string): Log => {
    const own = ownLog?.(functionName);
    const at = (level: "info" | "warn" | "error") => (message: string, facts?: Readonly<Record<string, unknown>>) => {
      secrets.observeText(`the log of ${functionName}`, JSON.stringify([message, facts]));
      own?.[level](message, facts);
    };
    return { info: at("info"), warn: at("warn"), error: at("error") };
  };
  const observe: Observe = (call, input, output) => {
    secrets.observe(call, input, output);
    cloud.observe?.(call, input, output);
  };
  const muster = await createMuster({
    ...rest,
    clock,
    random: seededRandom(seed),
    log,
    nodes: "model",
    cloud: { ...cloud, observe },
  });
  const api = localApi(muster);
  const run = <T>(work: Promise<T>) => clock.run(work, PATIENCE_MS);
  const rows = () => tableRows(muster);
  const until = async (isSo: () => boolean, everyMs = 1_000) => {
    const end = clock.now() + PATIENCE_MS;
    while (!isSo()) {
      if (clock.now() > end) throw new Error(`not so after ${PATIENCE_MS / 3_600_000} hours of cloud time`);
      await clock.advance(everyMs);
    }
  };
  const ended = async (operationId: string) => {
    const isRunning = () =>
      muster.cloud.states
        .inspect()
        .executions.some(({ arn, status }) => status === "RUNNING" && arn.endsWith(`:${operationId}`));
    // The operation ends in its last step; the workflow a moment after it.
    await until(() => isEnded({ status: operationStatus(muster, operationId) ?? "requested" }) && !isRunning());
    return run(api.operation(operationId));
  };
  return {
    muster,
    clock,
    api,
    run,
    rows,
    until,
    ended,
    startByHand: (machine, input) => run(startByHand(muster, machine, input)),
    secretSightings: secrets.sightings,
    client: (Client) => userClient(muster, Client),
    deploy: async (spec) => ended((await run(api.deploy(spec))).id),
    destroy: async (cluster) => ended((await run(api.destroy(cluster))).id),
  };
}

async function startByHand({ cloud, manifest }: Muster, machine: string, input: unknown): Promise<string> {
  const stateMachineArn = manifest.machines.find(({ name }) => name === machine)?.arn;
  const start = { stateMachineArn, input: JSON.stringify(input) };
  const started = await cloud.kernel.call("states", "StartExecution", start, cloud.user);
  return (started as { executionArn: string }).executionArn;
}

/** Everything that Muster does ends within a day of cloud time, or never. */
const PATIENCE_MS = 24 * 3_600_000;
