import type { SucceedState } from "../definition/machine.ts";
import type { Exit, Visit } from "../execution/visit.ts";

/** Ends its block; validation lets it have no Next. */
export async function runSucceed(visit: Visit<SucceedState>): Promise<Exit> {
  return visit.leave(visit.state, visit.input);
}
