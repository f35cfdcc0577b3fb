import {
  clientToken,
  decideLaunches,
  launchDelayMs,
  launchRequest,
  MusterError,
  nodeName,
  shapeOf,
  sleep,
  stepChange,
  TAG,
  type Candidate,
  type Change,
  type ClusterSnapshot,
  type ClusterStore,
  type Compute,
  type Launch,
  type LaunchOutcome,
  type LaunchPlan,
  type Node,
  type OperationRef,
  type TierBlueprint,
} from "@muster/core";
import { readOperation, type Context } from "@muster/lambda";
import { tierOf } from "@muster/products";

interface Ports {
  readonly store: ClusterStore;
  readonly compute: Compute;
  readonly stage: string;
  readonly instanceProfile: string;
}

interface Work extends Ports {
  readonly context: Context;
  readonly ref: OperationRef;
  readonly tier: TierBlueprint;
}

export interface TierLaunched {
  /** `pause`: EC2's buckets are empty; come back after `waitSeconds`. */
  readonly outcome: "filled" | "pause";
  readonly waitSeconds: number;
  /** What makes the new nodes members, in order. */
  readonly hooks: readonly string[];
}

export async function launchTier(
  input: { operation: OperationRef; tier: string },
  ports: Ports,
  context: Context,
): Promise<TierLaunched> {
  for (let step = 0; step < STEPS_MAX; step++) {
    const snapshot = await readOperation(ports.store, input.operation);
    const tier = tierOf(snapshot.cluster.spec, input.tier);
    const hooks = snapshot.cluster.formed ? tier.joinHooks : tier.formHooks;
    const work: Work = { ...ports, context, ref: input.operation, tier };
    const plan = decideLaunches(snapshot, tier, input.operation.operationId);
    if (plan.kind === "filled") {
      await settlePlacement(work, snapshot);
      return { outcome: "filled", waitSeconds: 0, hooks };
    }
    const waitMs = await perform(work, snapshot, plan);
    if (waitMs > PATIENCE_MS || context.remainingMs() < RESERVE_MS) {
      return { outcome: "pause", waitSeconds: Math.max(1, Math.ceil(waitMs / 1000)), hooks };
    }
    await sleep(context.clock, waitMs);
  }
  throw new Error(`launching tier ${input.tier} took more than ${STEPS_MAX} steps`);
}

// Candidates (100 at most), batches and replacements together stay far below; more is a decision that does not converge.
const STEPS_MAX = 500;
/** A wait that is shorter is slept through: it costs less than leaving and coming back. */
const PATIENCE_MS = 5_000;
/** What one more step may take: a throttled call gives up after about 20 s. */
const RESERVE_MS = 45_000;

/** Performs one plan; answers how long to wait before the next look, ms. */
async function perform(
  work: Work,
  snapshot: ClusterSnapshot,
  plan: Exclude<LaunchPlan, { kind: "filled" }>,
): Promise<number> {
  switch (plan.kind) {
    case "repeat":
      for (const launch of plan.launches) await ask(work, snapshot, launch);
      return 0;
    case "launch":
      return launchBatches(work, snapshot, plan.candidate, plan.batches);
    case "clear":
      await clear(work, snapshot, plan);
      return 0;
    case "exhausted":
      throw capacityUnavailable(work, plan.tried);
    case "refused":
      throw launchRefused(work, plan.reason);
  }
}

async function launchBatches(
  work: Work,
  snapshot: ClusterSnapshot,
  candidate: Candidate,
  batches: readonly (readonly number[])[],
): Promise<number> {
  const known: Launch[] = [...snapshot.launches];
  const text = `Launching ${batches.flat().length} ${work.tier.name} nodes (${candidate.shape.instanceType}, ${candidate.availabilityZone})`;
  for (const indexes of batches) {
    const delayMs = launchDelayMs(known, indexes.length, work.context.clock.now());
    if (delayMs > PATIENCE_MS || work.context.remainingMs() < RESERVE_MS) return delayMs;
    await sleep(work.context.clock, delayMs);
    const launch = newLaunch(work, candidate, indexes);
    // The row and its places are written before EC2 is asked: whatever happens next, the token is known.
    await work.store.write(work.ref, [
      stepChange(text),
      { put: "launch", launch },
      ...placesOf(work, launch).map((node) => ({ put: "node", node }) as const),
    ]);
    known.push(launch);
    const isLaunched = await ask(work, snapshot, launch);
    if (!isLaunched) return 0;
  }
  return 0;
}

