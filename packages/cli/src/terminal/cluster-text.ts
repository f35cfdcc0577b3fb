import type { ClusterSummaryView, ClusterView, NodeView, TimelineView } from "@muster/core";
import { table } from "./table.ts";
import { styles, type Terminal } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** More nodes than this are left to --json. */
const NODES_SHOWN_MAX = 40;

/** A cluster with its tiers, nodes and what happened last, for a person. */
export function clusterText(
  {
    cluster,
    nodes,
    timeline,
  }: {
    readonly cluster: ClusterView;
    readonly nodes: readonly NodeView[];
    readonly timeline: readonly TimelineView[];
  },
  terminal: Pick<Terminal, "hasColor" | "columns">,
): string {
  const { bold, dim } = styles(terminal);
  const shown = nodes.slice(0, NODES_SHOWN_MAX);
  const zone = cluster.availabilityZone === undefined ? "" : `  ${cluster.availabilityZone}`;
  return [
    `${bold(cluster.name)}  ${cluster.product} ${cluster.deployment}  ${cluster.status}${zone}`,
    "",
    table([
      ["  tier", "wanted", "active", "type"],
      ...cluster.tiers.map((t) => [`  ${t.name}`, String(t.desired), String(t.active), t.instanceType ?? ""]),
    ]),
    "",
    table([
      ["  node", "state", "instance", "address", "done"],
      ...shown.map((n) => [`  ${n.name}`, n.state, n.instanceId ?? "", n.privateIp ?? "", n.hooksDone.join(" ")]),
    ]),
    ...shown.flatMap(({ name, note }) =>
      note === undefined ? [] : wrap(note, { width: terminal.columns(), lead: `  ${name}: ` }),
    ),
    ...(nodes.length > shown.length ? [dim(`  and ${nodes.length - shown.length} more: --json has all`)] : []),
    "",
    ...timeline.flatMap((entry) => wrap(entry.text, { width: terminal.columns(), lead: `  ${shortTime(entry.at)}  ` })),
    "",
    `operation: ${cluster.operationId}`,
    "",
  ].join("\n");
}

export function clustersText(clusters: readonly ClusterSummaryView[]): string {
  if (clusters.length === 0) return "There are no clusters. Deploy one: muster cluster deploy FILE\n";
  const rows = clusters.map((c) => [c.name, c.product, c.deployment, c.status, shortTime(c.createdAt)]);
  return `${table([["name", "product", "deployment", "status", "created"], ...rows])}\n`;
}

/** `2026-05-01 12:00:00Z`: to the second, still UTC. */
function shortTime(iso: string): string {
  return iso.replace("T", " ").replace(/\.\d+Z$/, "Z");
}
