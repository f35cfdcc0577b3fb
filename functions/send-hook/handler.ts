import { clusterStore, commands } from "@muster/aws";
import { defineTask } from "@muster/lambda";
import { sendHookInput } from "./event.ts";
import { sendHook as send } from "./send.ts";

/** Sends a hook's document to the nodes that still need it. */
export const sendHook = defineTask({
  name: "send-hook",
  environment: ["TABLE_NAME", "STAGE", "DOCUMENT_PREFIX"],
  input: sendHookInput,
  ports: (aws, environment) => ({
    store: clusterStore(aws, environment.TABLE_NAME),
    commands: commands(aws),
    stage: environment.STAGE,
    documentPrefix: environment.DOCUMENT_PREFIX,
  }),
  run: send,
});

export const { handler } = sendHook;