function newLaunch({ ref, tier, context }: Work, candidate: Candidate, indexes: readonly number[]): Launch {
  return {
    cluster: ref.cluster,
    launchId: context.newId(),
    operationId: ref.operationId,
    tier: tier.name,
    state: "requested",
    indexes,
    instanceType: candidate.shape.instanceType,
    imageId: candidate.imageId,
    subnetId: candidate.subnetId,
    availabilityZone: candidate.availabilityZone,
    purchase: tier.purchase,
    isPartialFine: !tier.allOrNothing,
    cameShort: false,
    requestedAt: context.clock.now(),
  };
}

function placesOf({ ref, tier }: Work, launch: Launch): Node[] {
  return launch.indexes.map((index) => ({
    cluster: ref.cluster,
    tier: tier.name,
    index,
    state: "launching",
    launchId: launch.launchId,
    availabilityZone: launch.availabilityZone,
    isProtected: tier.holdsData && tier.purchase === "on-demand",
    hooksDone: [],
    isMember: false,
    launchedAt: launch.requestedAt,
  }));
}

/** Asks EC2 for a launch (again, if need be) and writes down what it says. True when instances came of it. */
async function ask(work: Work, snapshot: ClusterSnapshot, launch: Launch): Promise<boolean> {
  const shape = shapeOf(work.tier, launch.instanceType);
  const { spec } = snapshot.cluster;
  const instanceProfile = spec.instanceProfile ?? work.instanceProfile;
  const outcome = await work.compute.launch(
    launchRequest({ launch, tier: work.tier, shape, spec, instanceProfile, stage: work.stage }),
  );
  await work.store.write(work.ref, outcomeChanges(work, launch, outcome));
  await note(work, launch, outcome);
  return outcome.outcome === "launched";
}

function outcomeChanges(work: Work, launch: Launch, outcome: LaunchOutcome): Change[] {
  const places = placesOf(work, launch);
  if (outcome.outcome !== "launched") {
    const kind = outcome.outcome === "no-capacity" ? "capacity" : outcome.outcome;
    const { code, message } = outcome;
    return [
      { put: "launch", launch: { ...launch, state: "failed", reason: { kind, code, message } } },
      ...places.map(dropOf),
    ];
  }
  const filled = places.slice(0, outcome.instances.length);
  const unfilled = places.slice(outcome.instances.length);
  const launched: Launch = {
    ...launch,
    state: "launched",
    indexes: filled.map((node) => node.index),
    cameShort: unfilled.length > 0,
  };
  return [
    { put: "launch", launch: launched },
    ...filled.map(
      (node, i) => ({ put: "node", node: { ...node, state: "booting", ...outcome.instances[i] } }) as const,
    ),
    ...unfilled.map(dropOf),
  ];
}

async function note({ store, ref, context }: Work, launch: Launch, outcome: LaunchOutcome): Promise<void> {
  const where = `${launch.instanceType} in ${launch.availabilityZone}`;
  const isLaunched = outcome.outcome === "launched";
  await store.append({
    cluster: ref.cluster,
    id: context.newId(),
    at: context.clock.now(),
    operationId: ref.operationId,
    event: isLaunched ? "nodes.launched" : "launch.failed",
    text: isLaunched
      ? `EC2 launched ${outcome.instances.length} of ${launch.indexes.length} ${launch.tier} nodes (${where}).`
      : `EC2 launched none of ${launch.indexes.length} ${launch.tier} nodes (${where}): ${outcome.code}.`,
    facts: { token: clientToken(launch), instanceType: launch.instanceType, availabilityZone: launch.availabilityZone },
  });
}

