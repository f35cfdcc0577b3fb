import { createHash } from "node:crypto";
import {
  decideRecovery,
  dropRuns,
  endInstances,
  isMusterError,
  findStrays,
  mustPutBack,
  recoveryId,
  SECOND_SIGHTING_MS,
  TAG,
  type ClusterSnapshot,
  type ClusterStore,
  type InstanceEnder,
  type InstanceReader,
  type LeftoverRemover,
  type Instance,
  type NodeRoles,
  type Operation,
  type Stray,
  type Workflow,
} from "@muster/core";
import { timelineEntry, type Context } from "@muster/lambda";
import { blueprintOf } from "@muster/products";

interface Ports {
  readonly store: ClusterStore;
  readonly compute: InstanceReader & InstanceEnder & LeftoverRemover;
  readonly roles: Pick<NodeRoles, "madeBefore" | "destroy">;
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
  recovered.push(...(await putBackFailed(ports, context)));
  const strays = await lookForStrays(ports);
  const ended = await endOldStrays(strays, ports, context);
  await endOldRoles(ports, context);
  return { recovered, sighted: strays.length, ended };
}

async function recover(listed: Operation, ports: Ports, context: Context): Promise<boolean> {
  const { store, workflow } = ports;
  // The list may lag behind: the row itself says whether it is still open.
  const operation = await store.operation(listed.id);
  if (operation === undefined || (operation.status !== "running" && operation.status !== "requested")) return false;
  const { executionArn } = operation;
  const standing = executionArn === undefined ? { isRunning: false } : await workflow.standing(executionArn);
  const snapshot = await store.snapshot(operation.cluster);
  const kept = snapshot && { ...snapshot, blueprint: blueprintOf(snapshot.cluster.spec) };
  const recovery = decideRecovery(operation, kept, standing, context.clock.now());
  if (recovery === undefined) return false;
  if (recovery.kind === "complete") {
    if (snapshot !== undefined) await complete(operation, snapshot, ports, context);
    return snapshot !== undefined;
  }
  // Started first, and named after the operation: if this invocation dies in between, the next one starts the same again.
  if (recovery.mustDestroy) await startDestruction(operation, ports);
  await store.abandon(operation, { failure: recovery.failure, endedAt: context.clock.now() });
  await note(operation, "operation.aborted", `${recovery.failure.what} ${recovery.failure.why}`, ports, context);
  return true;
}

/** Every node is a member of a cluster that is well, and nobody is left to say so. */
async function complete(
  operation: Operation,
  { cluster, hookRuns }: ClusterSnapshot,
  ports: Ports,
  context: Context,
): Promise<void> {
  await ports.store.write({ cluster: cluster.name, operationId: operation.id, fence: cluster.fence }, [
    { drop: "wait" },
    ...dropRuns(hookRuns),
    { update: "operation", set: { status: "succeeded", step: "Done", endedAt: context.clock.now() } },
    { update: "cluster", set: { status: "ready", lease: undefined } },
  ]);
  const text = `Operation ${operation.id} (${operation.kind}) succeeded: only its workflow's last step was missing.`;
  await note(operation, "operation.succeeded", text, ports, context);
}

/** Clusters whose operation failed and left what it was to take away: because AWS did not answer, or refused. */
async function putBackFailed(ports: Ports, context: Context): Promise<string[]> {
  const { store } = ports;
  const started: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.clusters({ limit: CLUSTERS_AT_ONCE, after });
    for (const { name } of page.items.filter(({ status }) => status === "failed")) {
      // The list may lag behind.
      const snapshot = await store.snapshot(name);
      const last = snapshot === undefined ? undefined : await store.operation(snapshot.cluster.operationId);
      if (snapshot === undefined || last === undefined) continue;
      const now = context.clock.now();
      if (!mustPutBack(snapshot.cluster, last, snapshot.nodes.length, now)) continue;
      // Once an hour: one that was refused can be tried again, and no more than that.
      await startDestruction(last, ports, `${last.id} ${Math.floor(now / HOUR_MS)}`);
      await note(last, "cluster.put-back", `What ${last.id} left is put back once more.`, ports, context);
      started.push(last.id);
    }
    after = page.next;
  } while (after !== undefined && context.remainingMs() > RESERVE_MS);
  return started;
}

const CLUSTERS_AT_ONCE = 100;
const HOUR_MS = 3_600_000;

/** The same for the same reason. */
async function startDestruction({ id, cluster }: Operation, { workflow }: Ports, reason = id): Promise<void> {
  await workflow.start("destroy-cluster", recoveryName(cluster, reason), { cluster, confirm: cluster });
}

async function note(
  { id, cluster }: Operation,
  event: string,
  text: string,
  { store }: Ports,
  context: Context,
): Promise<void> {
  await store.append(timelineEntry(context, { cluster, operationId: id }, { event, text }));
}

/**
 * It becomes an operation's id (OPERATION_ID_CHARACTERS_MAX), and that one may have to be recovered in turn: so it is a
 * digest, and does not grow.
 */
function recoveryName(cluster: string, reason: string): string {
  return recoveryId(cluster, createHash("sha256").update(reason).digest("hex").slice(0, DIGEST_CHARACTERS));
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

/**
 * Roles and profiles that no cluster's row names: of a step that went on when its workflow had been stopped, or that IAM did
 * not show when they were to go. A row is written before its role is made, so one that is an hour old has none.
 */
async function endOldRoles({ store, roles }: Ports, { clock, log }: Context): Promise<void> {
  const made = await roles.madeBefore(clock.now() - HOUR_MS);
  if (made.length === 0) return;
  const known = new Set<string | undefined>();
  let after: string | undefined;
  do {
    const page = await store.clusters({ limit: CLUSTERS_AT_ONCE, after });
    for (const { nodeRole } of page.items) known.add(nodeRole);
    after = page.next;
  } while (after !== undefined);
  for (const name of made.filter((role) => !known.has(role))) {
    log.warn("ending a role of no cluster", { role: name });
    try {
      await roles.destroy(name);
    } catch (error) {
      if (!isMusterError(error, "RoleInUse")) throw error;
      log.warn("IAM does not delete a role of no cluster", { role: name, why: error.why });
    }
  }
}

/** A stray that is gone by itself is forgotten after a day. */
const SIGHTING_LIFE_MS = 24 * 3_600_000;
/** What deleting leftovers and answering may take. */
const RESERVE_MS = 30_000;
