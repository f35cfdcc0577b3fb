import {
  errorCodes,
  failureText,
  failureOf,
  LEASE_MS,
  MusterError,
  requireLease,
  type Change,
  type Leased,
  type OperationRef,
  type Wait,
} from "@muster/core";
import { readOperation, type Context } from "@muster/lambda";
import type * as z from "zod/mini";
import { subjectsOf, type watchProgressInput, type watchRequest } from "./event.ts";
import { lookAtRemoval } from "./look-gone.ts";
import { lookAtHook } from "./look-hook.ts";
import { lookAtNodes } from "./look-nodes.ts";
import type { Look, Ports, Sight } from "./look.ts";

type Request = z.output<typeof watchRequest>;

export async function watch(
  input: z.output<typeof watchProgressInput>,
  ports: Ports,
  context: Context,
): Promise<{ result: string }> {
  if (!("detail-type" in input)) return begin(input, ports, context);
  const subjects = subjectsOf(input);
  if (subjects === undefined) {
    context.log.info("event ignored", { source: input.source, detailType: input["detail-type"] });
    return { result: "ignored" };
  }
  const results: string[] = [];
  for (const subject of subjects) results.push((await wake(subject, ports, context)).result);
  return { result: [...new Set(results)].join("; ") };
}

/** The workflow waits: the token is kept first and looked second, so that an event in between finds it. */
async function begin(request: Request, ports: Ports, context: Context): Promise<{ result: string }> {
  const ref = request.operation;
  // Only what is put back is waited for until it is gone.
  const step = { isUndoing: request.kind === "nodes-gone" };
  const snapshot = await readOperation(ports.store, ref, step).catch((error: unknown) => error);
  if (snapshot instanceof Error) return failOrThrow(ports, request.token, snapshot);
  const known = snapshot as Awaited<ReturnType<typeof readOperation>>;
  const wait = waitFor(request, known.wait, commandOf(known, request), context.clock.now());
  await ports.store
    .write(ref, [
      { put: "wait", wait },
      { renew: "lease", expiresAt: context.clock.now() + LEASE_MS, ...step },
    ])
    .catch(async (error: unknown) => {
      // Cancelled in this very moment: whoever asked saw no wait to end.
      requireLease(await ports.store.cluster(ref.cluster), ref, step);
      throw error;
    });
  return lookAndAnswer({ ...ports, ref, wait, context, snapshot: known });
}

/** An event says that something of a cluster may have changed. Which cluster, its rows say; what changed, a look says. */
async function wake(awsId: string, ports: Ports, context: Context): Promise<{ result: string }> {
  const cluster = await ports.store.clusterOf(awsId);
  if (cluster === undefined) return { result: "nobody waits for it" };
  const snapshot = await ports.store.snapshot(cluster);
  const { wait } = snapshot ?? {};
  if (snapshot === undefined || wait === undefined) return { result: "nobody waits for it" };
  const ref: OperationRef = { cluster, operationId: wait.operationId, fence: wait.fence };
  // What an operation left behind that has lost the cluster: it may look no more, and whoever has it now waits for itself.
  if (!holdsLease(snapshot.cluster, ref)) return { result: "nobody waits for it" };
  return lookAndAnswer({ ...ports, ref, wait, context, snapshot });
}

async function lookAndAnswer(look: Look): Promise<{ result: string }> {
  let sight: Sight;
  try {
    sight = await lookAt(look);
  } catch (error) {
    return failOrThrow(look, look.wait.token, error);
  }
  const changes: Change[] = [...sight.changes, ...(sight.answer === undefined ? [] : [{ drop: "wait" } as const])];
  if (changes.length > 0 && !(await look.store.writeLook(look.wait, changes)))
    return { result: "answered by another look" };
  if (sight.answer === undefined) return { result: "still waiting" };
  const isFirst = await look.workflow.succeed(look.wait.token, sight.answer);
  return { result: isFirst ? sight.answer.outcome : "answered by another look" };
}

function holdsLease({ fence, lease }: Leased, ref: OperationRef): boolean {
  return fence === ref.fence && lease?.operationId === ref.operationId;
}

function lookAt(look: Look): Promise<Sight> {
  const { kind } = look.wait;
  switch (kind) {
    case "nodes-online":
      return lookAtNodes(look);
    case "hook":
      return lookAtHook(look);
    case "nodes-gone":
      return lookAtRemoval(look, look.wait.scope ?? "operation");
  }
}

/** What the operation must fail of goes to its workflow; what may pass is thrown, and tried again by whoever called. */
async function failOrThrow(ports: Pick<Ports, "workflow">, token: string, error: unknown): Promise<{ result: string }> {
  if (!(error instanceof MusterError) || errorCodes[error.code] === "retry") throw error;
  await ports.workflow.fail(token, { code: error.code, cause: failureText(failureOf(error)) });
  return { result: error.code };
}

function commandOf(snapshot: Awaited<ReturnType<typeof readOperation>>, request: Request): string | undefined {
  if (request.kind !== "hook") return undefined;
  const run = snapshot.hookRuns.find(
    (r) => r.tier === request.tier && r.hook === request.hook && r.operationId === request.operation.operationId,
  );
  return run?.commandIds.at(-1);
}

/** A heartbeat brings a new token and no new beginning: deadlines count from the first look of the same wait. */
function waitFor(request: Request, before: Wait | undefined, commandId: string | undefined, now: number): Wait {
  const { operation, kind, token } = request;
  const tier = "tier" in request ? request.tier : undefined;
  const hook = "hook" in request ? request.hook : undefined;
  const scope = "scope" in request ? request.scope : undefined;
  const isSame =
    before?.kind === kind &&
    before.tier === tier &&
    before.hook === hook &&
    before.operationId === operation.operationId;
  return { ...operation, kind, token, tier, hook, scope, commandId, since: isSame ? before.since : now };
}
