import type { FailState } from "../definition/machine.ts";
import { StateFailure } from "../execution/failure.ts";
import type { Exit, Visit } from "../execution/visit.ts";

/** Ends its block with the error and cause that it names. */
export async function runFail(visit: Visit<FailState>): Promise<Exit> {
  const { error, cause } = visit.state;
  throw new StateFailure({
    error: error === undefined ? undefined : await visit.string(error),
    cause: cause === undefined ? undefined : await visit.string(cause),
  });
}
