import {
  clusterStore,
  instanceEnder,
  instanceReader,
  leftoverRemover,
  nodeRoleLister,
  nodeRoleRemover,
  workflow,
} from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { reconcileClustersInput } from "./event.ts";
import { reconcile } from "./reconcile.ts";

/** The slow sweep: operations whose workflow died, and what is in EC2 and IAM and in no row. */
export const reconcileClusters = defineTask({
  name: "reconcile-clusters",
  environment: ["TABLE_NAME", "STAGE", "MACHINE_ARN_PREFIX", "MACHINE_ALIAS"],
  input: reconcileClustersInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: { ...instanceReader(aws), ...instanceEnder(aws), ...leftoverRemover(aws) },
    roles: {
      ...nodeRoleLister(aws, { stage: environment.STAGE }),
      ...nodeRoleRemover(aws, { stage: environment.STAGE }),
    },
    workflow: workflow(aws, (machine) => `${environment.MACHINE_ARN_PREFIX}${machine}:${environment.MACHINE_ALIAS}`),
    stage: environment.STAGE,
  }),
  run: (_input, ports, context) => reconcile(ports, context),
});

export const { handler } = reconcileClusters;
