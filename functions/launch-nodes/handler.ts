import { clusterStore, instanceEnder, instanceLauncher } from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { launchNodesInput } from "./event.ts";
import { launchTier } from "./launch-tier.ts";

/** Fills the places of a tier with instances: through the ledger, in batches, at the pace that EC2 allows. */
export const launchNodes = defineTask({
  name: "launch-nodes",
  environment: ["TABLE_NAME", "STAGE"],
  input: launchNodesInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: { ...instanceLauncher(aws), ...instanceEnder(aws) },
    stage: environment.STAGE,
  }),
  run: launchTier,
});

export const { handler } = launchNodes;
