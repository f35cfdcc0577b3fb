import {
  HookResultError,
  hookContext,
  judgeHook,
  MusterError,
  namesOf,
  runOf,
  shapeOf,
  stepChange,
  suspectsOf,
  TAG,
  targetsOf,
  type Change,
  type HookDefinition,
  type HookFailure,
  type HookRun,
  type HookVerdict,
  type Node,
} from "@muster/core";
import { timelineEntry } from "@muster/lambda";
import { blueprintOf, hookOf, tierOf } from "@muster/products";
import type { Look, Sight } from "./look.ts";

/** Has the hook's command ended everywhere, and how? */
export async function lookAtHook(look: Look): Promise<Sight> {
  const { snapshot, wait, ref } = look;
  const hook = hookOf(snapshot.cluster.spec, wait.hook ?? "");
  const run = runOf(snapshot, hook, wait.tier ?? "", ref.operationId);
  // Judged before, and its answer was lost on the way.
  if (run?.state === "done") return { changes: [], answer: { outcome: "done" } };
  if (run?.state === "failed") return { changes: [], answer: { outcome: "again" } };
  if (run === undefined || run.state === "sending") return { changes: [], answer: { outcome: "again" } };
  const verdict = await judge(look, hook, run);
  if (verdict.kind === "waiting") {
    return {
      changes: [
        stepChange(`${hook.name}: ${verdict.ended} of ${verdict.ended + verdict.running} ${run.tier} nodes done`),
      ],
    };
  }
  return conclude(look, hook, run, verdict);
}

async function judge(look: Look, hook: HookDefinition, run: HookRun): Promise<HookVerdict> {
  const { snapshot, compute, commands, stage, wait, context } = look;
  const tier = snapshot.nodes.filter((node) => node.tier === run.tier);
  const [instances, progress] = await Promise.all([
    compute.instances({ [TAG.stage]: stage, [TAG.cluster]: wait.cluster, [TAG.tier]: run.tier }),
    Promise.all(run.commandIds.map(async (commandId) => ({ commandId, progress: await commands.progress(commandId) }))),
  ]);
  const targets = targetsOf(run, tier).filter((node) => node.state === "online" || node.state === "active");
  const now = context.clock.now();
  const suspects = suspectsOf(run, targets, { progress, now });
  const agents = suspects.length > 0 ? await commands.agents(tier.flatMap((node) => node.instanceId ?? [])) : [];
  const verdict = judgeHook(run, hook, targets, {
    instances,
    suspects,
    agents,
    progress,
    parse: parserFor(look, hook, run),
    now,
  });
  if (verdict.kind === "waiting") return verdict;
  // A node that died while another one worked for all is lost just the same.
  const dead = new Map(
    instances.filter((i) => i.state !== "running" && i.state !== "pending").map((i) => [i.instanceId, i.state]),
  );
  const others = tier.filter(
    (node) => !targets.includes(node) && node.state === "online" && dead.has(node.instanceId ?? ""),
  );
  return {
    ...verdict,
    lost: [
      ...verdict.lost,
      ...others.map((node) => ({
        ...node,
        state: "lost" as const,
        note: `its instance is ${dead.get(node.instanceId ?? "")}`,
      })),
    ],
  };
}

function parserFor({ snapshot, context, stage }: Look, hook: HookDefinition, run: HookRun) {
  const { spec } = snapshot.cluster;
  const tier = tierOf(spec, run.tier);
  const type = snapshot.launches.find((launch) => launch.tier === run.tier)?.instanceType;
  const shape = type === undefined ? tier.shapes[0] : shapeOf(tier, type);
  if (shape === undefined) throw new Error(`tier ${run.tier} has no shape`);
  const hookCtx = hookContext(snapshot, blueprintOf(spec), tier, {
    shape,
    region: context.region,
    stage,
  });
  return (output: string) => {
    try {
      return hook.parse(output, hookCtx);
    } catch (error) {
      if (!(error instanceof HookResultError)) throw error;
      throw new MusterError("HookFailed", {
        what: `Hook ${hook.name} printed something that Muster does not know.`,
        why: `${error.message} (HookFailed)`,
        remedy: "Check that the product's version is one that Muster supports; it never guesses what a product means.",
        cause: error,
      });
    }
  };
}

