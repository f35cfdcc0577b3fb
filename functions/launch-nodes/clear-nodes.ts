import {
  dropRuns,
  endInstances,
  nodeName,
  stepChange,
  VISIBLE_WITHIN_MS,
  type ClusterSnapshot,
  type LaunchPlan,
  type Node,
} from "@muster/core";
import { timelineEntry } from "@muster/lambda";
import { nodesLost, replacementsMax } from "./launch-errors.ts";
import { dropOf, RESERVE_MS, type Work } from "./work.ts";

/**
 * Ends nodes that are in the way of a good launch: lost ones, or those of a candidate that came short. A place is given
 * free only when EC2 has taken its instance, so that none is forgotten. Answers how long to wait before the next look, ms.
 */
export async function clearNodes(
  work: Work,
  snapshot: ClusterSnapshot,
  plan: Extract<LaunchPlan, { kind: "clear" }>,
): Promise<number> {
  const { store, ref, tier, context } = work;
  const isLoss = plan.launches.length === 0;
  const tierState = snapshot.cluster.tiers[tier.name] ?? { desired: tier.count, active: 0 };
  const before = tierState.replaced ?? 0;
  if (isLoss && before + plan.nodes.length > replacementsMax(tier))
    throw nodesLost(tier, plan.nodes, before + plan.nodes.length);

  const gone = await endNodes(work, plan.nodes, holdsPlaces(snapshot, plan));
  const isOver = gone.length === plan.nodes.length;
  const replaced = { ...tierState, replaced: before + gone.length };
  await store.write(ref, [
    stepChange(`Replacing ${plan.nodes.length} ${tier.name} nodes: ${plan.reason}`),
    ...(isLoss
      ? [{ update: "cluster", set: { tiers: { ...snapshot.cluster.tiers, [tier.name]: replaced } } } as const]
      : []),
    // Given up only when it is over: until then its nodes are the next look's to clear.
    ...(isOver
      ? plan.launches.map((launch) => ({ put: "launch", launch: { ...launch, state: "abandoned" } }) as const)
      : []),
    ...gone.map(dropOf),
    // Whatever ran on the tier as it was is judged anew on the tier as it will be.
    ...dropRuns(snapshot.hookRuns.filter((run) => run.tier === tier.name)),
  ]);
  if (gone.length > 0) {
    await store.append(
      timelineEntry(context, ref, {
        event: isLoss ? "nodes.replaced" : "candidate.abandoned",
        text: `${gone.slice(0, NAMES_SHOWN).map(describe).join("; ")}${gone.length > NAMES_SHOWN ? `; and ${gone.length - NAMES_SHOWN} more` : ""}; ${plan.reason}.`,
        facts: { nodes: gone.length },
      }),
    );
  }
  return isOver ? 0 : AGAIN_MS;
}

/** An instance takes about a minute to terminate, some take twenty. */
const AGAIN_MS = 15_000;

const NAMES_SHOWN = 5;

/**
 * A placement group is where its instances are, until the last of them is terminated: another zone, and perhaps another
 * type, is refused before.
 */
function holdsPlaces({ cluster }: ClusterSnapshot, plan: Extract<LaunchPlan, { kind: "clear" }>): boolean {
  return plan.launches.length > 0 && cluster.spec.network.placementGroup !== undefined;
}

/** Ends the nodes' instances; answers those whose places are free now. */
async function endNodes(
  { compute, context }: Work,
  nodes: readonly Node[],
  untilTerminated: boolean,
): Promise<readonly Node[]> {
  const { clock } = context;
  const places = nodes.flatMap(({ instanceId, availabilityZone, isProtected }) =>
    instanceId === undefined ? [] : [{ instanceId, availabilityZone, isProtected }],
  );
  const giveUpAt = clock.now() + context.remainingMs() - RESERVE_MS;
  const { refused, ending } = await endInstances({ compute, clock }, places, giveUpAt);
  const held = new Set([...refused, ...(untilTerminated ? ending : [])]);
  // One that EC2 does not know after all this time has ended long ago, or will be found by its tags.
  return nodes.filter(
    (node) =>
      !held.has(node.instanceId ?? "") ||
      (refused.includes(node.instanceId ?? "") && clock.now() - node.launchedAt > VISIBLE_WITHIN_MS),
  );
}

function describe(node: Node): string {
  return node.note === undefined ? nodeName(node) : `${nodeName(node)}: ${node.note}`;
}
