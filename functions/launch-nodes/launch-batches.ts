import {
  clientToken,
  launchDelayMs,
  launchRequest,
  shapeOf,
  sleep,
  stepChange,
  type Candidate,
  type Change,
  type ClusterSnapshot,
  type Launch,
  type LaunchOutcome,
  type Node,
} from "@muster/core";
import { timelineEntry } from "@muster/lambda";
import { dropOf, PATIENCE_MS, RESERVE_MS, type Work } from "./work.ts";

/**
 * Launches batch after batch of one candidate, at EC2's pace, until one comes short. Answers how long to wait before the
 * next look, ms.
 */
export async function launchBatches(
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
      ...placesOf(work, launch).map((node) => ({ put: "node", node, isNew: true }) as const),
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
export async function ask(work: Work, snapshot: ClusterSnapshot, launch: Launch): Promise<boolean> {
  const shape = shapeOf(work.tier, launch.instanceType);
  const { spec, nodeRole } = snapshot.cluster;
  const instanceProfile = spec.instanceProfile ?? nodeRole;
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
  await store.append(
    timelineEntry(context, ref, {
      event: isLaunched ? "nodes.launched" : "launch.failed",
      text: isLaunched
        ? `EC2 launched ${outcome.instances.length} of ${launch.indexes.length} ${launch.tier} nodes (${where}).`
        : `EC2 launched none of ${launch.indexes.length} ${launch.tier} nodes (${where}): ${outcome.code}.`,
      facts: {
        token: clientToken(launch),
        instanceType: launch.instanceType,
        availabilityZone: launch.availabilityZone,
      },
    }),
  );
}
