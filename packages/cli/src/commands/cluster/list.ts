import { API_OPTION, EXIT, type Command } from "../../command.ts";
import { clustersText } from "../../terminal/cluster-text.ts";
import { writeJson } from "../../terminal/json.ts";

export const clusterList: Command = {
  name: "cluster list",
  summary: "List clusters",
  arguments: [],
  options: API_OPTION,
  run: async ({ api, terminal }) => {
    const clusters = await api().clusters();
    if (terminal.json) writeJson(terminal, { clusters });
    else terminal.out(clustersText(clusters));
    return EXIT.done;
  },
};
