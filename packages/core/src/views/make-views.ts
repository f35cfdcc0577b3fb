import { toIso } from "../clock/clock.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { nodeName, type Node } from "../node/node.ts";
import type { Operation } from "../operation/operation.ts";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import type { TimelineEntry } from "../timeline/entry.ts";
import type { ClusterSummaryView, ClusterView, NodeView, OperationView, TimelineView } from "./views.ts";

export function viewCluster({ cluster, nodes, launches }: ClusterSnapshot): ClusterView {
  return {
    ...summarise(cluster),
    tiers: Object.entries(cluster.tiers).map(([name, tier]) => {
      const members = nodes.filter((node) => node.tier === name);
      const instanceType = launches.find((launch) => launch.tier === name && launch.state === "launched")?.instanceType;
      const states: Record<string, number> = {};
      for (const { state } of members) states[state] = (states[state] ?? 0) + 1;
      return {
        name,
        desired: tier.desired,
        active: tier.active,
        states,
        ...(instanceType === undefined ? {} : { instanceType }),
      };
    }),
    ...(cluster.placement === undefined ? {} : { availabilityZone: cluster.placement.availabilityZone }),
    updatedAt: toIso(cluster.updatedAt),
  };
}

export function summarise(cluster: Cluster): ClusterSummaryView {
  const { name, spec, status, operationId, createdAt } = cluster;
  return { name, product: spec.product, deployment: spec.deployment, status, operationId, createdAt: toIso(createdAt) };
}

export function viewNode(node: Node): NodeView {
  const { tier, state, instanceId, privateIp, availabilityZone, hooksDone, note } = node;
  return {
    name: nodeName(node),
    tier,
    state,
    availabilityZone,
    hooksDone: [...hooksDone],
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(privateIp === undefined ? {} : { privateIp }),
    ...(note === undefined ? {} : { note }),
  };
}

export function viewOperation(operation: Operation): OperationView {
  const { id, cluster, kind, status, step, findings, failure, executionArn, requestedAt, endedAt } = operation;
  return {
    id,
    cluster,
    kind,
    status,
    step,
    requestedAt: toIso(requestedAt),
    findings: findings.map((finding) => ({ ...finding })),
    ...(endedAt === undefined ? {} : { endedAt: toIso(endedAt) }),
    ...(executionArn === undefined ? {} : { executionArn }),
    ...(failure === undefined ? {} : { failure }),
  };
}

export function viewTimelineEntry({ at, operationId, event, text, facts }: TimelineEntry): TimelineView {
  return { at: toIso(at), operationId, event, text, ...(facts === undefined ? {} : { facts }) };
}
