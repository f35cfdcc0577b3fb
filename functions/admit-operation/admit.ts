import {
  abortedFailure,
  checkAdmission,
  clusterNotFound,
  failureOf,
  isMusterError,
  isRecovery,
  LEASE_MS,
  MusterError,
  nodeRoleName,
  OPERATION_ID_CHARACTERS_MAX,
  operationCancelled,
  operationIdOf,
  requireSpec,
  type Cluster,
  type ClusterSnapshot,
  type ClusterSpec,
  type ClusterStore,
  type Operation,
  type OperationRef,
  type Verification,
  type Workflow,
  verificationsAtEnd,
} from "@muster/core";
import { inputInvalid, timelineEntry, type Context } from "@muster/lambda";
import { blueprintOf, products } from "@muster/products";
import type * as z from "zod/mini";
import { type admitOperationInput, deployInput, destroyInput } from "./event.ts";

interface Ports {
  readonly store: ClusterStore;
  readonly workflow: Workflow;
}

type Input = z.output<typeof admitOperationInput>;

/** What the workflow goes on with: ids and counts, never lists of nodes. */
export interface Admission {
  readonly operation: OperationRef;
  /** In the order in which they are grown. */
  readonly tiers: readonly { readonly name: string; readonly count: number }[];
  /** Hooks that make members leave, in order: the last tier first. Tiers without members have nobody to leave. */
  readonly leaves: readonly { readonly tier: string; readonly hook: string }[];
  /** What has to say that the whole cluster is well when every tier is grown. */
  readonly verifies: readonly Verification[];
  readonly keepOnFailure: boolean;
}

export async function admit(input: Input, ports: Ports, context: Context): Promise<Admission> {
  const request = readRequest(input);
  try {
    return await takeCluster(input, request, ports, context);
  } catch (error) {
    // What AWS answers later is tried again by the workflow; anything else is this operation's end, and is written down.
    if (!isMusterError(error, "AwsUnavailable")) await ports.store.record(refused(input, request, error, context));
    throw error;
  }
}

interface Request {
  readonly operationId: string;
  readonly cluster: string;
  readonly spec?: ClusterSpec;
}

function readRequest(input: Input): Request {
  const { name: executionName } = input.execution;
  if (input.kind === "deploy") {
    const parsed = deployInput.safeParse(input.input);
    if (!parsed.success) throw inputInvalid("deploy-cluster", input.input, parsed.error.issues);
    const { spec: given, product } = requireSpec(parsed.data.spec, products);
    // What follows from the first size is fixed with it, and does not move when the cluster grows or shrinks.
    const spec = product.pin?.(given) ?? given;
    return { cluster: spec.name, spec, operationId: requireOperationId(spec.name, executionName) };
  }
  const parsed = destroyInput.safeParse(input.input);
  if (!parsed.success) throw inputInvalid("destroy-cluster", input.input, parsed.error.issues);
  const { cluster, confirm } = parsed.data;
  if (confirm !== cluster) {
    throw new MusterError("ConfirmationMissing", {
      what: `Cluster ${cluster} was not destroyed.`,
      why: `Destroying deletes its data, so "confirm" must repeat its name, and says ${JSON.stringify(confirm)} (ConfirmationMissing).`,
      remedy: `Start again with {"cluster": "${cluster}", "confirm": "${cluster}"}, if that is what you want.`,
    });
  }
  return { cluster, operationId: requireOperationId(cluster, executionName) };
}

function requireOperationId(cluster: string, executionName: string): string {
  const id = operationIdOf(cluster, executionName);
  if (id.length <= OPERATION_ID_CHARACTERS_MAX) return id;
  throw new MusterError("InputInvalid", {
    what: "The execution's name is too long; nothing was done.",
    why: `It makes an operation id of ${id.length} characters, and ${OPERATION_ID_CHARACTERS_MAX} fit into SSM's comments (InputInvalid).`,
    remedy: `Start the execution with a name of at most ${OPERATION_ID_CHARACTERS_MAX - cluster.length - 1} characters.`,
  });
}

