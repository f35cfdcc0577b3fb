import type { PassState } from "../definition/machine.ts";
import type { Exit, Visit } from "../execution/visit.ts";

/** Hands its input on, reshaped by Output. */
export async function runPass(visit: Visit<PassState>): Promise<Exit> {
  return visit.leave(visit.state, visit.input);
}
