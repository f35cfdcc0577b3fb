import { clusterStore, instanceEnder, instanceReader } from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { terminateNodesInput } from "./event.ts";
import { terminate } from "./terminate.ts";

/**
 * Ends one round of a cluster's instances: lifts their protection, then asks EC2 to terminate them. Whether they are gone
 * is for a look to find out. From here on the operation cannot be cancelled.
 */
export const terminateNodes = defineTask({
  name: "terminate-nodes",
  environment: ["TABLE_NAME", "STAGE"],
  input: terminateNodesInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: { ...instanceReader(aws), ...instanceEnder(aws) },
    stage: environment.STAGE,
  }),
  run: terminate,
});

export const { handler } = terminateNodes;
