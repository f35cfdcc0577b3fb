import { clusterStore, instanceReader } from "@muster/aws";
import { clusterTags, dropRuns, namesOf, observeNodes } from "@muster/core";
import { defineTask, readOperation, timelineEntry } from "@muster/lambda";
import { checkNodesInput } from "./event.ts";

/** The last look of a deployment: nodes that died after their tier was whole are marked, to be replaced. */
export const checkNodes = defineTask({
  name: "check-nodes",
  environment: ["TABLE_NAME", "STAGE"],
  input: checkNodesInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: instanceReader(aws),
    stage: environment.STAGE,
  }),
  run: async ({ operation }, { store, compute, stage }, { clock, newId }) => {
    const { cluster, nodes, hookRuns } = await readOperation(store, operation);
    const instances = await compute.instances(clusterTags(stage, cluster.name));
    const { lost } = observeNodes(nodes, { instances, agents: [], now: clock.now() });
    if (lost.length > 0) {
      await store.write(operation, [
        ...lost.map((node) => ({ put: "node", node }) as const),
        // What ran on the cluster as it was, a verification that failed too, is judged anew on the cluster as it will be.
        ...dropRuns(hookRuns),
      ]);
      await store.append(
        timelineEntry({ newId, clock }, operation, {
          event: "nodes.lost",
          text: `Lost after their tier was whole: ${namesOf(lost)}.`,
          facts: { nodes: lost.length },
        }),
      );
    }
    return { lost: lost.length };
  },
});

export const { handler } = checkNodes;
