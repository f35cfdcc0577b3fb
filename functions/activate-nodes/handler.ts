import { clusterStore, instanceEnder, instanceReader } from "@muster/aws";
import {
  clusterTags,
  dropRuns,
  endInstances,
  isOnItsWay,
  MusterError,
  stepChange,
  TAG,
  unknownPart,
  type Clock,
  type InstanceEnder,
  type Instance,
} from "@muster/core";
import { defineTask, readOperation, timelineEntry } from "@muster/lambda";
import { activateNodesInput } from "./event.ts";

/** The tier's nodes have been through everything: they are members now. What was launched for it and is no node of it goes. */
export const activateNodes = defineTask({
  name: "activate-nodes",
  environment: ["TABLE_NAME", "STAGE"],
  input: activateNodesInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: { ...instanceReader(aws), ...instanceEnder(aws) },
    stage: environment.STAGE,
  }),
  run: async ({ operation, tier }, { store, compute, stage }, { clock, newId, remainingMs }) => {
    const { cluster, nodes, hookRuns } = await readOperation(store, operation);
    const members = nodes.filter((node) => node.tier === tier);
    const ready = members.filter((node) => node.state === "online");
    const active = members.filter((node) => node.state === "active").length + ready.length;
    const state = cluster.tiers[tier];
    if (state === undefined) throw unknownPart("tier", tier, `Cluster ${cluster.name}`);

    // A launch that came to light late, or a lost node that lives after all: it has no place, and costs money.
    const known = new Set(members.map((node) => node.instanceId));
    const instances = await compute.instances({ ...clusterTags(stage, cluster.name), [TAG.tier]: tier });
    const strays = instances.filter((instance) => !known.has(instance.instanceId) && !isOnItsWay(instance));
    await endStrays({ compute, clock }, tier, strays, clock.now() + remainingMs() - RESERVE_MS);

    await store.write(operation, [
      stepChange(`${active} ${tier} nodes are active`),
      { update: "cluster", set: { tiers: { ...cluster.tiers, [tier]: { ...state, active } } } },
      ...ready.map((node) => ({ put: "node", node: { ...node, state: "active" } }) as const),
      // What ran while the tier grew is over; what runs from now on is judged anew. Nodes remember what they did themselves.
      ...dropRuns(hookRuns.filter((run) => run.tier === tier)),
    ]);
    await store.append(
      timelineEntry({ newId, clock }, operation, {
        event: "tier.active",
        text: `${active} ${tier} nodes are members of the cluster.`,
        facts: { active, strays: strays.length },
      }),
    );
    return { active };
  },
});

/** What writing and answering may take. */
const RESERVE_MS = 30_000;

async function endStrays(
  ports: { compute: InstanceEnder; clock: Clock },
  tier: string,
  strays: readonly Instance[],
  giveUpAt: number,
): Promise<void> {
  // No row says whether it is protected; lifting what is not there does no harm.
  const { refused } = await endInstances(
    ports,
    strays.map((stray) => ({ ...stray, isProtected: !stray.isSpot })),
    giveUpAt,
  );
  if (refused.length === 0) return;
  throw new MusterError("AwsUnavailable", {
    what: `EC2 does not end ${refused.length} instances that are no nodes of tier ${tier}.`,
    why: `It refuses to terminate ${refused.slice(0, 3).join(", ")} (AwsUnavailable).`,
    remedy: "The step is repeated by itself; if it goes on, terminate them by hand.",
  });
}

export const { handler } = activateNodes;
