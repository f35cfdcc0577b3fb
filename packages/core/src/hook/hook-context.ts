import { secretName } from "../cluster/tags.ts";
import type { Launch } from "../launch/launch.ts";
import type { Node } from "../node/node.ts";
import type { ClusterSnapshot } from "../ports/cluster-store.ts";
import { shapeOf, type Blueprint, type NodeShape, type TierBlueprint } from "../product/blueprint.ts";
import type { HookContext } from "../product/hook.ts";

/** What a hook's parameters and parser are given, from what is kept of the cluster. */
export function hookContext(
  snapshot: ClusterSnapshot,
  blueprint: Blueprint,
  tier: TierBlueprint,
  place: { readonly shape: NodeShape; readonly region: string; readonly stage: string },
): HookContext {
  const { name, spec } = snapshot.cluster;
  return {
    cluster: name,
    spec,
    blueprint,
    tier,
    shape: place.shape,
    region: place.region,
    secretNames: Object.fromEntries(
      blueprint.generatedSecrets.map((secret) => [secret.name, secretName(place.stage, name, secret.name)]),
    ),
    members: snapshot.nodes.flatMap((node) => {
      const { instanceId, privateIp, isMember } = node;
      const isThere = node.state === "online" || node.state === "active";
      return isThere && instanceId !== undefined && privateIp !== undefined
        ? [{ tier: node.tier, instanceId, privateIp, isMember }]
        : [];
    }),
  };
}

/** Nodes by the shape that they were launched with: one command's parameters fit one shape. */
export function byShape(
  nodes: readonly Node[],
  tier: TierBlueprint,
  launches: readonly Launch[],
): { shape: NodeShape; nodes: Node[] }[] {
  const types = new Map(launches.map((launch) => [launch.launchId, launch.instanceType]));
  const groups = new Map<string, { shape: NodeShape; nodes: Node[] }>();
  for (const node of nodes) {
    const type = types.get(node.launchId);
    if (type === undefined) throw new Error(`node ${node.tier} ${node.index} belongs to no launch of the ledger`);
    const group = groups.get(type) ?? { shape: shapeOf(tier, type), nodes: [] };
    group.nodes.push(node);
    groups.set(type, group);
  }
  return [...groups.values()];
}
