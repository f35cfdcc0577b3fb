import {
  AGENT_VERSION_MIN,
  clusterTags,
  MusterError,
  nodeName,
  observeNodes,
  stepChange,
  TAG,
  type Node,
} from "@muster/core";
import { tierOf } from "@muster/products";
import type { Look, Sight } from "./look.ts";

/** Are the tier's nodes online? */
export async function lookAtNodes(look: Look): Promise<Sight> {
  const { snapshot, wait, compute, commands, stage, context } = look;
  const tier = tierOf(snapshot.cluster.spec, wait.tier ?? "").name;
  const nodes = snapshot.nodes.filter((node) => node.tier === tier && node.state !== "active");
  const instances = await compute.instances({ ...clusterTags(stage, wait.cluster), [TAG.tier]: tier });
  const running = new Set(
    instances.filter((instance) => instance.state === "running").map((instance) => instance.instanceId),
  );
  // Only those that may have something new to say are asked for: SSM shows 50 nodes a page.
  const asked = nodes.flatMap((node) =>
    node.state !== "online" && node.instanceId !== undefined && running.has(node.instanceId) ? [node.instanceId] : [],
  );
  const agents = await commands.agents(asked);
  const seen = observeNodes(nodes, { instances, agents, now: context.clock.now() });

  if (seen.outdated.length > 0) throw agentTooOld(seen.outdated);
  const online = nodes.length - seen.waiting.length - seen.lost.length;
  const changes = [
    ...seen.changed.map((node) => ({ put: "node", node }) as const),
    ...(seen.changed.length > 0 ? [stepChange(`${online} of ${nodes.length} ${tier} nodes are online`)] : []),
  ];
  if (seen.lost.length > 0) return { changes, answer: { outcome: "relaunch" } };
  return seen.waiting.length > 0 ? { changes } : { changes, answer: { outcome: "online" } };
}

function agentTooOld(outdated: readonly { node: Node; version: string }[]): MusterError {
  const list = outdated.slice(0, 3).map(({ node, version }) => `${nodeName(node)} has ${version}`);
  return new MusterError("AgentTooOld", {
    what: `The SSM agent of ${outdated.length} nodes is too old.`,
    why: `${list.join(", ")}; Muster hands parameters over as environment variables, which needs ${AGENT_VERSION_MIN} (AgentTooOld).`,
    remedy: "Use an AMI with a newer SSM agent, or leave image out of the spec for the newest Amazon Linux 2023.",
  });
}