/** Takes nodes away that are in the way of a good launch: lost ones, or those of a candidate that came short. */
async function clear(
  work: Work,
  snapshot: ClusterSnapshot,
  plan: Extract<LaunchPlan, { kind: "clear" }>,
): Promise<void> {
  const { store, ref, tier, context } = work;
  const isLoss = plan.launches.length === 0;
  const tierState = snapshot.cluster.tiers[tier.name] ?? { desired: tier.count, active: 0 };
  const replaced = (tierState.replaced ?? 0) + (isLoss ? plan.nodes.length : 0);
  if (isLoss && replaced > replacementsMax(tier)) throw nodesLost(work, plan.nodes, replaced);
  await terminateNodes(work, plan.nodes);
  await store.write(ref, [
    stepChange(`Replacing ${plan.nodes.length} ${tier.name} nodes: ${plan.reason}`),
    ...(isLoss
      ? [
          {
            update: "cluster",
            set: { tiers: { ...snapshot.cluster.tiers, [tier.name]: { ...tierState, replaced } } },
          } as const,
        ]
      : []),
    ...plan.launches.map((launch) => ({ put: "launch", launch: { ...launch, state: "abandoned" } }) as const),
    ...plan.nodes.map(dropOf),
    // Whatever ran on the tier as it was is judged anew on the tier as it will be.
    ...snapshot.hookRuns
      .filter((run) => run.tier === tier.name)
      .map((run) => ({ drop: "hook-run", tier: run.tier, hook: run.hook }) as const),
  ]);
  await store.append({
    cluster: ref.cluster,
    id: context.newId(),
    at: context.clock.now(),
    operationId: ref.operationId,
    event: isLoss ? "nodes.replaced" : "candidate.abandoned",
    text: `${plan.nodes
      .map((node) => `${nodeName(node)}${node.note === undefined ? "" : `: ${node.note}`}`)
      .slice(0, NAMES_SHOWN)
      .join("; ")}; ${plan.reason}.`,
    facts: { nodes: plan.nodes.length },
  });
}

async function terminateNodes({ compute, ref, stage }: Work, nodes: readonly Node[]): Promise<void> {
  const ids = new Set(nodes.flatMap((node) => (node.instanceId === undefined ? [] : [node.instanceId])));
  if (ids.size === 0) return;
  const instances = await compute.instances({ [TAG.stage]: stage, [TAG.cluster]: ref.cluster });
  const alive = instances.filter(
    (instance) => ids.has(instance.instanceId) && instance.state !== "terminated" && instance.state !== "shutting-down",
  );
  for (const instance of alive) {
    if (nodes.some((node) => node.instanceId === instance.instanceId && node.isProtected))
      await compute.unprotect(instance.instanceId);
  }
  // One that EC2 refuses to end now keeps its tags, and goes with the cluster or with the sweep at the latest.
  await compute.terminate(alive);
}

/** The cluster lives where its first tier was launched. */
async function settlePlacement({ store, ref, tier }: Work, snapshot: ClusterSnapshot): Promise<void> {
  if (snapshot.cluster.placement !== undefined || tier.count === 0) return;
  const launch = snapshot.launches.find((l) => l.tier === tier.name && l.state === "launched");
  if (launch === undefined) return;
  const { subnetId, availabilityZone } = launch;
  await store.write(ref, [{ update: "cluster", set: { placement: { subnetId, availabilityZone } } }]);
}

const dropOf = (node: Node): Change => ({ drop: "node", tier: node.tier, index: node.index });

/** Nodes of a tier that one operation may replace: a few, or a tenth of a large tier. More is not bad luck. */
function replacementsMax(tier: TierBlueprint): number {
  return Math.max(3, Math.ceil(tier.count / 10));
}

const NAMES_SHOWN = 5;

function capacityUnavailable(
  { tier }: Work,
  tried: readonly { instanceType: string; availabilityZone: string; code: string }[],
): MusterError {
  const list = tried.map((t) => `${t.instanceType} in ${t.availabilityZone} (${t.code})`).join(", ");
  return new MusterError("CapacityUnavailable", {
    what: `AWS has no capacity for the ${tier.count} ${tier.name} nodes.`,
    why: `Every candidate came short: ${list === "" ? "there is none" : list} (CapacityUnavailable).`,
    remedy: `Add instance types to tiers.${tier.name}.instanceTypes or subnets of other zones to network.subnets, or try again later.`,
    details: { tried },
  });
}

function launchRefused({ tier }: Work, reason: { code: string; message: string }): MusterError {
  return new MusterError("LaunchRefused", {
    what: `EC2 refused to launch ${tier.name} nodes.`,
    why: `${reason.code}: ${reason.message} (LaunchRefused)`,
    remedy: "Correct what EC2 names, then start the operation again.",
    details: { code: reason.code },
  });
}

function nodesLost({ tier }: Work, nodes: readonly Node[], replaced: number): MusterError {
  const last = nodes
    .slice(0, NAMES_SHOWN)
    .map((node) => `${nodeName(node)}: ${node.note ?? "lost"}`)
    .join("; ");
  return new MusterError("NodesLost", {
    what: `${replaced} nodes of tier ${tier.name} were lost while it was launched; ${replacementsMax(tier)} may be replaced.`,
    why: `${last} (NodesLost).`,
    remedy:
      "Look at the instances' system logs and at the image, the subnet's way to the SSM endpoints and the instance profile, then start again.",
    details: { nodes: nodes.map(nodeName).slice(0, 20) },
  });
}
