import { EXIT, type Command } from "../../command.ts";
import { table } from "../../terminal/table.ts";

export const clusterList: Command = {
  name: "cluster list",
  summary: "List clusters",
  arguments: [],
  options: {},
  run: async ({ api, terminal }) => {
    const clusters = await api.clusters();
    if (terminal.json) terminal.out(`${JSON.stringify(clusters, undefined, 2)}\n`);
    else if (clusters.length === 0) terminal.out("There are no clusters. Deploy one: muster cluster deploy FILE\n");
    else
      terminal.out(
        `${table([["name", "product", "deployment", "status", "created"], ...clusters.map((c) => [c.name, c.product, c.deployment, c.status, c.createdAt])])}\n`,
      );
    return EXIT.done;
  },
};
