import { stringOption } from "../../command-line/option-values.ts";
import { usageError } from "../../command-line/usage-error.ts";
import { API_OPTION, type Command } from "../../command.ts";
import { announceOperation, concludeOperation } from "../../conclude-operation.ts";
import { watchOperation } from "../../watch-operation.ts";

export const clusterDestroy: Command = {
  name: "cluster destroy",
  summary: "Destroy a cluster and its data",
  arguments: [{ name: "NAME", description: "Cluster" }],
  options: {
    confirm: { type: "string", value: "NAME", description: "The cluster's name once more: its data is deleted" },
    detach: { type: "boolean", description: "Return at once; the operation goes on" },
    ...API_OPTION,
  },
  run: async ({ arguments: [name = ""], options, terminal, ...host }) => {
    if (stringOption(options, "confirm") !== name) {
      throw usageError({
        what: `Cluster ${name} was not destroyed.`,
        why: "Destroying deletes its data, so --confirm must repeat its name.",
        command: "cluster destroy",
        write: `muster cluster destroy ${name} --confirm ${name}`,
      });
    }
    const api = host.api();
    const started = await api.destroy(name);
    if (options["detach"] === true) return announceOperation(started, terminal);
    return concludeOperation(await watchOperation({ ...host, api, terminal, operationId: started.id }), terminal);
  },
};
