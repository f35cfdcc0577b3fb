import { announcements, clusterStore, nodeRoleRemover, secrets } from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { finishOperationInput } from "./event.ts";
import { finish } from "./finish.ts";

/** The last step of every workflow: writes down how it ended, gives the cluster free, and tells who listens. */
export const finishOperation = defineTask({
  name: "finish-operation",
  environment: ["TABLE_NAME", "STAGE"],
  input: finishOperationInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    secrets: secrets(aws),
    roles: nodeRoleRemover(aws, { stage: environment.STAGE }),
    announcements: announcements(aws, ({ type, error }) =>
      aws.log.warn("announcement failed", { type, error: String(error) }),
    ),
    stage: environment.STAGE,
  }),
  run: finish,
});

export const { handler } = finishOperation;
