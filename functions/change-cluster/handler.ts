import { clusterStore, workflow } from "@muster/aws";
import { defineApi } from "@muster/lambda";
import { cancelOperation } from "./cancel-operation.ts";
import { deployCluster, destroyCluster } from "./start-operation.ts";

/** The API's writes: each starts a workflow, or stops one, and answers at once. */
export const changeCluster = defineApi({
  name: "change-cluster",
  environment: ["TABLE_NAME", "MACHINE_ARN_PREFIX", "MACHINE_ALIAS"],
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    workflow: workflow(aws, (machine) => `${environment.MACHINE_ARN_PREFIX}${machine}:${environment.MACHINE_ALIAS}`),
  }),
  routes: {
    "POST /v1/clusters": deployCluster,
    "DELETE /v1/clusters/{name}": destroyCluster,
    "POST /v1/operations/{id}/cancel": cancelOperation,
  },
});

export const { handler } = changeCluster;
