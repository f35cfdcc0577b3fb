import { API_OPTION, type Command } from "../../command.ts";
import { concludeOperation } from "../../conclude-operation.ts";
import { watchOperation } from "../../watch-operation.ts";

export const clusterWatch: Command = {
  name: "cluster watch",
  summary: "Watch a cluster's operation until it has ended",
  arguments: [{ name: "NAME", description: "Cluster" }],
  options: API_OPTION,
  run: async ({ arguments: [name = ""], terminal, ...host }) => {
    const api = host.api();
    const { operationId } = await api.cluster(name);
    return concludeOperation(await watchOperation({ ...host, api, terminal, operationId }), terminal);
  },
};
