import { clusterStore, commands, instanceReader, leftoverRemover, workflow } from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { watchProgressInput } from "./event.ts";
import { watch } from "./watch.ts";

/**
 * Looks at what an operation waits for, and answers its workflow when the wait is over. Called by the workflow when it
 * begins to wait, by its heartbeat, and by events: an event is only a hint that it is time to look.
 */
export const watchProgress = defineTask({
  name: "watch-progress",
  environment: ["TABLE_NAME", "STAGE"],
  input: watchProgressInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    compute: { ...instanceReader(aws), ...leftoverRemover(aws) },
    commands: commands(aws),
    // It answers tokens; it starts nothing.
    workflow: workflow(aws, (machine) => machine),
    stage: environment.STAGE,
  }),
  run: watch,
});

export const { handler } = watchProgress;
