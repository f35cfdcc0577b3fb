import { NODE_ROLE_PREFIX, nodeName, nodeRolePath, TAG, type Operation } from "@muster/core";
import type { InstanceFacts } from "@muster/local-cloud";
import type { World } from "./world.ts";

/** Everything that is wrong, each as a sentence; empty when all is well. Call it when no operation runs. */
export function violations(world: World): string[] {
  return [
    ...openEnds(world),
    ...leaks(world),
    ...remains(world),
    ...rolesLeft(world),
    ...doubles(world),
    ...overlaps(world),
    ...world.secretSightings(),
  ];
}

/** An operation that never ends, a lease without an operation, a wait that nobody answers. */
function openEnds(world: World): string[] {
  const { clusters, operations, waits } = world.rows();
  return [
    ...operations
      .filter((o) => o.status === "requested" || o.status === "running")
      .map((o) => `operation ${o.id} has not ended: ${o.status}`),
    ...clusters
      .filter((c) => c.lease !== undefined)
      .map((c) => `cluster ${c.name} still has the lease of ${c.lease?.operationId}`),
    ...waits.map((wait) => `a wait for ${wait.kind} of ${wait.cluster} is left`),
    ...world.muster.cloud.states
      .inspect()
      .executions.filter((e) => e.status === "RUNNING")
      .map((e) => `execution ${e.arn} still runs`),
  ];
}

/** Anything in EC2 that no node stands for, and any node without its instance. */
function leaks(world: World): string[] {
  const { nodes } = world.rows();
  const known = new Set(nodes.map((node) => node.instanceId));
  const { admin } = world.muster.cloud.ec2;
  const present = admin.instances().filter((instance) => instance.state !== "terminated");
  // Hardware that EC2 gave up on is nobody's fault and for the healing to see: Muster did not end it.
  const ids = new Set(
    admin
      .instances()
      .filter((i) => !isEnded(i) || isHardware(i))
      .map((i) => i.instanceId),
  );
  const owned = new Set(
    present.filter((i) => known.has(i.instanceId)).flatMap((i) => [...i.interfaceIds, ...i.volumeIds]),
  );
  // Instances are counted on their own; a spot request is a record that EC2 keeps, and costs nothing.
  const leftovers = admin
    .leftovers({ key: TAG.cluster })
    .filter(({ resourceType }) => resourceType === "network-interface" || resourceType === "volume");
  return [
    ...present.filter((i) => !known.has(i.instanceId)).map((i) => `instance ${i.instanceId} is leaked (${i.state})`),
    ...leftovers.filter((l) => !owned.has(l.resourceId)).map((l) => `${l.resourceType} ${l.resourceId} is leaked`),
    ...nodes
      .filter((n) => n.state === "active" && !ids.has(n.instanceId ?? ""))
      .map((n) => `node ${nodeName(n)} is active and has no instance`),
    ...notWhole(world),
  ];
}

/** What an operation left that failed or was cancelled, and was not told to keep it. */
function remains(world: World): string[] {
  const { clusters, nodes, operations } = world.rows();
  return clusters
    .filter((cluster) => cluster.status === "failed")
    .flatMap((cluster) => {
      const last = operations.find((operation) => operation.id === cluster.operationId);
      if (last?.kind === "deploy" && cluster.spec.keepOnFailure) return [];
      return nodes
        .filter((node) => node.cluster === cluster.name)
        .map((node) => `node ${nodeName(node)} is left of a ${last?.kind} that ${last?.status}`);
    });
}

const isMade = (name: string): boolean => name.startsWith(NODE_ROLE_PREFIX);

/** A role or instance profile that no cluster knows of, or nodes that have lost theirs. */
function rolesLeft({ muster, rows }: World): string[] {
  const { roles, instanceProfiles } = muster.cloud.iam.namesUnder(nodeRolePath(muster.manifest.place));
  const { clusters, nodes } = rows();
  const known = new Set(clusters.map((cluster) => cluster.nodeRole));
  const used = clusters.flatMap(({ name, spec, nodeRole }) =>
    spec.instanceProfile === undefined && nodes.some((node) => node.cluster === name) ? [nodeRole ?? "none"] : [],
  );
  const isThere = (name: string) => roles.includes(name) && instanceProfiles.includes(name);
  return [
    ...roles.filter((name) => isMade(name) && !known.has(name)).map((name) => `role ${name} is left`),
    ...instanceProfiles
      .filter((name) => isMade(name) && !known.has(name))
      .map((name) => `instance profile ${name} is left`),
    ...used.filter((name) => !isThere(name)).map((name) => `nodes have lost their role ${name}`),
  ];
}

const isEnded = (i: InstanceFacts): boolean => i.state === "terminated" || i.state === "shutting-down";
const isHardware = (i: InstanceFacts): boolean => i.stateReason?.startsWith("Server.") === true;

/** A cluster that says it is ready, and lacks nodes. */
function notWhole(world: World): string[] {
  const { clusters, nodes } = world.rows();
  return clusters
    .filter((cluster) => cluster.status === "ready")
    .flatMap((cluster) =>
      Object.entries(cluster.tiers).flatMap(([name, tier]) => {
        const active = nodes.filter(
          (n) => n.cluster === cluster.name && n.tier === name && n.state === "active",
        ).length;
        return active === tier.desired
          ? []
          : [`cluster ${cluster.name} is ready with ${active} of ${tier.desired} ${name} nodes`];
      }),
    );
}

/** A launch that brought more instances than it was to bring. */
function doubles(world: World): string[] {
  const born = new Map<string, number>();
  for (const { tags } of world.muster.cloud.ec2.admin.instances()) {
    const launch = tags[TAG.launch];
    if (launch !== undefined) born.set(launch, (born.get(launch) ?? 0) + 1);
  }
  return world
    .rows()
    .launches.filter((launch) => (born.get(launch.launchId) ?? 0) > launch.indexes.length)
    .map(
      (launch) =>
        `launch ${launch.launchId} brought ${born.get(launch.launchId)} instances for ${launch.indexes.length} places`,
    );
}

/** Two operations that held one cluster at the same time. */
function overlaps(world: World): string[] {
  const { timeline, operations } = world.rows();
  const { executions } = world.muster.cloud.states.inspect();
  // What is said of an aborted operation is said by others, and its workflow's own end is what counts.
  const endOf = ({ failure, endedAt, executionArn }: Operation) =>
    failure?.code === "OperationAborted" ? executions.find((e) => e.arn === executionArn)?.stoppedAt : endedAt;
  const spans = operations.flatMap((operation) => {
    const started = timeline.find((entry) => entry.operationId === operation.id && entry.event === "operation.started");
    return started === undefined
      ? []
      : [
          {
            id: operation.id,
            cluster: operation.cluster,
            from: started.at,
            to: endOf(operation) ?? Number.POSITIVE_INFINITY,
          },
        ];
  });
  return spans.flatMap((a) =>
    spans
      .filter((b) => a.id < b.id && a.cluster === b.cluster && a.from < b.to && b.from < a.to)
      .map((b) => `operations ${a.id} and ${b.id} held ${a.cluster} at the same time`),
  );
}
