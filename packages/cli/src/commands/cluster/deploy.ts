import { stringOption } from "../../command-line/option-values.ts";
import { API_OPTION, type Command } from "../../command.ts";
import { announceOperation, concludeOperation } from "../../conclude-operation.ts";
import { readSpecFile } from "../../spec-file.ts";
import { watchOperation } from "../../watch-operation.ts";

export const clusterDeploy: Command = {
  name: "cluster deploy",
  summary: "Deploy a cluster, and watch until it is ready",
  arguments: [{ name: "FILE", description: "Spec, YAML or JSON" }],
  options: {
    detach: { type: "boolean", description: "Return at once; the operation goes on" },
    "idempotency-key": {
      type: "string",
      value: "KEY",
      description: "The same key and spec is the same operation, for 24 hours",
    },
    ...API_OPTION,
  },
  run: async ({ arguments: [file = ""], options, terminal, ...host }) => {
    const api = host.api();
    const started = await api.deploy(readSpecFile(file), stringOption(options, "idempotency-key"));
    if (options["detach"] === true) return announceOperation(started, terminal);
    const ended = await watchOperation({ ...host, api, terminal, operationId: started.id });
    return concludeOperation(ended, terminal, `muster cluster get ${ended.cluster}`);
  },
};
