import type { Node } from "../node/node.ts";
import type { Agent, Invocation } from "../ports/commands.ts";
import type { HookRun } from "./hook-run.ts";
import { latestInvocations, type SentProgress } from "./latest-invocations.ts";

/**
 * A node whose agent has said nothing for so long, in the middle of a hook, is taken for dead: EC2 goes on to call it
 * running, and SSM waits until the script's own timeout, an hour or more. Agents speak every five minutes; three times
 * that is no hiccup of the network. https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 */
export const AGENT_SILENCE_MS = 15 * 60_000;

/** The same, where SSM could not reach it either. An agent is ConnectionLost when it has missed a word or more. */
const UNREACHED_SILENCE_MS = 5 * 60_000;

/**
 * Nodes that may be dead: what they run should have ended by now, or never reached them. Members are not among them: they
 * may hold data, and nobody replaces them for their silence.
 */
export function suspectsOf(
  run: HookRun,
  targets: readonly Node[],
  seen: { readonly progress: readonly SentProgress[]; readonly now: number },
): string[] {
  const isOld = seen.now - run.sentAt > AGENT_SILENCE_MS;
  const invocations = latestInvocations(seen.progress);
  return targets.flatMap(({ instanceId, state, isMember }) => {
    if (instanceId === undefined || state !== "online" || isMember) return [];
    const invocation = invocations.get(instanceId);
    const isPending = invocation === undefined || invocation.status === "running";
    return (isPending && isOld) || isUnreached(invocation) ? [instanceId] : [];
  });
}

/**
 * Why a node is taken for dead, as a clause, by instance id. When most agents that were asked about are silent, it is the
 * way to them that is gone, and no node: their scripts go on, and are heard of when it is back.
 */
export function silences(seen: {
  readonly suspects: readonly string[];
  readonly agents: readonly Agent[];
  readonly invocations: ReadonlyMap<string, Invocation>;
  readonly now: number;
}): ReadonlyMap<string, string> {
  const silentMs = ({ isOnline, lastSeenAt }: Agent) => (isOnline ? 0 : seen.now - lastSeenAt);
  const silent = seen.agents.filter((agent) => silentMs(agent) > UNREACHED_SILENCE_MS);
  if (silent.length * 2 > seen.agents.length) return new Map();
  return new Map(
    silent
      .filter(({ instanceId }) => seen.suspects.includes(instanceId))
      .filter((agent) => isUnreached(seen.invocations.get(agent.instanceId)) || silentMs(agent) > AGENT_SILENCE_MS)
      .map((agent) => [
        agent.instanceId,
        `its SSM agent has been silent for ${Math.floor(silentMs(agent) / 60_000)} minutes`,
      ]),
  );
}

function isUnreached(invocation: Invocation | undefined): boolean {
  return invocation?.detail === "DeliveryTimedOut" || invocation?.detail === "Undeliverable";
}
