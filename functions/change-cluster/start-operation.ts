import { createHash } from "node:crypto";
import {
  checkAdmission,
  MusterError,
  requireSpec,
  viewOperation,
  type ClusterStore,
  type Operation,
  type OperationKind,
  type Workflow,
} from "@muster/core";
import type { ApiRequest, ApiResponse, Context } from "@muster/lambda";
import { products } from "@muster/products";
import { idempotencyKey } from "./event.ts";

export interface Ports {
  readonly store: ClusterStore;
  readonly workflow: Workflow;
}

export async function deployCluster(request: ApiRequest, ports: Ports, context: Context): Promise<ApiResponse> {
  const { spec } = requireSpec(request.body, products);
  return start(
    { kind: "deploy", cluster: spec.name, machine: "deploy-cluster", input: { spec: request.body } },
    request,
    ports,
    context,
  );
}

export async function destroyCluster(request: ApiRequest, ports: Ports, context: Context): Promise<ApiResponse> {
  const cluster = request.path["name"] ?? "";
  const confirm = request.query["confirm"] ?? "";
  if (confirm !== cluster) {
    throw new MusterError("ConfirmationMissing", {
      what: `Cluster ${cluster} was not destroyed.`,
      why: "Destroying deletes its data, so the query parameter confirm must repeat its name (ConfirmationMissing).",
      remedy: `DELETE /v1/clusters/${cluster}?confirm=${cluster}, if that is what you want.`,
    });
  }
  return start(
    { kind: "destroy", cluster, machine: "destroy-cluster", input: { cluster, confirm } },
    request,
    ports,
    context,
  );
}

interface Start {
  readonly kind: OperationKind;
  readonly cluster: string;
  readonly machine: string;
  readonly input: unknown;
}

async function start(
  plan: Start,
  request: ApiRequest,
  { store, workflow }: Ports,
  context: Context,
): Promise<ApiResponse> {
  const { id, isRepeat } = await operationIdFor(plan, request, store, context);
  const known = isRepeat ? await store.operation(id) : undefined;
  if (known !== undefined && known.status !== "requested") return accepted(known);
  // A repeat of what was refused, or died before it was written down, is judged like the first time.
  if (known === undefined) await requireFree(plan, id, store, context);
  const operation: Operation = {
    id,
    cluster: plan.cluster,
    kind: plan.kind,
    status: "requested",
    step: "Requested",
    cancelRequested: false,
    findings: [],
    requestedAt: known?.requestedAt ?? context.clock.now(),
  };
  // Written first: who asks for the operation right after this answer finds it.
  await store.record(operation);
  const executionArn = await workflow.start(plan.machine, id, plan.input);
  return accepted({ ...operation, executionArn });
}

function accepted(operation: Operation): ApiResponse {
  return { status: 202, body: viewOperation(operation), headers: { location: `/v1/operations/${operation.id}` } };
}

/** The same key and request is the same operation, however often it comes; another request under the key is an error. */
async function operationIdFor(
  plan: Start,
  request: ApiRequest,
  store: ClusterStore,
  context: Context,
): Promise<{ id: string; isRepeat: boolean }> {
  const fresh = `${plan.cluster}.${context.newId()}`;
  const given = request.headers["idempotency-key"];
  if (given === undefined) return { id: fresh, isRepeat: false };
  if (!idempotencyKey.safeParse(given).success) {
    throw new MusterError("InputInvalid", {
      what: "The Idempotency-Key cannot be used; nothing was done.",
      why: "It has 1 to 128 letters, digits, or any of _ . : - (InputInvalid).",
      remedy: "Send a UUID.",
    });
  }
  const digest = digestOf([plan.kind, plan.cluster, plan.input]);
  const claim = await store.claimKey({
    key: digestOf([given]),
    request: digest,
    operationId: fresh,
    expiresAt: context.clock.now() + KEY_LIFE_MS,
  });
  if (claim.request !== digest) {
    throw new MusterError("IdempotencyConflict", {
      what: "The Idempotency-Key stands for another request; nothing was done.",
      why: `It was first sent with another body, for operation ${claim.operationId} (IdempotencyConflict).`,
      remedy: "Send a new key with a new request.",
      details: { operationId: claim.operationId },
    });
  }
  return { id: claim.operationId, isRepeat: claim.operationId !== fresh };
}

/** As long as a client may reasonably go on retrying. */
const KEY_LIFE_MS = 24 * 3_600_000;

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}

/** Says no at once where that is certain already; the workflow's first step decides. */
async function requireFree(plan: Start, id: string, store: ClusterStore, context: Context): Promise<void> {
  const cluster = await store.cluster(plan.cluster);
  // The same request, sent twice at once: the other one has started it in this very moment.
  if (cluster?.operationId === id) return;
  const lease = cluster?.lease;
  const holderRuns = lease !== undefined && lease.expiresAt > context.clock.now();
  // Whether a failed cluster still has nodes is not read here: the first step looks.
  checkAdmission(plan.kind, plan.cluster, cluster && { ...cluster, hasNodes: false }, { executionArn: "", holderRuns });
}
