import type { Node } from "../node/node.ts";
import type { Agent, CommandProgress, Invocation } from "../ports/commands.ts";
import type { HookRun } from "./hook-run.ts";

/**
 * A node whose agent has said nothing for so long, in the middle of a hook, is taken for dead: EC2 goes on to call it
 * running, and SSM waits until the script's own timeout, an hour or more. Agents speak every five minutes; three times
 * that is no hiccup of the network. https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html
 */
export const AGENT_SILENCE_MS = 15 * 60_000;

/**
 * Nodes whose agents a look has to ask about: what they run should have ended by now, or never reached them. Members at
 * work are not among them: they hold data, and nobody replaces them for their silence.
 */
export function nodesToAskAbout(
  run: HookRun,
  targets: readonly Node[],
  seen: { readonly progress: readonly { readonly progress: CommandProgress }[]; readonly now: number },
): string[] {
  const isOld = seen.now - run.sentAt > AGENT_SILENCE_MS;
  const invocations = new Map(
    seen.progress.flatMap(({ progress }) => progress.invocations.map((one) => [one.instanceId, one] as const)),
  );
  return targets.flatMap(({ instanceId, state }) => {
    if (instanceId === undefined || state !== "online") return [];
    const invocation = invocations.get(instanceId);
    const isPending = invocation === undefined || invocation.status === "running";
    return (isPending && isOld) || isUnreached(invocation) ? [instanceId] : [];
  });
}

/** Why a node is taken for dead, as a clause; undefined when it is not. */
export function silenceOf(
  agent: Agent | undefined,
  seen: { readonly invocation: Invocation | undefined; readonly now: number },
): string | undefined {
  if (agent === undefined || agent.isOnline) return undefined;
  const silentMs = seen.now - agent.lastSeenAt;
  // Two say it: SSM could not reach it either.
  if (!isUnreached(seen.invocation) && silentMs <= AGENT_SILENCE_MS) return undefined;
  return `its SSM agent has been silent for ${Math.floor(silentMs / 60_000)} minutes`;
}

function isUnreached(invocation: Invocation | undefined): boolean {
  return invocation?.detail === "DeliveryTimedOut" || invocation?.detail === "Undeliverable";
}
