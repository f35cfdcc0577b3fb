import { createHash } from "node:crypto";
import { ApiError } from "@muster/cli";
import { TAG } from "@muster/core";
import type { Call } from "@muster/local-cloud";
import type { MusterFunction } from "@muster/lambda";
import { aWorld, violations, type World } from "@muster/testing/world";
import type { Happening, Scenario } from "./scenario.ts";

export interface Outcome {
  readonly seed: number;
  /** What was wrong, each as a sentence; empty when all was well. */
  readonly wrong: readonly string[];
  /** How the operations ended, such as `deploy succeeded`. */
  readonly ends: readonly string[];
  /** Digest of every call to AWS with its time: equal for equal seeds. */
  readonly trace: string;
  readonly calls: number;
  readonly cloudSeconds: number;
}

export interface RunOptions {
  /** Muster's functions with a fault planted in them. */
  readonly functions?: readonly MusterFunction[];
  /** Told of every call, for a person who looks at one seed. */
  readonly onCall?: (line: string) => void;
}

const RELEASE_MS = 5 * 60_000;

/** Lives through a scenario to the end of every operation, then destroys what is left, checking all the while. */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<Outcome> {
  const digest = createHash("sha256");
  const wrong = new Set<string>();
  let calls = 0;
  const watched: { world?: World } = {};
  const observe = (call: Call, input: unknown) => {
    const { world } = watched;
    if (world === undefined) return;
    calls++;
    const line = `${world.clock.now().toFixed(3)} ${call.caller.sessionName ?? call.caller.arn} ${call.service}:${call.operation}`;
    digest.update(`${line}\n`);
    options.onCall?.(line);
    for (const problem of wrongTermination(world, call, input)) wrong.add(problem);
  };
  const world = await aWorld({
    ...scenario.world,
    ...(options.functions === undefined ? {} : { functions: options.functions }),
    cloud: { ...scenario.world.cloud, observe },
  });
  watched.world = world;
  const startedAt = world.clock.now();
  try {
    const cancelled = await live(world, scenario);
    for (const problem of unheard(world, cancelled)) wrong.add(problem);
    for (const problem of violations(world)) wrong.add(problem);
    await destroyRest(world);
    for (const problem of afterDestroy(world)) wrong.add(problem);
  } catch (error) {
    wrong.add(`it did not end: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
  const ends = world
    .rows()
    .operations.map((o) => `${o.kind} ${o.status}${o.failure === undefined ? "" : ` ${o.failure.code}`}`)
    .toSorted();
  digest.update(JSON.stringify(ends));
  return {
    seed: scenario.seed,
    wrong: [...wrong],
    ends,
    trace: digest.digest("hex").slice(0, 16),
    calls,
    cloudSeconds: Math.round((world.clock.now() - startedAt) / 1000),
  };
}

/** Answers when which operation was cancelled, as far as its user was told that it is. */
async function live(world: World, { spec, happenings, seed }: Scenario): Promise<ReadonlyMap<string, number>> {
  const key = `seed-${seed}`;
  const startedAt = world.clock.now();
  const cancelled = new Map<string, number>();
  await politely(world, () => world.api.deploy(spec, key));
  for (const happening of happenings.toSorted((a, b) => a.afterMs - b.afterMs)) {
    await world.clock.advance(Math.max(0, startedAt + happening.afterMs - world.clock.now()));
    await happen(world, happening, { spec, key, cancelled });
  }
  await world.until(() => isQuiet(world));
  // EC2 takes its time to release what a dead instance held.
  await world.clock.advance(RELEASE_MS);
  return cancelled;
}

interface Request {
  readonly spec: unknown;
  readonly key: string;
  readonly cancelled: Map<string, number>;
}

async function happen(world: World, happening: Happening, request: Request): Promise<unknown> {
  const { cloud } = world.muster;
  switch (happening.kind) {
    case "deploy-again":
      return politely(world, () => world.api.deploy(request.spec));
    case "repeat-request":
      return politely(world, () => world.api.deploy(request.spec, request.key));
    case "destroy":
      return politely(world, () => world.api.destroy("demo"));
    // Past the API, and what it refuses: only admission stands between two operations.
    case "deploy-in-console":
      return world.startByHand("deploy-cluster", { spec: request.spec });
    case "destroy-in-console":
      return world.startByHand("destroy-cluster", { cluster: "demo", confirm: "demo" });
    case "cancel": {
      const open = world.rows().operations.find((operation) => operation.status === "running");
      if (open === undefined || !(await politely(world, () => world.api.cancel(open.id)))) return undefined;
      return request.cancelled.set(open.id, world.clock.now());
    }
    case "abort-in-console": {
      const running = cloud.states
        .inspect()
        .executions.find((e) => e.status === "RUNNING" && e.arn.includes("-cluster:demo."));
      if (running === undefined) return undefined;
      return world.run(cloud.kernel.call("states", "StopExecution", { executionArn: running.arn }, cloud.user));
    }
    case "hardware-fails": {
      const alive = cloud.ec2.admin
        .instances()
        .filter((instance) => instance.state === "running" || instance.state === "pending");
      const victim = alive[happening.which % Math.max(1, alive.length)];
      return victim === undefined ? undefined : cloud.ec2.admin.failHardware(victim.instanceId, happening.how);
    }
  }
}

/** People are told no now and then, and ask again when the API itself broke; neither is a fault. Answers whether it was a yes. */
async function politely(world: World, ask: () => Promise<unknown>, tries = 10): Promise<boolean> {
  try {
    await world.run(ask());
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status < 500) return false;
    if (tries === 1) throw error;
    await world.clock.advance(1000);
    return politely(world, ask, tries - 1);
  }
}

/** Operations that went on to succeed though someone had been told that they are cancelled. */
function unheard(world: World, cancelled: ReadonlyMap<string, number>): string[] {
  return world
    .rows()
    .operations.filter(({ id, status, endedAt = 0 }) => {
      const at = cancelled.get(id);
      return status === "succeeded" && at !== undefined && endedAt - at > LAST_STEP_MS;
    })
    .map(({ id }) => `operation ${id} was cancelled, and succeeded`);
}

/** Past its last look at the lease an operation ends as it was about to. */
const LAST_STEP_MS = 30_000;

function isQuiet(world: World): boolean {
  const open = world
    .rows()
    .operations.some((operation) => operation.status === "requested" || operation.status === "running");
  return !open && !world.muster.cloud.states.inspect().executions.some((execution) => execution.status === "RUNNING");
}

/** What a day left is destroyed in peace: the cloud's dials go back to calm. */
async function destroyRest(world: World): Promise<void> {
  const { cloud } = world.muster;
  Object.assign(cloud.faults, { throttle: 0, loseAnswer: 0 });
  cloud.lambdaDials.killAfterCalls = undefined;
  if (world.rows().clusters.length > 0) await world.destroy("demo");
}

function afterDestroy(world: World): string[] {
  const left = world.muster.cloud.ec2.admin.leftovers({ key: TAG.cluster });
  return [
    ...violations(world),
    ...left.map((l) => `${l.resourceType} ${l.resourceId} is left after everything`),
    ...world.rows().clusters.map((c) => `cluster ${c.name} is left after it was destroyed`),
  ];
}

/** A node that holds data ends only when its cluster is being destroyed or put back, or when it was lost. */
function wrongTermination(world: World, call: Call, input: unknown): string[] {
  if (call.operation !== "TerminateInstances") return [];
  const { InstanceIds = [] } = input as { InstanceIds?: string[] };
  const { nodes, clusters } = world.rows();
  return nodes
    .filter((node) => InstanceIds.includes(node.instanceId ?? "") && node.isMember && node.isProtected)
    .filter((node) => node.state !== "lost" && clusters.find((c) => c.name === node.cluster)?.lease?.isUndoing !== true)
    .map((node) => `${node.tier}-${node.index} holds data and was terminated by ${call.caller.sessionName}`);
}
