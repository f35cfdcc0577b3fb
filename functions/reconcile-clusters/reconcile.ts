import { createHash } from "node:crypto";
import {
  decideRecovery,
  endInstances,
  findStrays,
  SECOND_SIGHTING_MS,
  TAG,
  type ClusterSnapshot,
  type ClusterStore,
  type InstanceEnder,
  type InstanceReader,
  type LeftoverRemover,
  type Instance,
  type Operation,
  type Stray,
  type Workflow,
} from "@muster/core";
import type { Context } from "@muster/lambda";

interface Ports {
  readonly store: ClusterStore;
  readonly compute: InstanceReader & InstanceEnder & LeftoverRemover;
  readonly workflow: Workflow;
  readonly stage: string;
}

export interface Reconciled {
  readonly recovered: readonly string[];
  readonly sighted: number;
  readonly ended: number;
}

export async function reconcile(ports: Ports, context: Context): Promise<Reconciled> {
  const recovered: string[] = [];
  for (const operation of await ports.store.openOperations()) {
    if (await recover(operation, ports, context)) recovered.push(operation.id);
  }
  const strays = await lookForStrays(ports);
  const ended = await endOldStrays(strays, ports, context);
  return { recovered, sighted: strays.length, ended };
}

async function recover(listed: Operation, { store, workflow }: Ports, context: Context): Promise<boolean> {
  // The list may lag behind: the row itself says whether it is still open.
  const operation = await store.operation(listed.id);
  if (operation === undefined || (operation.status !== "running" && operation.status !== "requested")) return false;
  const isRunning = operation.executionArn !== undefined && (await workflow.isRunning(operation.executionArn));
  const recovery = decideRecovery(operation, await store.cluster(operation.cluster), isRunning, context.clock.now());
  if (recovery === undefined) return false;
  if (recovery.mustDestroy) {
    // Started first, and named after the operation: if this invocation dies in between, the next one starts the same again.
    const { cluster } = operation;
    await workflow.start("destroy-cluster", recoveryName(operation), { cluster, confirm: cluster });
  }
  await store.abandon(operation, { failure: recovery.failure, endedAt: context.clock.now() });
  await store.append({
    cluster: operation.cluster,
    id: context.newId(),
    at: context.clock.now(),
    operationId: operation.id,
    event: "operation.aborted",
    text: `${recovery.failure.what} ${recovery.failure.why}`,
  });
  return true;
}

/**
 * The same for the same operation. It becomes an operation's id (OPERATION_ID_CHARACTERS_MAX), and that one may have to be
 * recovered in turn: so it is a digest, and does not grow.
 */
function recoveryName({ id, cluster }: Operation): string {
  return `${cluster}.recover-${createHash("sha256").update(id).digest("hex").slice(0, DIGEST_CHARACTERS)}`;
}

const DIGEST_CHARACTERS = 24;

async function lookForStrays({ store, compute, stage }: Ports): Promise<readonly Stray[]> {
  const tags = { [TAG.stage]: stage };
  const [instances, leftovers] = await Promise.all([compute.instances(tags), compute.leftovers(tags)]);
  const clusters = new Map<string, ClusterSnapshot>();
  for (const name of new Set(instances.map(clusterOf))) {
    const snapshot = await store.snapshot(name);
    if (snapshot !== undefined) clusters.set(name, snapshot);
  }
  return findStrays({ instances, leftovers, clusters });
}

function clusterOf(instance: Instance): string {
  return instance.tags[TAG.cluster] ?? "";
}

async function endOldStrays(
  strays: readonly Stray[],
  { store, compute }: Ports,
  { clock, log, remainingMs }: Context,
): Promise<number> {
  const now = clock.now();
  const sightings = await store.sight(
    strays.map((stray) => stray.id),
    now,
    now + SIGHTING_LIFE_MS,
  );
  const old = strays.filter((stray) => now - (sightings.get(stray.id) ?? now) >= SECOND_SIGHTING_MS);
  if (old.length > 0) log.warn("ending strays", { strays: old.map((stray) => stray.id) });
  const instances = old
    .filter((stray) => stray.kind === "instance")
    .map(({ id, availabilityZone = "", mayBeProtected = true }) => ({
      instanceId: id,
      availabilityZone,
      isProtected: mayBeProtected,
    }));
  const { refused } = await endInstances({ compute, clock }, instances, now + remainingMs() - RESERVE_MS);
  if (refused.length > 0) log.warn("EC2 does not end strays", { strays: refused });
  for (const { id, kind } of old) {
    if (kind === "interface") await compute.deleteInterface(id);
    if (kind === "volume") await compute.deleteVolume(id);
  }
  return old.length - refused.length;
}

/** A stray that is gone by itself is forgotten after a day. */
const SIGHTING_LIFE_MS = 24 * 3_600_000;
/** What deleting leftovers and answering may take. */
const RESERVE_MS = 30_000;
