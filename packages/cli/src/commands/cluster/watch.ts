import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "../../command.ts";
import { concludeOperation, watchOperation } from "../../watch-operation.ts";

export const clusterWatch: Command = {
  name: "cluster watch",
  summary: "Watch a cluster's operation until it has ended",
  arguments: [{ name: "NAME", description: "Cluster" }],
  options: {},
  run: async ({ arguments: [name = ""], api, terminal }) => {
    const { operationId } = await api.cluster(name);
    return concludeOperation(
      await watchOperation({ api, terminal, operationId, pause: () => pause(LOOK_EVERY_MS) }),
      terminal,
    );
  },
};

const LOOK_EVERY_MS = 1_000;
