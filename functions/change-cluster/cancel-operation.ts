import {
  clusterOfOperation,
  failureOf,
  failureText,
  isEnded,
  MusterError,
  operationCancelled,
  operationNotFound,
  viewOperation,
} from "@muster/core";
import type { ApiRequest, ApiResponse } from "@muster/lambda";
import type { Ports } from "./start-operation.ts";

/** Marks the operation; what it waits for is ended at once, and anything else at its next step. It then puts things back. */
export async function cancelOperation(request: ApiRequest, { store, workflow }: Ports): Promise<ApiResponse> {
  const id = request.path["id"] ?? "";
  const operation = await store.operation(id);
  const cluster = clusterOfOperation(id);
  if (operation === undefined || cluster === undefined) throw operationNotFound(id);
  if (isEnded(operation)) throw notCancellable(id, `It has ended already: ${operation.status}.`);
  if (operation.kind === "destroy")
    throw notCancellable(id, "Destroying was confirmed by name, and is not stopped half way.");
  if (!(await store.requestCancel(id, cluster)))
    throw notCancellable(id, "It is putting things back already, or has just ended.");
  const wait = (await store.snapshot(cluster))?.wait;
  if (wait !== undefined && wait.operationId === id && wait.kind !== "nodes-gone") {
    const error = operationCancelled(id);
    await workflow.fail(wait.token, { code: error.code, cause: failureText(failureOf(error)) });
  }
  return { status: 202, body: viewOperation({ ...operation, step: "Cancelling", cancelRequested: true }) };
}

function notCancellable(id: string, why: string): MusterError {
  return new MusterError("NotCancellable", {
    what: `Operation ${id} was not cancelled.`,
    why: `${why} (NotCancellable)`,
    remedy: `See how it stands: muster operation get ${id}.`,
  });
}
