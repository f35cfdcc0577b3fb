import { API_OPTION, EXIT, type Command } from "../../command.ts";
import { clusterText } from "../../terminal/cluster-text.ts";
import { writeJson } from "../../terminal/json.ts";

export const clusterGet: Command = {
  name: "cluster get",
  summary: "Show a cluster: tiers, nodes, and what happened last",
  arguments: [{ name: "NAME", description: "Cluster" }],
  options: API_OPTION,
  run: async ({ arguments: [name = ""], terminal, ...host }) => {
    const api = host.api();
    const [cluster, nodes, timeline] = await Promise.all([
      api.cluster(name),
      api.nodes(name),
      api.timeline(name, TIMELINE_SHOWN),
    ]);
    if (terminal.json) writeJson(terminal, { ...cluster, nodes, timeline });
    else terminal.out(clusterText({ cluster, nodes, timeline }, terminal));
    return EXIT.done;
  },
};

const TIMELINE_SHOWN = 10;
