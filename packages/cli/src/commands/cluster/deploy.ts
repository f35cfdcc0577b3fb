import { setTimeout as pause } from "node:timers/promises";
import { EXIT, type Command } from "../../command.ts";
import { readSpecFile } from "../../spec-file.ts";
import { concludeOperation, watchOperation } from "../../watch-operation.ts";

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
  },
  run: async ({ arguments: [file = ""], options, api, terminal }) => {
    const key = options["idempotency-key"];
    const started = await api.deploy(await readSpecFile(file), typeof key === "string" ? key : undefined);
    if (options["detach"] === true) {
      terminal.out(
        terminal.json
          ? `${JSON.stringify(started, undefined, 2)}\n`
          : `started ${started.id}\nnext: muster cluster watch ${started.cluster}\n`,
      );
      return EXIT.done;
    }
    const ended = await watchOperation({ api, terminal, operationId: started.id, pause: () => pause(LOOK_EVERY_MS) });
    const exitCode = concludeOperation(ended, terminal);
    if (exitCode === EXIT.done && !terminal.json) terminal.out(`next: muster cluster get ${ended.cluster}\n`);
    return exitCode;
  },
};

const LOOK_EVERY_MS = 1_000;
