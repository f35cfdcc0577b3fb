import { clusterStore, workflow } from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { admit } from "./admit.ts";
import { admitOperationInput } from "./event.ts";

/** The first step of every workflow: reads the request, and takes the cluster for this operation. */
export const admitOperation = defineTask({
  name: "admit-operation",
  environment: ["TABLE_NAME"],
  input: admitOperationInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    // It asks only whether executions run; it starts none.
    workflow: workflow(aws, (machine) => machine),
  }),
  run: admit,
});

export const { handler } = admitOperation;
