import type { Agent } from "../ports/commands.ts";
import type { Instance } from "../ports/compute.ts";
import type { Node } from "./node.ts";

/** What a look at EC2 and SSM says about nodes that are on their way. */
export interface Observation {
  /** Nodes whose row changes, as they are now. */
  readonly changed: readonly Node[];
  /** Not online yet. */
  readonly waiting: readonly Node[];
  readonly lost: readonly Node[];
  /** Online, with an agent that is too old for Muster's documents. */
  readonly outdated: readonly { readonly node: Node; readonly version: string }[];
}

/**
 * EC2 may not show a new instance for a few minutes after it answered the launch ("back off up to about five minutes",
 * https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html): absence before that says nothing.
 */
export const VISIBLE_WITHIN_MS = 5 * 60_000;

/**
 * An SSM agent registers 30 s to several minutes after boot; when a hundred start at once some are throttled and come
 * after more than 15 minutes (aws/amazon-ssm-agent issue 151).
 */
export const ONLINE_WITHIN_MS = 20 * 60_000;

/** The first agent that hands parameters over as environment variables instead of pasting them into the script. */
export const AGENT_VERSION_MIN = "3.3.2746.0";

export function observeNodes(
  nodes: readonly Node[],
  seen: { instances: readonly Instance[]; agents: readonly Agent[]; now: number },
): Observation {
  const instances = new Map(seen.instances.map((instance) => [instance.instanceId, instance]));
  const agents = new Map(seen.agents.map((agent) => [agent.instanceId, agent]));
  const looked = nodes.map((node) => {
    const instance = node.instanceId === undefined ? undefined : instances.get(node.instanceId);
    const agent = node.instanceId === undefined ? undefined : agents.get(node.instanceId);
    return { before: node, after: observe(node, instance, agent, seen.now), agent };
  });
  const after = looked.map((look) => look.after);
  return {
    changed: looked.filter((look) => look.after !== look.before).map((look) => look.after),
    waiting: after.filter((node) => node.state === "launching" || node.state === "booting"),
    lost: after.filter((node) => node.state === "lost"),
    outdated: looked.flatMap(({ after: node, agent }) =>
      node.state === "online" && agent !== undefined && isOlder(agent.version, AGENT_VERSION_MIN)
        ? [{ node, version: agent.version }]
        : [],
    ),
  };
}

function observe(node: Node, instance: Instance | undefined, agent: Agent | undefined, now: number): Node {
  if (node.state === "lost" || node.state === "leaving") return node;
  const age = now - node.launchedAt;
  if (instance === undefined) return age > VISIBLE_WITHIN_MS ? lose(node, "EC2 does not show its instance") : node;
  if (instance.state !== "pending" && instance.state !== "running") {
    return lose(
      node,
      `its instance is ${instance.state}${instance.stateReason === undefined ? "" : ` (${instance.stateReason})`}`,
    );
  }
  if (node.state !== "launching" && node.state !== "booting") return node;
  const privateIp = instance.privateIp ?? node.privateIp;
  if (instance.state === "running" && agent?.isOnline === true) return { ...node, state: "online", privateIp };
  if (age > ONLINE_WITHIN_MS)
    return lose(node, `its SSM agent did not answer within ${ONLINE_WITHIN_MS / 60_000} minutes`);
  return node.state === "booting" && privateIp === node.privateIp ? node : { ...node, state: "booting", privateIp };
}

function lose(node: Node, note: string): Node {
  return { ...node, state: "lost", note };
}

/** Whether a dotted version is lower than another. */
export function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(".").map(Number));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
