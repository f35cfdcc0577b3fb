import { decideLaunches, sleep, type ClusterSnapshot, type LaunchPlan, type OperationRef } from "@muster/core";
import { readOperation, type Context } from "@muster/lambda";
import { tierOf } from "@muster/products";
import { clearNodes } from "./clear-nodes.ts";
import { ask, launchBatches } from "./launch-batches.ts";
import { capacityUnavailable, launchRefused } from "./launch-errors.ts";
import { PATIENCE_MS, RESERVE_MS, type Ports, type Work } from "./work.ts";

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
      return clearNodes(work, snapshot, plan);
    case "exhausted":
      throw capacityUnavailable(work.tier, plan.tried);
    case "refused":
      throw launchRefused(work.tier, plan.reason);
  }
}

/** The cluster lives where its first tier was launched; until it is formed, another zone may have had to do. */
async function settlePlacement({ store, ref, tier }: Work, snapshot: ClusterSnapshot): Promise<void> {
  const { placement, formed } = snapshot.cluster;
  if (tier.count === 0 || formed || snapshot.nodes.some((node) => node.tier !== tier.name)) return;
  const launch = snapshot.launches.find((l) => l.tier === tier.name && l.state === "launched");
  if (launch === undefined || launch.subnetId === placement?.subnetId) return;
  const { subnetId, availabilityZone } = launch;
  await store.write(ref, [{ update: "cluster", set: { placement: { subnetId, availabilityZone } } }]);
}
