import { setTimeout as pause } from "node:timers/promises";
import { EXIT, type Command } from "../../command.ts";
import { UsageError } from "../../terminal/errors.ts";
import { concludeOperation, watchOperation } from "../../watch-operation.ts";

export const clusterDestroy: Command = {
  name: "cluster destroy",
  summary: "Destroy a cluster and its data",
  arguments: [{ name: "NAME", description: "Cluster" }],
  options: {
    confirm: { type: "string", value: "NAME", description: "The cluster's name once more: its data is deleted" },
    detach: { type: "boolean", description: "Return at once; the operation goes on" },
  },
  run: async ({ arguments: [name = ""], options, api, terminal }) => {
    if (options["confirm"] !== name) {
      throw new UsageError(
        `Destroying ${name} deletes its data. If that is what you want: muster cluster destroy ${name} --confirm ${name}`,
      );
    }
    const started = await api.destroy(name);
    if (options["detach"] === true) {
      terminal.out(
        terminal.json
          ? `${JSON.stringify(started, undefined, 2)}\n`
          : `started ${started.id}\nnext: muster operation get ${started.id}\n`,
      );
      return EXIT.done;
    }
    return concludeOperation(
      await watchOperation({ api, terminal, operationId: started.id, pause: () => pause(LOOK_EVERY_MS) }),
      terminal,
    );
  },
};

const LOOK_EVERY_MS = 1_000;