async function takeCluster(input: Input, request: Request, ports: Ports, context: Context): Promise<Admission> {
  for (let attempt = 0; attempt < RACES_MAX; attempt++) {
    const snapshot = await ports.store.snapshot(request.cluster);
    // An invocation before this one did it, and its answer was lost.
    if (snapshot?.cluster.lease?.executionArn === input.execution.arn) return admissionOf(snapshot.cluster);
    await requireAdmission(input, request, snapshot, ports);
    const cluster = clusterFor(input, request, snapshot, context.clock.now());
    if (await ports.store.take(cluster, operationFor(input, request, context.clock.now()), snapshot?.cluster)) {
      if (snapshot?.cluster.lease !== undefined) await endHolder(snapshot.cluster, ports, context);
      await ports.store.append(
        timelineEntry(context, request, {
          event: "operation.started",
          text: `Operation ${request.operationId} (${input.kind}) took the cluster.`,
          facts: { fence: cluster.fence },
        }),
      );
      return admissionOf(cluster);
    }
  }
  throw new MusterError("ClusterBusy", {
    what: `Cluster ${request.cluster} could not be taken.`,
    why: `Other operations changed it ${RACES_MAX} times while this one looked (ClusterBusy).`,
    remedy: "Try again when they are done.",
  });
}

/** The operation that held the cluster can no longer say itself how it ended; killed before this, the sweep says it. */
async function endHolder({ name, lease }: Cluster, { store }: Ports, { clock }: Context): Promise<void> {
  const holder = lease === undefined ? undefined : await store.operation(lease.operationId);
  if (holder === undefined) return;
  await store.abandon(holder, {
    failure: abortedFailure({ id: holder.id, cluster: name }, { keeps: false }),
    endedAt: clock.now(),
  });
}

// Each lost race means that another operation won one: the next look finds its lease.
const RACES_MAX = 5;

async function requireAdmission(
  input: Input,
  request: Request,
  snapshot: ClusterSnapshot | undefined,
  ports: Ports,
): Promise<void> {
  const lease = snapshot?.cluster.lease;
  const holderRuns = lease !== undefined && (await ports.workflow.standing(lease.executionArn)).isRunning;
  const known =
    snapshot === undefined
      ? undefined
      : { ...snapshot.cluster, hasNodes: snapshot.nodes.length + snapshot.launches.length > 0 };
  checkAdmission(input.kind, request.cluster, known, { executionArn: input.execution.arn, holderRuns });
  const operation = await ports.store.operation(request.operationId);
  if (operation?.cancelRequested === true) throw operationCancelled(operation.id);
}

function clusterFor(input: Input, request: Request, snapshot: ClusterSnapshot | undefined, now: number): Cluster {
  const fence = (snapshot?.cluster.fence ?? 0) + 1;
  const lease = { operationId: request.operationId, executionArn: input.execution.arn, expiresAt: now + LEASE_MS };
  const taken = { fence, lease, operationId: request.operationId, updatedAt: now };
  if (input.kind === "destroy") {
    if (snapshot === undefined) throw clusterNotFound(request.cluster);
    const recoveries = isRecovery(request.operationId) ? (snapshot.cluster.recoveries ?? 0) + 1 : 0;
    return { ...snapshot.cluster, ...taken, status: "destroying", recoveries };
  }
  const spec = request.spec as ClusterSpec;
  const { tiers } = blueprintOf(spec);
  return {
    ...taken,
    name: request.cluster,
    spec,
    status: "deploying",
    formed: false,
    // Never one that an earlier deployment has left: who is still at deleting that may not meet this one.
    ...(spec.instanceProfile === undefined ? { nodeRole: nodeRoleName(spec.name, now) } : {}),
    tiers: Object.fromEntries(tiers.map((tier) => [tier.name, { desired: tier.count, active: 0 }])),
    createdAt: now,
  };
}

function operationFor(input: Input, request: Request, now: number): Operation {
  return {
    id: request.operationId,
    cluster: request.cluster,
    kind: input.kind,
    status: "running",
    executionArn: input.execution.arn,
    step: "Admitted",
    cancelRequested: false,
    findings: [],
    requestedAt: now,
  };
}

function refused(input: Input, request: Request, error: unknown, context: Context): Operation {
  const failure = failureOf(error);
  return {
    ...operationFor(input, request, context.clock.now()),
    status: failure.code === "OperationCancelled" ? "cancelled" : "refused",
    step: "Refused",
    failure,
    endedAt: context.clock.now(),
  };
}

function admissionOf(cluster: Cluster): Admission {
  const { name, fence, spec, operationId } = cluster;
  const blueprint = blueprintOf(spec);
  const { tiers } = blueprint;
  return {
    operation: { cluster: name, operationId, fence },
    // An empty tier has nothing to grow.
    tiers: tiers.filter((tier) => tier.count > 0).map((tier) => ({ name: tier.name, count: tier.count })),
    leaves: tiers
      .toReversed()
      .filter((tier) => (cluster.tiers[tier.name]?.active ?? 0) > 0)
      .flatMap((tier) => (tier.leaveHooks ?? []).map((hook) => ({ tier: tier.name, hook }))),
    verifies: verificationsAtEnd(blueprint),
    keepOnFailure: spec.keepOnFailure,
  };
}
