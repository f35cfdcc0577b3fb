import { EXIT, type Command } from "../../command.ts";
import { table } from "../../terminal/table.ts";
import { styles } from "../../terminal/terminal.ts";

export const clusterGet: Command = {
  name: "cluster get",
  summary: "Show a cluster: tiers, nodes, and what happened last",
  arguments: [{ name: "NAME", description: "Cluster" }],
  options: {},
  run: async ({ arguments: [name = ""], api, terminal }) => {
    const [cluster, nodes, timeline] = await Promise.all([
      api.cluster(name),
      api.nodes(name),
      api.timeline(name, TIMELINE_SHOWN),
    ]);
    if (terminal.json) {
      terminal.out(`${JSON.stringify({ ...cluster, nodes, timeline }, undefined, 2)}\n`);
      return EXIT.done;
    }
    const { bold, dim } = styles(terminal);
    const shown = nodes.slice(0, NODES_SHOWN);
    terminal.out(
      [
        `${bold(cluster.name)}  ${cluster.product} ${cluster.deployment}  ${cluster.status}${cluster.availabilityZone === undefined ? "" : `  ${cluster.availabilityZone}`}`,
        "",
        table([
          ["  tier", "wanted", "active", "type"],
          ...cluster.tiers.map((t) => [`  ${t.name}`, String(t.desired), String(t.active), t.instanceType ?? ""]),
        ]),
        "",
        table([
          ["  node", "state", "instance", "address", "hooks"],
          ...shown.map((n) => [`  ${n.name}`, n.state, n.instanceId ?? "", n.privateIp ?? "", n.hooksDone.join(" ")]),
        ]),
        ...(nodes.length > shown.length ? [dim(`  and ${nodes.length - shown.length} more: --json shows all`)] : []),
        "",
        ...timeline.map((entry) => `  ${dim(entry.at)}  ${entry.text}`),
        "",
        `operation: ${cluster.operationId}`,
        "",
      ].join("\n"),
    );
    return EXIT.done;
  },
};

const TIMELINE_SHOWN = 10;
const NODES_SHOWN = 40;
