import {
  byShape,
  decideHook,
  HOOK_DELIVERY_SECONDS,
  hookComment,
  hookContext,
  nodeName,
  sleep,
  stepChange,
  TAG,
  type ClusterSnapshot,
  type ClusterStore,
  type Command,
  type Commands,
  type HookDefinition,
  type HookPlan,
  type HookRun,
  type Node,
  type OperationRef,
  type TierBlueprint,
} from "@muster/core";
import { readOperation, type Context } from "@muster/lambda";
import { blueprintOf, hookOf, tierOf } from "@muster/products";

interface Ports {
  readonly store: ClusterStore;
  readonly commands: Commands;
  readonly stage: string;
  readonly documentPrefix: string;
}

type Input = { readonly operation: OperationRef; readonly tier: string; readonly hook: string };

/** `sent`: wait for it. `done`: no node needs it any more. */
export async function sendHook(input: Input, ports: Ports, context: Context): Promise<{ outcome: "sent" | "done" }> {
  const snapshot = await readOperation(ports.store, input.operation);
  const hook = hookOf(snapshot.cluster.spec, input.hook);
  const work: Work = { input, ports, context, snapshot, hook, tier: tierOf(snapshot.cluster.spec, input.tier) };
  const plan = decideHook(snapshot, hook, input.tier, input.operation.operationId);
  switch (plan.kind) {
    case "done":
      return { outcome: "done" };
    case "sent":
      return { outcome: "sent" };
    case "settle":
      await settle(work, plan);
      return { outcome: "sent" };
    case "send":
      await start(work, plan);
      return { outcome: "sent" };
  }
}

interface Work {
  readonly input: Input;
  readonly ports: Ports;
  readonly context: Context;
  readonly snapshot: ClusterSnapshot;
  readonly hook: HookDefinition;
  readonly tier: TierBlueprint;
}

async function start(work: Work, plan: Extract<HookPlan, { kind: "send" }>): Promise<void> {
  const { input, ports, context, hook } = work;
  // What does not fit into one attempt goes with the next.
  const nodes = plan.isWholeTier ? plan.nodes : plan.nodes.slice(0, RUN_NODES_MAX);
  const run: HookRun = {
    cluster: input.operation.cluster,
    tier: input.tier,
    hook: hook.name,
    operationId: input.operation.operationId,
    attempt: plan.attempt,
    state: "sending",
    commandIds: [],
    // Names are kept only when it is not simply everyone: a row may not grow with the number of nodes.
    ...(plan.isWholeTier ? {} : { nodes: nodes.map(nodeName) }),
    sentAt: context.clock.now(),
  };
  await ports.store.write(input.operation, [
    stepChange(
      `${hook.name} on ${plan.nodes.length} ${input.tier} node${plan.nodes.length === 1 ? "" : "s"}${plan.attempt > 1 ? `, attempt ${plan.attempt}` : ""}`,
    ),
    { put: "hook-run", run, isNew: true },
  ]);
  await send(work, run, nodes, plan.isWholeTier);
}

/** Nodes of an attempt at a part of a tier: DynamoDB's item of 400 KB holds their names many times over. */
const RUN_NODES_MAX = 500;

/** SendCommand knows no client token: before it is called again, look whether the first call arrived. */
async function settle(work: Work, plan: Extract<HookPlan, { kind: "settle" }>): Promise<void> {
  const { ports, input } = work;
  const commandIds = await findSent(work, plan.run);
  if (commandIds.length > 0)
    await ports.store.write(input.operation, [{ put: "hook-run", run: { ...plan.run, state: "sent", commandIds } }]);
  else await send(work, plan.run, plan.nodes, plan.run.nodes === undefined);
}

/** SSM shows a command only moments after it took it: one that is not there is looked for once more. */
async function findSent({ ports, hook, context }: Work, run: HookRun): Promise<readonly string[]> {
  const document = `${ports.documentPrefix}${hook.document}`;
  const query = { document, comment: hookComment(run), since: run.sentAt };
  const found = await ports.commands.find(query);
  if (found.length > 0) return found;
  await sleep(context.clock, SHOWN_WITHIN_MS);
  return ports.commands.find(query);
}

/** AWS publishes no figure; a second or two is usual. */
const SHOWN_WITHIN_MS = 10_000;

async function send(work: Work, run: HookRun, nodes: readonly Node[], isWholeTier: boolean): Promise<void> {
  const { ports, input } = work;
  const commandIds: string[] = [];
  for (const command of commandsFor(work, run, nodes, isWholeTier)) {
    const sent = await ports.commands.send(command);
    commandIds.push(...sent.commandIds);
  }
  await ports.store.write(input.operation, [{ put: "hook-run", run: { ...run, state: "sent", commandIds } }]);
}

function commandsFor(
  { input, ports, context, snapshot, hook, tier }: Work,
  run: HookRun,
  nodes: readonly Node[],
  isWholeTier: boolean,
): Command[] {
  const blueprint = blueprintOf(snapshot.cluster.spec);
  const groups = byShape(nodes, tier, snapshot.launches);
  return groups.map((group) => ({
    document: `${ports.documentPrefix}${hook.document}`,
    parameters: hook.parameters(
      hookContext(snapshot, blueprint, tier, { shape: group.shape, region: context.region, stage: ports.stage }),
    ),
    comment: hookComment(run),
    // One command by tags reaches any number of nodes; ids are for parts of a tier.
    to:
      isWholeTier && groups.length === 1
        ? { tags: { [TAG.stage]: ports.stage, [TAG.cluster]: input.operation.cluster, [TAG.tier]: input.tier } }
        : { instanceIds: group.nodes.flatMap((node) => node.instanceId ?? []) },
    inTurn: hook.targets === "each-in-turn",
    deliverySeconds: HOOK_DELIVERY_SECONDS,
  }));
}
