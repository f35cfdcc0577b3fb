import { nodeName, type Node } from "../node/node.ts";
import type { Agent, Invocation } from "../ports/commands.ts";
import type { Instance } from "../ports/compute.ts";
import type { HookDefinition, HookResult } from "../product/hook.ts";
import type { HookRun } from "./hook-run.ts";
import { latestInvocations, type SentProgress } from "./latest-invocations.ts";
import { silences } from "./silence.ts";

/** What a look at a hook's commands says. */
export type HookVerdict =
  | { readonly kind: "waiting"; readonly running: number; readonly ended: number }
  | {
      readonly kind: "ended";
      readonly succeeded: readonly { readonly node: Node; readonly result: HookResult }[];
      readonly failed: readonly HookFailure[];
      readonly lost: readonly Node[];
    };

export interface HookFailure {
  readonly node: Node;
  /** What happened, as a clause: `exited with an error`, `was not reached`. */
  readonly how: string;
  readonly commandId?: string | undefined;
}

/** SSM knows an invocation only moments after SendCommand; by then it must. */
export const COMMAND_VISIBLE_WITHIN_MS = 60_000;

/**
 * Judges a run by its invocations, never by the command's own status: that is Success even when four of five nodes were
 * undeliverable. A dead node's invocation says InProgress for hours, so EC2 is asked who lives.
 */
export function judgeHook(
  run: HookRun,
  hook: HookDefinition,
  targets: readonly Node[],
  seen: {
    progress: readonly SentProgress[];
    instances: readonly Instance[];
    /** Instance ids of nodes that may be dead; see `suspectsOf`. */
    suspects: readonly string[];
    /** Of all the tier's nodes when there are suspects; otherwise nobody was asked about. */
    agents: readonly Agent[];
    parse: (output: string) => HookResult;
    now: number;
  },
): HookVerdict {
  const instances = new Map(seen.instances.map((instance) => [instance.instanceId, instance]));
  const invocations = latestInvocations(seen.progress);
  const silent = silences({ ...seen, invocations });
  const ended = seen.progress.every(({ progress }) => progress.hasEnded) && seen.now - run.sentAt > 0;
  const isLate = seen.now - run.sentAt > hookDeadlineMs(hook);
  const succeeded: { node: Node; result: HookResult }[] = [];
  const failed: HookFailure[] = [];
  const lost: Node[] = [];
  let running = 0;
  for (const node of targets) {
    const invocation = node.instanceId === undefined ? undefined : invocations.get(node.instanceId);
    const instance = node.instanceId === undefined ? undefined : instances.get(node.instanceId);
    const silence = silent.get(node.instanceId ?? "");
    if (instance !== undefined && instance.state !== "running" && instance.state !== "pending") {
      lost.push({
        ...node,
        state: "lost",
        note: `its instance is ${instance.state}${reasonOf(instance)}, while ${hook.name} was due or ran`,
      });
    } else if (invocation?.status === "success") {
      succeeded.push({ node, result: seen.parse(invocation.output) });
    } else if (silence !== undefined) {
      lost.push({ ...node, state: "lost", note: `${silence}, while ${hook.name} was due or ran` });
    } else if (invocation?.status === "failed") {
      failed.push({ node, how: failureText(invocation), commandId: invocation.commandId });
    } else if (isLate) {
      failed.push({ node, how: "did not end in time", commandId: invocation?.commandId });
    } else if (invocation === undefined && ended && seen.now - run.sentAt > COMMAND_VISIBLE_WITHIN_MS) {
      failed.push({ node, how: "was not reached: its SSM agent had not registered, or was gone" });
    } else {
      running++;
    }
  }
  if (running > 0) return { kind: "waiting", running, ended: targets.length - running };
  const unhappy = succeeded.filter(({ result }) => !result.ok);
  return {
    kind: "ended",
    succeeded: succeeded.filter(({ result }) => result.ok),
    failed: [...failed, ...unhappy.map(({ node, result }) => ({ node, how: `says: ${result.blockers.join("; ")}` }))],
    lost,
  };
}

/** SSM gives a command up after delivery timeout + execution timeout; a minute more for its word to arrive. */
export function hookDeadlineMs(hook: Pick<HookDefinition, "timeoutSeconds">): number {
  return (HOOK_DELIVERY_SECONDS + hook.timeoutSeconds + 60) * 1000;
}

/** How long a command may wait for an agent that is online already, seconds (SSM allows 30 at least). */
export const HOOK_DELIVERY_SECONDS = 120;

function failureText({ detail }: Invocation): string {
  switch (detail) {
    case "Failed":
      return "exited with an error";
    case "ExecutionTimedOut":
      return "took longer than it may (ExecutionTimedOut)";
    case "DeliveryTimedOut":
    case "Undeliverable":
      return `was not reached (${detail})`;
    default:
      return `ended as ${detail}`;
  }
}

function reasonOf(instance: Instance): string {
  return instance.stateReason === undefined ? "" : ` (${instance.stateReason})`;
}

/** A short name list for a sentence: all of a few, or the first ones and how many more. */
export function namesOf(nodes: readonly Node[]): string {
  const names = nodes
    .slice(0, NAMES_SHOWN)
    .map((node) => `${nodeName(node)}${node.instanceId === undefined ? "" : ` (${node.instanceId})`}`);
  return nodes.length > NAMES_SHOWN ? `${names.join(", ")} and ${nodes.length - NAMES_SHOWN} more` : names.join(", ");
}

const NAMES_SHOWN = 5;