async function conclude(
  look: Look,
  hook: HookDefinition,
  run: HookRun,
  verdict: Extract<HookVerdict, { kind: "ended" }>,
): Promise<Sight> {
  const { succeeded, failed, lost } = verdict;
  const isDone = failed.length === 0 && lost.length === 0;
  await look.store.append(
    timelineEntry(look.context, run, {
      event: isDone ? "hook.done" : "hook.failed",
      text: concludingText(hook, run, verdict),
      ...(succeeded[0] === undefined || hook.targets !== "one" ? {} : { facts: succeeded[0].result.facts }),
    }),
  );
  if (lost.length === 0 && failed.length > 0 && run.attempt >= hook.attempts)
    throw await hookFailed(look, hook, run, failed);
  const changes: Change[] = [
    { put: "hook-run", run: { ...run, state: isDone ? "done" : "failed" } },
    ...nodeChanges(look, hook, run, verdict),
    ...(isDone && hook.admits === true && hook.targets === "one"
      ? [{ update: "cluster", set: { formed: true } } as const]
      : []),
  ];
  if (lost.length > 0) return { changes, answer: { outcome: "relaunch" } };
  return { changes, answer: { outcome: isDone ? "done" : "again" } };
}

function nodeChanges(
  look: Look,
  hook: HookDefinition,
  run: HookRun,
  verdict: Extract<HookVerdict, { kind: "ended" }>,
): Change[] {
  const lost = verdict.lost.map(put);
  if (hook.targets !== "one") {
    return [
      ...lost,
      ...verdict.succeeded.map(({ node }) =>
        put({ ...node, hooksDone: [...node.hooksDone, hook.name], isMember: node.isMember || hook.admits === true }),
      ),
    ];
  }
  if (hook.admits !== true || verdict.succeeded.length === 0) return lost;
  // One node made members of all that were there when it was sent.
  const lostNow = new Set(verdict.lost.map((node) => node.index));
  const admitted = look.snapshot.nodes.filter(
    (node) =>
      node.tier === run.tier && node.state === "online" && node.launchedAt <= run.sentAt && !lostNow.has(node.index),
  );
  return [
    ...lost,
    ...admitted.map((node) => put({ ...node, hooksDone: [...node.hooksDone, hook.name], isMember: true })),
  ];
}

function concludingText(
  hook: HookDefinition,
  run: HookRun,
  { succeeded, failed, lost }: Extract<HookVerdict, { kind: "ended" }>,
): string {
  const parts = [
    ...(succeeded.length > 0 ? [`done on ${succeeded.length}`] : []),
    ...(failed.length > 0
      ? [
          `failed on ${failed.length}: ${failed
            .slice(0, 3)
            .map((f) => `${namesOf([f.node])} ${f.how}`)
            .join("; ")}`,
        ]
      : []),
    ...(lost.length > 0 ? [`lost ${namesOf(lost)}`] : []),
  ];
  return `Hook ${hook.name} on tier ${run.tier}, attempt ${run.attempt}: ${parts.join(", ")}.`;
}

const FAILURES_SHOWN = 5;

async function hookFailed(
  { commands, snapshot }: Look,
  hook: HookDefinition,
  run: HookRun,
  failed: readonly HookFailure[],
): Promise<MusterError> {
  const [first] = failed;
  const { instanceId } = first?.node ?? {};
  const output =
    first?.commandId === undefined || instanceId === undefined
      ? undefined
      : await commands.output(first.commandId, instanceId);
  const excerpt = output?.stderr.trim().split("\n").slice(-EXCERPT_LINES).join(" | ").slice(-EXCERPT_CHARACTERS);
  const list = failed.slice(0, FAILURES_SHOWN).map((failure) => `${namesOf([failure.node])} ${failure.how}`);
  if (failed.length > FAILURES_SHOWN) list.push(`and ${failed.length - FAILURES_SHOWN} more`);
  const keep = snapshot.cluster.spec.keepOnFailure ? "" : "; keep the nodes next time with keepOnFailure: true";
  return new MusterError("HookFailed", {
    what: `Hook ${hook.name} failed on ${failed.length} ${run.tier} node${failed.length === 1 ? "" : "s"} in ${run.attempt} attempt${run.attempt === 1 ? "" : "s"}.`,
    why: `${list.join("; ")}${excerpt === undefined || excerpt === "" ? "" : `; it said: ${excerpt}`} (HookFailed).`,
    remedy: `See the whole output: aws ssm get-command-invocation --command-id ${first?.commandId ?? "?"} --instance-id ${instanceId ?? "?"}${keep}.`,
    details: {
      hook: hook.name,
      tier: run.tier,
      nodes: failed.slice(0, 20).map((failure) => failure.node.instanceId ?? ""),
    },
  });
}

const EXCERPT_LINES = 6;
const EXCERPT_CHARACTERS = 800;

function put(node: Node): Change {
  return { put: "node", node };
}
